"""Caller and agent: ring the phone, watch the talk, know how it ended. The dialplan connects
them, so the talk does not depend on this process.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from ari_app.calls.house import Call, Recorder
from ari_app.calls.switchboard import Switchboard
from ari_app.pbx.line import Answers, Holds, Moves, Presses, Returns, Rings, TalkNews
from claims_store.recordings import LINE, Side
from routing.floor import Offer

ANSWERED = "ANSWER"
SENT_BACK = "TRANSFER"
LOST = "LOST"
RANG_IN_VAIN = "NOANSWER"
PAUSE_KEYS = "*1"
"""What an agent keys on his desk phone to pause the recording, and again to go on."""


class Talk:
    """One ringing of one phone, and what follows from it. `number` is that of the talk's
    recordings: the dialplan counts a blind transfer as a new one. `agent` is who was asked."""

    def __init__(
        self, call: Call, board: Switchboard, number: int, agent: str | None,
        answered_at: datetime | None = None,
    ) -> None:  # fmt: skip
        self.number = number
        self._call = call
        self._board = board
        self._agent = agent
        self._answered_at = answered_at
        self._keyed = ""

    @property
    def answered(self) -> bool:
        """Whether an agent had the caller, as far as was heard."""
        return self._answered_at is not None

    async def ring(self, offer: Offer) -> str:
        """Ring and talk until the caller is back; the status of `Returns`."""
        call = self._call
        await call.note(
            "offered", changes={"stage": "offered"}, agent=offer.agent, phone=offer.phone,
            step=offer.step, ends=LINE, begins=self._recorder("customer", "customer"),
        )  # fmt: skip
        await call.line.stop_recorder()  # it has gone on where waiting is recorded
        return await self.follow(call.line.talk(offer.phone, offer.ring_s))

    async def follow(self, talk: AsyncIterator[TalkNews]) -> str:
        """The same for a phone that rings, or a talk, already."""
        status = ""
        async for news in talk:
            if isinstance(news, Returns):
                status = news.status
            else:
                await self._hear(news)
        self._call.line.forget_keys()
        if status == ANSWERED:
            await self.was_answered()
        self.over()
        return status

    async def was_answered(self) -> None:
        """He is back from the agent who was asked. If nobody heard the answer, that he has talked
        is written down, but not how long: no process knows when it began."""
        if self.answered:
            return
        call, agent = self._call, self._agent
        call.answered = True
        if agent is not None:
            self._board.accepted(call.call_id, agent)
        await call.note(
            "answered", changes={"stage": "talking", "agent": agent}, agent=agent, unheard=True
        )

    def over(self) -> None:
        """Count how long it was; called from outside when the caller hangs up in it."""
        call = self._call
        call.held_since = None
        if self._answered_at is not None:
            call.talk_s += (call.now() - self._answered_at).total_seconds()

    async def _hear(self, news: TalkNews) -> None:
        call = self._call
        match news:
            case Rings(leg=leg, phone=phone):
                await self._begin("agent", f"{leg}-agent", self._agent_at(phone))
            case Answers(phone=phone):
                await self._answered(self._agent_at(phone), phone)
            case Presses(key=key):
                await self._pressed(key)
            case Holds(on=on):
                call.held_since = call.now() if on else None
                self._board.moved(call.call_id)
                await call.note("held" if on else "unheld")
            case Moves():
                await self._moved(news)
            case _:
                pass

    async def _moved(self, news: Moves) -> None:
        agent = self._agent_at(news.to)
        await self._call.note("transferred", kind=news.kind, to=news.to, agent=agent)
        if news.kind == "attended":
            await self._begin("agent", f"consult-{news.leg}-agent", agent)
            await self._answered(agent, news.to)
        elif agent is not None:
            self.number += 1
            await self._begin("customer", "customer")

    async def _pressed(self, key: str) -> None:
        self._keyed = (self._keyed + key)[-len(PAUSE_KEYS) :]
        if self._keyed != PAUSE_KEYS or self._call.consent != "given":
            return
        self._keyed = ""
        paused = not self._call.line.paused
        await self._call.line.pause(paused)
        self._board.moved(self._call.call_id)
        await self._call.note(
            "recording_paused" if paused else "recording_resumed", by="desk phone"
        )

    def _agent_at(self, phone: str) -> str | None:
        return self._board.agent_at(phone)

    async def _answered(self, agent: str | None, phone: str) -> None:
        call = self._call
        first = self._answered_at is None
        if first:
            self._answered_at = call.now()
        changes: dict[str, Any] = {"stage": "talking", "agent": agent}
        if not call.answered:
            call.answered = True
            waited = call.now() - (call.waiting_since or call.now())
            changes["waited_s"] = waited.total_seconds()
        if agent is not None:
            self._board.accepted(call.call_id, agent)
        await call.note("answered", changes=changes, agent=agent, phone=phone, first=first)

    async def _begin(self, side: Side, name: str, agent: str | None = None) -> None:
        recorder = self._recorder(side, name, agent)
        if recorder is not None:
            await self._call.begin_recorder(recorder)

    def _recorder(self, side: Side, name: str, agent: str | None = None) -> Recorder | None:
        """A recorder that begins in this talk; None when he is not recorded."""
        if self._call.consent != "given":
            return None
        file = f"{self._call.call_id}-talk{self.number}-{name}.wav"
        return Recorder(self.number, side, file, agent)
