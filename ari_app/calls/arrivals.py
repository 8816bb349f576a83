"""Calls as they come: claimed, put into the ledger, led by a journey, closed when they end.

Also keeps the dead-man's timers of all callers from firing, as long as this process is well.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from ari_app import tasks
from ari_app.calls.house import Call, House
from ari_app.calls.journey import Journey
from ari_app.calls.switchboard import Switchboard
from ari_app.pbx import events, verbs
from ari_app.pbx.ami import Ami
from ari_app.pbx.ari_line import AriLine
from ari_app.pbx.client import Client
from ari_app.pbx.errors import PbxError
from ari_app.pbx.timers import arm
from claims_store import calls
from routing.plan import Plan

logger = logging.getLogger(__name__)

ARM_EVERY = 4.0
LATE = 2.0
"""Seconds by which a late loop shows that this process was frozen (DESIGN 3)."""


class Arrivals:
    """All calls in the air of this process."""

    def __init__(
        self, house: House, client: Client, ami: Ami, board: Switchboard,
        plan: Callable[[], tuple[Plan, int]], dead_man: int,
    ) -> None:  # fmt: skip
        self.lines: dict[str, AriLine] = {}
        self.calls: dict[str, Call] = {}
        self._house = house
        self._client = client
        self._ami = ami
        self._board = board
        self._plan = plan
        self._dead_man = dead_man

    async def run(self) -> None:
        """Take calls until cancelled."""
        async for news in self._client.news:
            if isinstance(news, events.CallBroadcast):
                name = f"call {news.channel.id}"
                tasks.start(self._take(news.channel), name=name)

    async def keep(self) -> None:
        """Push the timers back. After a freeze first hear what happened: whom the net has saved
        must not be armed again."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(ARM_EVERY)
            if loop.time() - began > ARM_EVERY + LATE:
                await self._catch_up()
            waiting = [name for name, line in self.lines.items() if line.in_stasis]
            await arm(self._ami, self._client, waiting, self._dead_man)

    async def _catch_up(self) -> None:
        logger.warning("this process was not served for some seconds")
        try:
            await self._client.do(verbs.ping())
        except PbxError:
            logger.warning("ARI is away after a pause")

    async def _take(self, channel: events.Channel) -> None:
        """One call from its broadcast to the end of its channel."""
        plan, revision = self._plan()
        dialled = channel.dialplan.exten
        line = AriLine(
            self._client, self._ami, channel.id, channel.caller.number, dialled,
            plan.line.numbers.get(dialled, "zh"),
        )  # fmt: skip
        pump = tasks.start(line.pump(), name=f"hear {channel.id}")
        if not await line.claim():
            pump.cancel()
            return
        self.lines[channel.id] = line
        try:
            await self._lead(line, plan, revision)
            await pump
        finally:
            self.lines.pop(channel.id, None)
            self.calls.pop(channel.id, None)

    async def _lead(self, line: AriLine, plan: Plan, revision: int) -> None:
        """Ledger first, then the conversation; the end is written when the channel has ended."""
        house = self._house
        now = house.clock.now()
        opened = calls.CallOpened(
            line.call_id, house.settings.node, await line.sip_call_id(), line.caller,
            line.dialled, now, revision,
        )  # fmt: skip
        await house.store.run(calls.open_call, opened)
        call = Call(house, line, plan, plan.zone_of(plan.line.hours), now)
        self.calls[line.call_id] = call
        outcome = await Journey(call, self._board).run()
        await line.over()
        await house.store.run(calls.close, line.call_id, house.clock.now(), outcome)
