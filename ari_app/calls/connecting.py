"""Two people whom we connect: the first is rung, then the dialplan dials the second for him. Their
talk needs this process no more than any other talk does.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

from ari_app import tasks
from ari_app.calls.dialling import ANSWERED, ENDS, FAILED, FIRST, NOBODY_HERE, STATUSES
from ari_app.clock import Clock
from ari_app.pbx import events, verbs
from ari_app.pbx.ari_line import AriLine
from ari_app.pbx.client import Client
from ari_app.pbx.errors import PbxError
from ari_app.pbx.inbox import Inbox
from ari_app.pbx.results import Gone
from ari_app.pbx.verbs import Verb
from claims_store import call_attempts, connections, outgoing
from claims_store.call_orders import CallOrder
from claims_store.store import Store

logger = logging.getLogger(__name__)

CONTEXT = "connect"
RING_S = 30
LOOK_S = 0.5
ANNOUNCED = 30.0
"""Seconds in which whoever was called has heard the announcement, at most."""


@dataclass(frozen=True, slots=True)
class Way:
    """Over which trunk, to what number as that trunk wants it, what is shown there, and for how
    many seconds."""

    trunk: str
    number: str
    shown: str
    seconds: int


class Connecting:
    """Dials, follows, and keeps the ledger."""

    def __init__(self, store: Store, clock: Clock, client: Client, node: str) -> None:
        self._store = store
        self._clock = clock
        self._client = client
        self._node = node

    async def carry(self, attempt: str, channel: str, first: Way | None, second: Way) -> str:
        """Ring the first one, over a trunk or at his desk, and connect; how it ended."""
        order = await self._store.run(
            connections.begin, attempt, channel, self._node, second.shown, self._clock.now()
        )
        if order is None:
            return FAILED
        outcome = FAILED
        try:
            with self._client.inbox(channel, beside=True) as inbox:
                if await self._client.do(_dial(channel, order, first, second)):
                    outcome = await self.follow(attempt, channel, inbox)
        finally:
            await self._store.run(connections.over, channel, self._clock.now(), outcome)
        return outcome

    async def take(self, attempt: str, line: AriLine, second: Way) -> str:
        """The same for somebody who is on the line at his desk phone."""
        channel, now = line.call_id, self._clock.now()
        whose = attempt, channel, self._node, second.shown
        order = await self._store.run(connections.begin, *whose, now)
        if order is None:
            return FAILED
        outcome = FAILED
        try:
            with self._client.inbox(channel, beside=True) as inbox:
                await line.connect(variables(order, second, phone=True))
                outcome = await self.follow(attempt, channel, inbox)
        finally:
            await self._store.run(connections.over, channel, self._clock.now(), outcome)
        return outcome

    async def follow(self, attempt: str, channel: str, inbox: Inbox) -> str:
        """Until the first one's channel is destroyed."""
        followed = await self._client.do(verbs.subscribe(self._client.app, channel))
        if isinstance(followed, Gone):
            return NOBODY_HERE
        hearing: asyncio.Task[None] | None = None
        outcome = ""
        if leg := await self._partner(channel):
            outcome, hearing = ANSWERED, self._hear(attempt, channel, leg)
        try:
            async for news in inbox:
                match news:
                    case events.Dial(peer=peer, dialstatus=status) if peer.id == channel:
                        if status == "ANSWER":
                            await self._first_answers(attempt)
                    case events.Dial(peer=peer, dialstatus="ANSWER") if hearing is None:
                        outcome, hearing = ANSWERED, self._hear(attempt, channel, peer.id)
                    case events.Dial(dialstatus=status) if status and outcome != ANSWERED:
                        outcome = STATUSES.get(status, "not_connected")
                    case events.ChannelDestroyed(channel=gone) if gone.id == channel:
                        return outcome or _unheard(news.cause)
                    case _:
                        pass
        finally:
            if hearing is not None:
                hearing.cancel()
        return outcome or FAILED

    async def _first_answers(self, attempt: str) -> None:
        """From now on his trunk's minutes are used, if it was one that reached him."""
        await self._store.run(outgoing.answered, attempt + FIRST, self._clock.now())

    async def _partner(self, channel: str) -> str:
        """Who is in a bridge with him already, if an earlier process connected them."""
        bridges = await self._client.do(verbs.bridges()) or ()
        together = {name for each in bridges if channel in each.channels for name in each.channels}
        return next(iter(together - {channel}), "")

    def _hear(self, attempt: str, channel: str, leg: str) -> asyncio.Task[None]:
        return tasks.start(self._connected(attempt, channel, leg), name=f"connect {channel}")

    async def _connected(self, attempt: str, channel: str, leg: str) -> None:
        """The second one has answered; after the announcement he has said whether he may be
        recorded, and they hear each other."""
        await self._first_answers(attempt)
        await self._store.run(call_attempts.answered, attempt, self._clock.now())
        consent = ""
        with suppress(TimeoutError):
            async with asyncio.timeout(ANNOUNCED):
                while not (consent := await self._consent(leg)):  # noqa: ASYNC110 - Asterisk's
                    await asyncio.sleep(LOOK_S)
        if consent:
            now = self._clock.now()
            await self._store.run(connections.connected, channel, leg, consent, now)

    async def _consent(self, leg: str) -> str:
        try:
            return await self._client.do(verbs.variable(leg, "CONSENT")) or ""
        except PbxError:
            return ""


def _unheard(cause: int) -> str:
    """He was never asked for the second one."""
    return NOBODY_HERE if cause in ENDS else FAILED


def _dial(channel: str, order: CallOrder, first: Way | None, second: Way) -> Verb[events.Channel]:
    if first is not None:
        where, exten, sees = f"PJSIP/{first.number}@{first.trunk}", "outside", first.shown
    else:
        where, exten = f"PJSIP/{order.first}", "phone"
        sees = "" if order.masked else order.to
    return verbs.dial(
        channel, where, CONTEXT, exten, timeout=RING_S, caller_id=f"<{sees}>" if sees else None,
        variables=variables(order, second, phone=first is None),
    )  # fmt: skip


def variables(order: CallOrder, second: Way, *, phone: bool) -> dict[str, str]:
    """What the dialplan needs to know to connect them."""
    return {
        "NUMBER": second.number, "CARRIER": second.trunk, "LIMIT": str(second.seconds),
        "SHOWN": second.shown, "RING": str(RING_S), "__SPOKEN": order.language,
        "__RECORDED": "yes" if order.record else "no",
        "__LEGPHONE": order.first if phone else "",
    }  # fmt: skip
