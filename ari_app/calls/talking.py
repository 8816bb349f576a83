"""Caller and agent: ring the phone, watch the talk, know how it ended. The dialplan connects
them, so the talk does not depend on this process.
"""

from __future__ import annotations

from datetime import datetime

from ari_app.calls.house import Call
from ari_app.calls.switchboard import Switchboard
from ari_app.pbx.line import Answers, Holds, Moves, Presses, Returns, Rings, TalkNews
from claims_store import people, recordings
from routing.floor import Offer

ANSWERED = "ANSWER"
SENT_BACK = "TRANSFER"
RANG_IN_VAIN = "NOANSWER"
PAUSE_KEYS = "*1"
"""What an agent keys on his desk phone to pause the recording, and again to go on."""


class Talk:
    """One ringing of one phone, and what follows from it."""

    def __init__(self, call: Call, board: Switchboard, offer: Offer, number: int) -> None:
        self._call = call
        self._board = board
        self._offer = offer
        self._number = number
        self._answered_at: datetime | None = None
        self._keyed = ""

    async def run(self) -> str:
        """Ring and talk until the caller is back; the status of `Returns`."""
        call, offer = self._call, self._offer
        await call.change(stage="offered")
        await call.note("offered", agent=offer.agent, phone=offer.phone, step=offer.step)
        await self._begin_recording("customer", f"{call.call_id}-talk{self._number}-customer.wav")
        status = ""
        async for news in call.line.talk(offer.phone, offer.ring_s):
            if isinstance(news, Returns):
                status = news.status
            else:
                await self._hear(news)
        await self._over()
        return status

    async def _over(self) -> None:
        call = self._call
        await call.run(recordings.end, call.call_id, call.now(), self._number)
        if self._answered_at is not None:
            await call.change(talk_s=(call.now() - self._answered_at).total_seconds())

    async def _hear(self, news: TalkNews) -> None:
        call = self._call
        match news:
            case Rings(leg=leg, phone=phone):
                agent = await self._agent_at(phone)
                await self._begin_recording(
                    "agent", f"{call.call_id}-talk{self._number}-{leg}-agent.wav", agent
                )
            case Answers(phone=phone):
                await self._answered(await self._agent_at(phone), phone)
            case Presses(key=key):
                await self._pressed(key)
            case Holds(on=on):
                await call.note("held" if on else "unheld")
            case Moves(kind=kind, to=to):
                await call.note("transferred", kind=kind, to=to, agent=await self._agent_at(to))
                if kind == "attended":
                    await self._answered(await self._agent_at(to), to)
            case _:
                pass

    async def _pressed(self, key: str) -> None:
        self._keyed = (self._keyed + key)[-len(PAUSE_KEYS) :]
        if self._keyed != PAUSE_KEYS or self._call.consent != "given":
            return
        self._keyed = ""
        paused = not self._call.line.paused
        await self._call.line.pause(paused)
        await self._call.note(
            "recording_paused" if paused else "recording_resumed", by="desk phone"
        )

    async def _agent_at(self, phone: str) -> str | None:
        found = await self._call.run(people.agent_by_phone, phone)
        return found.name if found else None

    async def _answered(self, agent: str | None, phone: str) -> None:
        call = self._call
        first = self._answered_at is None
        if first:
            self._answered_at = call.now()
            waited = self._answered_at - (call.waiting_since or self._answered_at)
            await call.change(waited_s=waited.total_seconds())
        if agent is not None:
            self._board.accepted(call.call_id, agent)
        await call.change(stage="talking", agent=agent)
        await call.note("answered", agent=agent, phone=phone, first=first)

    async def _begin_recording(self, side: str, file: str, agent: str | None = None) -> None:
        if self._call.consent != "given":
            return
        call = self._call
        kind: recordings.Side = "agent" if side == "agent" else "customer"
        await call.run(recordings.begin, call.call_id, self._number, kind, file, call.now(), agent)
