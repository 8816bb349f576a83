"""The desk's view of the switchboard: what each agent is doing, what rings, who waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

from ari_app.calls.arrivals import Arrivals
from ari_app.calls.roster import CHOOSABLE, Roster
from ari_app.calls.switchboard import Switchboard
from ari_app.desk.floor import (
    AgentView,
    Change,
    OfferView,
    Refused,
    TalkView,
    TrunkView,
    WaitingView,
    WhyRow,
)
from ari_app.pbx.errors import PbxError
from claims_store.people import Agent
from routing import skills
from routing.floor import AgentNow, Waiting
from routing.names import skill_name
from routing.words import Text

OUTCOMES = {
    "chosen": "chosen", "later": "later", "missed": "away", "resting": "busy", "offered": "busy",
    "talking": "busy", "wrap_up": "busy", "away": "away", "lacks": "skill",
}  # fmt: skip


def _need(agent: AgentNow, skill: str, least: int) -> dict[str, str]:
    """One thing the queue's step asks for, beside what the chosen agent has."""
    name, has = skill_name(skill), skills.level(agent.skills, skill)
    return {"zh": f"{name.zh} {has} 级,需要 {least} 级", "en": f"{name.en} {has}, needs {least}"}


def both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


class CallFloor:
    """Implements `ari_app.desk.floor.Floor` over the live switchboard."""

    def __init__(
        self, board: Switchboard, arrivals: Arrivals, roster: Roster,
        trunks: Callable[[], tuple[TrunkView, ...]] = tuple,
    ) -> None:  # fmt: skip
        self._board = board
        self._arrivals = arrivals
        self._roster = roster
        self._trunks = trunks
        self._readers: set[asyncio.Queue[Change]] = set()
        self._talks: dict[str, TalkView] = {}

    def tell(self, kind: str, key: str) -> None:
        """Something moved: every page that is open hears of it."""
        talk = self._talking(key) if kind == "agent" else None
        if talk is not None:
            self._talks[key] = talk
        for reader in self._readers:
            reader.put_nowait(Change(kind, key))

    async def changes(self) -> AsyncIterator[Change]:
        reader: asyncio.Queue[Change] = asyncio.Queue()
        self._readers.add(reader)
        try:
            while True:
                yield await reader.get()
        finally:
            self._readers.discard(reader)

    def agents(self) -> tuple[AgentView, ...]:
        return tuple(self._view(agent) for agent in self._roster.agents.values())

    def agent(self, login: str) -> AgentView | None:
        found = self._roster.agents.get(login)
        return self._view(found) if found else None

    def _view(self, agent: Agent) -> AgentView:
        now = self._board.agent(agent.name)
        state = now.state if now else "offline"
        return AgentView(
            login=agent.name, title=agent.title, phone=agent.phone,
            registered=self._roster.reachable(agent.phone), state=state,
            since=now.since if now else self._roster.started,
            reason=self._board.reasons.get(agent.name) or None,
            after=now.pending if now else None, queues=self._queues(agent),
            wrap_up_ends=now.until if now and state == "wrap_up" else None,
        )  # fmt: skip

    def _queues(self, agent: Agent) -> tuple[str, ...]:
        """Queues whose first step this agent can serve for some line of business of his."""
        lines = {name.partition(".")[2] for name in agent.skills if name.startswith("line.")}
        return tuple(name for name in self._board.plan.queue if name in lines)

    async def set_state(self, login: str, state: str, reason: str | None) -> None:
        agent = self._roster.agents.get(login)
        if agent is None or state not in CHOOSABLE:
            raise Refused("unknown_state")
        if state == "ready" and not self._roster.reachable(agent.phone):
            raise Refused("phone_gone")
        offered, _ = self._with_call(login, "offered")
        self._board.set_state(agent, CHOOSABLE[state], reason or "by_hand")
        line = self._arrivals.lines.get(offered.call_id or "") if offered else None
        if line is not None:
            await line.stop_ringing()

    async def end_wrap_up(self, login: str) -> None:
        now = self._board.agent(login)
        if now is None or now.state != "wrap_up":
            raise Refused("no_wrap_up")
        self._board.set_state(self._roster.agents[login], "ready", "wrap_up_done")

    def offer_for(self, login: str) -> OfferView | None:
        now, waiting = self._with_call(login, "offered")
        if now is None or waiting is None:
            return None
        ring = timedelta(seconds=self._board.plan.queue[waiting.queue].ring)
        why = self._board.engine.explain(waiting.call_id, now.since)
        rows = why.rows if why else ()
        near = [row for row in rows if row.fate != "offline"]
        return OfferView(
            call_id=waiting.call_id, since=now.since, ring_until=now.since + ring,
            queue=waiting.queue, rule=waiting.rule_name, reason=both(waiting.reason),
            why=tuple(
                WhyRow(row.agent, self._title(row.agent), OUTCOMES[row.fate], both(row.sentence))
                for row in near
            ),
            needs=tuple(_need(now, name, least) for name, least in (why.need if why else ())),
            not_considered=len(rows) - len(near),
        )  # fmt: skip

    def call_of(self, login: str) -> TalkView | None:
        """His talk; through the wrap-up the last one, which the engine has forgotten."""
        now, last = self._board.agent(login), self._talks.get(login)
        if now is None or now.state != "wrap_up" or last is None:
            return self._talking(login)
        return replace(last, ended=now.since, recording=False, paused=False, held_since=None)

    def _talking(self, login: str) -> TalkView | None:
        now, waiting = self._with_call(login, "talking")
        if now is None or waiting is None:
            return None
        call = self._arrivals.calls.get(waiting.call_id)
        line = self._arrivals.lines.get(waiting.call_id)
        return TalkView(
            call_id=waiting.call_id, since=now.since, queue=waiting.queue,
            rule=waiting.rule_name, reason=both(waiting.reason),
            recording=bool(call and call.consent == "given"), paused=bool(line and line.paused),
            held_since=call.held_since if call else None,
        )  # fmt: skip

    def waiting(self) -> tuple[WaitingView, ...]:
        engine = self._board.engine
        places = ((call, engine.position(call.call_id)) for call in engine.calls())
        return tuple(
            WaitingView(call.call_id, call.queue, call.arrival, place)
            for call, place in places
            if place is not None
        )

    def trunks(self) -> tuple[TrunkView, ...]:
        return self._trunks()

    async def pause_recording(self, call_id: str, on: bool, by: str) -> None:
        line, call = self._arrivals.lines.get(call_id), self._arrivals.calls.get(call_id)
        if line is None or call is None or call.consent != "given":
            raise Refused("not_recorded")
        try:
            await line.pause(on)
        except PbxError:
            raise Refused("pbx_away") from None
        await call.note("recording_paused" if on else "recording_resumed", by=by)
        self.tell("call", call_id)

    def _with_call(self, login: str, state: str) -> tuple[AgentNow | None, Waiting | None]:
        now = self._board.agent(login)
        if now is None or now.state != state or now.call_id is None:
            return None, None
        return now, self._board.engine.call(now.call_id)

    def _title(self, login: str) -> dict[str, str]:
        agent = self._roster.agents.get(login)
        return dict(agent.title) if agent else {"zh": login, "en": login}
