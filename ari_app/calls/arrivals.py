"""Calls as they come: claimed, put into the ledger, led by a journey, closed when they end.

Also keeps the dead-man's timers of all callers from firing, as long as this process is well.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from ari_app import tasks
from ari_app.calls.door import Door
from ari_app.calls.house import Call, House, opened
from ari_app.calls.journey import Journey
from ari_app.calls.ordered.answered import answered
from ari_app.calls.outgoing import NO_CALL, PREFIX
from ari_app.calls.resuming import ORDERED, SPEAKS, Known, destination, look_up, restored
from ari_app.calls.switchboard import Switchboard
from ari_app.calls.turning_away import turn_away
from ari_app.pbx import events, verbs
from ari_app.pbx.ami import Ami
from ari_app.pbx.ari_line import AriLine
from ari_app.pbx.client import Client
from ari_app.pbx.errors import PbxError
from ari_app.pbx.line import TalkNews
from ari_app.pbx.line_news import phone_of
from ari_app.pbx.timers import arm
from claims_store import call_attempts
from claims_store.errors import StoreAway
from claims_store.steps import closing, cutting
from routing.plan import Plan

logger = logging.getLogger(__name__)

ARM_EVERY = 2.0
"""Seconds; what is left of the timer after it is the time in which this process can be replaced
without a waiting caller noticing. A busy machine may need six."""
TALK = ("talk-", "transfer")
"""Contexts of the dialplan in which a caller has, or gets, an agent."""
GOODBYE = "bye"
"""The one in which the dialplan lets a caller go who has talked."""
Dials = Callable[[AriLine, str, str], Awaitable[str]]
AGAIN = 0.2
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
        self._door = Door(house.settings)
        self.outside: Dials | None = None
        """Who connects a desk phone with the number that it has dialled."""

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
            here = [line for line in self.lines.values() if line.armable]
            await arm(self._ami, here, self._dead_man)

    async def _catch_up(self) -> None:
        """Whom the net has saved is dropped from the books; who cannot be asked for is as well."""
        logger.warning("this process was not served for some seconds")
        lines = dict(self.lines)
        while True:
            try:
                found = await self._client.do(verbs.channels())
                break
            except PbxError:
                logger.warning("ARI is away after a pause: nobody's timer is armed")
                await asyncio.sleep(AGAIN)
        up = {channel.id: channel for channel in found or ()}
        for name, line in lines.items():
            line.compare(up.get(name))

    def _line(self, channel: events.Channel) -> AriLine:
        dialled, (plan, _) = channel.dialplan.exten, self._plan()
        return AriLine(
            self._client, self._ami, channel.id, self._door.caller(channel), dialled,
            plan.line.numbers.get(dialled, "zh"),
        )  # fmt: skip

    async def _take(self, channel: events.Channel) -> None:
        """One call from its broadcast to the end of its channel."""
        line = self.lines[channel.id] = self._line(channel)
        pump = tasks.start(line.pump(), name=f"hear {channel.id}")
        comes = None
        try:
            comes = await line.claim()
        except PbxError:
            logger.exception("the dead-man's timer must take this caller",
                             extra={"call": channel.id})  # fmt: skip
        if comes is None:
            del self.lines[channel.id]
            pump.cancel()
            return
        kinds = {
            "in": self._lead, "full": self._turn_away, "ordered": self._ordered,
            "dials": self._dials,
        }  # fmt: skip
        leads = kinds.get(comes[0] if comes else "")
        work = leads(line, channel, unquote(comes[1])) if leads else self._go_on(line, comes)
        await self._hold(line, work, pump)

    def adopt(self, channel: events.Channel, legs: Sequence[events.Channel]) -> None:
        """Follow a call that an earlier process sent on: it talks with `legs`, or rings somewhere,
        or the net has it."""
        line = self.lines[channel.id] = self._line(channel)
        pump = tasks.start(line.pump(), name=f"hear {channel.id}")
        work = self._follow(line, line.adopt(), legs, channel.dialplan.context)
        tasks.start(self._hold(line, work, pump), name=f"call {channel.id}")

    async def _hold(
        self, line: AriLine, work: Coroutine[Any, Any, str], pump: asyncio.Task[None]
    ) -> None:
        """Lead a call; the end is written when the channel has ended."""
        try:
            outcome = await self._led(line, work)
            line.release()
            await line.over()
            await self._close(line, outcome)
        finally:
            pump.cancel()
            self.lines.pop(line.call_id, None)
            self.calls.pop(line.call_id, None)

    async def _led(self, line: AriLine, work: Coroutine[Any, Any, str]) -> str:
        """How it ended; whoever cannot be led, for whatever reason, is the net's at once."""
        try:
            return await work
        except Exception:
            logger.exception("a call cannot be led: the net takes the caller",
                             extra={"call": line.call_id})  # fmt: skip
        with suppress(PbxError):
            await line.to_fallback()
        return "fallback"

    async def _close(self, line: AriLine, outcome: str) -> None:
        if outcome == NO_CALL:
            return
        call, now = self.calls.get(line.call_id), self._house.clock.now()
        talk_s = call.talk_s or None if call else None
        if line.cut:
            end = cutting(line.call_id, now, talk_s)
        else:
            end = closing(line.call_id, now, outcome, talk_s)
        if call is not None:
            await call.book.write(end.kind, **end.data)
        else:
            await self._house.ledger.write(end)

    async def _lead(self, line: AriLine, channel: events.Channel, sip_call_id: str) -> str:
        """A new call: ledger first, then the conversation."""
        call = await self._open(line, channel, sip_call_id)
        return await Journey(call, self._board).run()

    async def _turn_away(self, line: AriLine, channel: events.Channel, sip_call_id: str) -> str:
        """All calls that his trunk may bring are there: he is told, and it is written down."""
        call = await self._open(line, channel, sip_call_id)
        return await turn_away(call)

    async def _ordered(self, line: AriLine, channel: events.Channel, _: str) -> str:
        """Somebody whom we called: what he is to hear, by the order."""
        attempt = line.call_id.removeprefix(PREFIX)
        found = await answered(self._house, line, *self._plan(), attempt)
        if found is None:
            await line.hang_up()
            return "cancelled"
        call, order, limit = found
        self.calls[line.call_id] = call
        return await Journey(call, self._board).ordered(order, limit)

    async def _dials(self, line: AriLine, channel: events.Channel, digits: str) -> str:
        """Somebody of ours, at his desk phone."""
        if self.outside is None:
            await line.hang_up()
            return NO_CALL
        return await self.outside(line, phone_of(channel), digits)

    async def _open(self, line: AriLine, channel: events.Channel, sip_call_id: str) -> Call:
        call = await opened(self._house, line, *self._plan(), sip_call_id)
        self.calls[line.call_id] = call
        trunk = self._door.trunk(channel)
        if trunk is not None and trunk.diversion:
            if by := self._door.forwarder(channel, await line.diversion()):
                await call.note("forwarded", by=by)
        return call

    async def _restored(self, line: AriLine) -> tuple[Call, Known] | None:
        """The call as the ledger knows it; None while that cannot be read."""
        try:
            known = await self._house.ledger.look(look_up, line.call_id)
        except StoreAway:
            return None
        if known is None or known.row.ended is not None:
            return None
        call = restored(self._house, line, known, self._plan()[0])
        self.calls[line.call_id] = call
        await call.note("app_restarted")
        return call, known

    async def _go_on(self, line: AriLine, comes: tuple[str, ...]) -> str:
        """A call of an earlier process has come back: after a talk, or because it was sent here."""
        found = await self._restored(line)
        if found is None or not found[1].can_go_on(self._house.clock.now()):
            await line.to_fallback()
            return "fallback"
        call, known = found
        last = await line.last_talk()
        journey, stage = Journey(call, self._board, last.number), known.row.stage
        if known.came_back(last):
            return await journey.say_goodbye(*known.talk)
        if known.served:
            return await journey.after_talk()
        if known.rung_back:
            return await journey.take_leave()
        if stage == ORDERED:
            return await self._order_on(journey)
        if stage in SPEAKS:
            return await journey.go_on(stage, filed=known.filed)
        return await journey.wait_on(destination(call, known.row))

    async def _order_on(self, journey: Journey) -> str:
        """Somebody whom an earlier process called."""
        call = journey.call
        attempt = call.call_id.removeprefix(PREFIX)
        found = await self._house.ledger.look(call_attempts.answering, attempt)
        if found is None:
            return await journey.take_leave()
        return await journey.ordered(found[0], found[1].reserved, again=True)

    async def _follow(
        self, line: AriLine, news: AsyncIterator[TalkNews], legs: Sequence[events.Channel],
        context: str,
    ) -> str:  # fmt: skip
        """A call that is not in the app now: until it comes back, or is over."""
        found = await self._restored(line) if context.startswith((*TALK, GOODBYE)) else None
        if found is None:
            await line.follow(legs, known=True)
            return "fallback"
        call, known = found
        await line.follow(legs, known=known.talk[1] is not None)
        last = await line.last_talk()
        journey = Journey(call, self._board, last.number)
        if context != GOODBYE:
            return await journey.talk_on(destination(call, known.row), news, *known.talk)
        if known.came_back(last):
            return await journey.let_go(*known.talk)
        return "talked" if known.served else "fallback"
