"""Calls as Asterisk, the ledger and this process know them, compared: at the start, after each new
connection, and every hour. What does not fit is decided by a pure function, and set right when a
second look finds it again: calls come and go while one looks.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ari_app.calls.arrivals import Arrivals
from ari_app.calls.house import House
from ari_app.calls.switchboard import Switchboard
from ari_app.healing import Fault, Heal
from ari_app.pbx import verbs
from ari_app.pbx.ami import Ami
from ari_app.pbx.catching_up import STASIS_APPS
from ari_app.pbx.client import Client
from ari_app.pbx.decoding import Connected
from ari_app.pbx.errors import PbxError
from claims_store import calls
from claims_store.errors import StoreAway
from claims_store.steps import Step, missing

logger = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
SECOND_LOOK = 3.0
"""Seconds after which a fault that is still there is one."""
YOUNG = timedelta(seconds=20)
"""A channel that has just come may not be in anybody's hands yet."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One look. `channels` are callers' channels by id: whether they stand in the app, and since
    when they are there; `rows` the ledger's open calls; `lines` the calls of this process;
    `waiting` those of the switchboard."""

    at: datetime
    channels: Mapping[str, tuple[bool, datetime]]
    rows: frozenset[str]
    lines: frozenset[str]
    waiting: frozenset[str] = field(default_factory=frozenset)


def faults(seen: Seen) -> set[Heal]:
    """What does not fit. Pure."""
    up = set(seen.channels)
    found: dict[Fault, set[str]] = {
        "line_without_channel": set(seen.lines) - up,
        "row_without_channel": set(seen.rows) - up - seen.lines,
        "waiting_without_call": set(seen.waiting) - seen.lines,
        "channel_without_line": {
            ident
            for ident, (in_app, since) in seen.channels.items()
            if in_app and ident not in seen.lines and seen.at - since > YOUNG
        },
    }
    return {Heal(fault, about) for fault, every in found.items() for about in every}


class Reconciler:
    """Looks, and sets right; `healed` hears of each, `looked` of each round that is over."""

    def __init__(
        self, house: House, client: Client, ami: Ami, arrivals: Arrivals, board: Switchboard,
        healed: Callable[[Heal], None], looked: Callable[[datetime], None],
    ) -> None:  # fmt: skip
        self._house = house
        self._client = client
        self._ami = ami
        self._arrivals = arrivals
        self._board = board
        self._healed = healed
        self._looked = looked
        self._again = asyncio.Event()

    async def keep(self) -> None:
        """Look until cancelled: what a line did not tell while it was broken may not fit."""
        self._ami.on_login(self._again.set)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear(), name="comparing after breaks")
            while True:
                self._again.clear()
                try:
                    await self.look()
                except (PbxError, StoreAway):
                    logger.warning("calls could not be compared; they will be")
                    await asyncio.sleep(SECOND_LOOK)
                else:
                    self._looked(self._house.clock.now())
                    with suppress(TimeoutError):
                        async with asyncio.timeout(EVERY.total_seconds()):
                            await self._again.wait()

    async def _hear(self) -> None:
        with self._client.inbox() as inbox:
            async for news in inbox:
                if isinstance(news, Connected):
                    self._again.set()

    async def look(self) -> None:
        """Look twice, and set right what was wrong both times."""
        before = faults(await self._see())
        if not before:
            return
        await asyncio.sleep(SECOND_LOOK)
        for heal in sorted(before & faults(await self._see()), key=lambda each: each.about):
            await self._set_right(heal)
            self._healed(heal)

    async def _see(self) -> Seen:
        if self._house.ledger.late:
            raise StoreAway("the rows are behind: steps wait in the journal")
        rows = await self._house.ledger.look(calls.unfinished, self._house.settings.node)
        found = await self._client.do(verbs.channels()) or ()
        inbound = {
            each.id: (each.dialplan.app_name in STASIS_APPS, each.creationtime) for each in found
        }
        waiting = (each.call_id for each in self._board.engine.calls())
        return Seen(
            self._house.clock.now(), inbound, frozenset(row.call_id for row in rows),
            frozenset(self._arrivals.lines), frozenset(waiting),
        )  # fmt: skip

    async def _set_right(self, heal: Heal) -> None:
        now = self._house.clock.now()
        match heal.fault:
            case "line_without_channel":
                line = self._arrivals.lines.get(heal.about)
                if line is not None:
                    line.compare(None)
            case "row_without_channel":
                await self._house.ledger.write(missing(heal.about, now))
            case "waiting_without_call":
                self._board.leave(heal.about)
            case "channel_without_line":
                await self._ami.redirect(heal.about, "fallback", "s")
            case _:
                return
        if heal.fault != "channel_without_line":
            note = {"at": now, "event": "set_right", "data": {"fault": heal.fault}}
            await self._house.ledger.write(Step(heal.about, None, "note", note))
