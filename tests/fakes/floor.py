"""A floor whose calls a test moves by hand; it keeps the contract of `ari_app.desk.floor.Floor`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from ari_app.desk.floor import (
    AgentView,
    Change,
    OfferView,
    Refused,
    TalkView,
    Text,
    TrunkView,
    WaitingView,
    WhyRow,
)

CHOOSABLE = frozenset({"ready", "away", "offline"})


class FakeFloor:
    """Agents in memory; every act tells the pages, as the switchboard does."""

    def __init__(self, agents: tuple[AgentView, ...], now: Callable[[], datetime]) -> None:
        self._agents = {agent.login: agent for agent in agents}
        self.lines: tuple[TrunkView, ...] = ()
        """The trunks; a test puts others here."""
        self._offers: dict[str, OfferView] = {}
        self._talks: dict[str, TalkView] = {}
        self._waiting: tuple[WaitingView, ...] = ()
        self._readers: set[asyncio.Queue[Change]] = set()
        self._now = now

    # What the desk asks.

    def agents(self) -> tuple[AgentView, ...]:
        return tuple(self._agents.values())

    def agent(self, login: str) -> AgentView | None:
        return self._agents.get(login)

    def offer_for(self, login: str) -> OfferView | None:
        return self._offers.get(login)

    def call_of(self, login: str) -> TalkView | None:
        return self._talks.get(login)

    def waiting(self) -> tuple[WaitingView, ...]:
        return self._waiting

    def trunks(self) -> tuple[TrunkView, ...]:
        return self.lines

    async def set_state(self, login: str, state: str, reason: str | None) -> None:
        agent = self._agents.get(login)
        if agent is None or state not in CHOOSABLE:
            raise Refused("unknown_state")
        if state == "ready" and not agent.registered:
            raise Refused("phone_gone")
        if agent.state == "talking":
            self._change(login, after=state, after_reason=reason)
            return
        self._offers.pop(login, None)
        self._talks.pop(login, None)
        self._move(login, state, reason)

    async def pause_recording(self, call_id: str, on: bool, by: str) -> None:
        talks = ((login, each) for login, each in self._talks.items() if each.call_id == call_id)
        login, talk = next(talks, ("", None))
        if talk is None or not talk.recording:
            raise Refused("not_recorded")
        self._talks[login] = replace(talk, paused=on)
        self.tell("call", call_id)

    async def end_wrap_up(self, login: str) -> None:
        if self._agents[login].state != "wrap_up":
            raise Refused("no_wrap_up")
        self._talks.pop(login, None)
        self._move(login, "ready", None)

    async def changes(self) -> AsyncIterator[Change]:
        reader: asyncio.Queue[Change] = asyncio.Queue()
        self._readers.add(reader)
        try:
            while True:
                yield await reader.get()
        finally:
            self._readers.discard(reader)

    # What a test moves.

    def tell(self, kind: str, key: str) -> None:
        for reader in self._readers:
            reader.put_nowait(Change(kind, key))

    def wait(self, *waiting: WaitingView) -> None:
        self._waiting = waiting
        self.tell("waiting", "")

    def register(self, login: str, on: bool) -> None:
        self._change(login, registered=on)

    def offer(
        self,
        login: str,
        call_id: str,
        *,
        queue: str = "motor",
        rule: str = "motor, Shanghai",
        reason: Text | None = None,
        why: tuple[WhyRow, ...] = (),
        needs: tuple[Text, ...] = (),
        ring_s: float = 20,
    ) -> None:
        now = self._now()
        reason = reason or {"zh": "第一条符合的规则。", "en": "The first rule that fits."}
        ends = now + timedelta(seconds=ring_s)
        self._offers[login] = OfferView(
            call_id, now, ends, queue, rule, reason, why=why, needs=needs, not_considered=3
        )
        self._move(login, "offered", None)

    def answer(self, login: str, *, recording: bool = True) -> None:
        offer = self._offers.pop(login)
        self._talks[login] = TalkView(
            offer.call_id, self._now(), offer.queue, offer.rule, offer.reason, recording=recording
        )
        self._move(login, "talking", None)

    def hang_up(self, login: str, wrap_s: float = 30) -> None:
        self._talks[login] = replace(self._talks[login], ended=self._now(), recording=False)
        self._change(login, wrap_up_ends=self._now() + timedelta(seconds=wrap_s))
        self._move(login, "wrap_up", None)

    def _move(self, login: str, state: str, reason: str | None) -> None:
        self._change(login, state=state, reason=reason, since=self._now())

    def _change(self, login: str, **columns: object) -> None:
        self._agents[login] = replace(self._agents[login], **columns)  # type: ignore[arg-type]
        self.tell("agent", login)
