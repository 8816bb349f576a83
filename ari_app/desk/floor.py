"""The live side as the desk sees it: who is in which state, who is offered what, what goes on.

The switchboard implements `Floor`; the desk paints from it and asks it to act. All instants are
aware and in UTC; `login` is the name a person signs in with, which is the agent's name as well.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Text = Mapping[str, str]  # one sentence by language: {"zh": ..., "en": ...}


@dataclass(frozen=True, slots=True)
class AgentView:
    """One agent now. `state` is one of routing.stages; `after` was chosen for after the talk."""

    login: str
    title: Text
    phone: str
    registered: bool
    state: str
    since: datetime
    reason: str | None = None
    after: str | None = None
    after_reason: str | None = None
    wrap_up_ends: datetime | None = None
    queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyRow:
    """One candidate. `outcome`: chosen, later, busy, skill or away."""

    agent: str
    title: Text
    outcome: str
    detail: Text


@dataclass(frozen=True, slots=True)
class OfferView:
    """A call that rings at an agent's phone, and why it is his."""

    call_id: str
    since: datetime
    ring_until: datetime
    queue: str
    rule: str
    reason: Text
    why: tuple[WhyRow, ...] = ()
    needs: tuple[Text, ...] = ()
    """What the queue's step asks for, beside what the chosen agent has."""
    not_considered: int = 0
    """Agents who are signed off."""


@dataclass(frozen=True, slots=True)
class TalkView:
    """An agent's call from the answer until wrap-up ends; `ended` is None while both talk."""

    call_id: str
    since: datetime
    queue: str
    rule: str
    reason: Text
    recording: bool = False
    paused: bool = False
    held_since: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class WaitingView:
    """A caller who waits; `position` counts from 1 in his queue."""

    call_id: str
    queue: str
    since: datetime
    position: int


@dataclass(frozen=True, slots=True)
class TrunkView:
    """A way into the telephone network. `state`: registered, rejected, unregistered, reachable,
    unreachable or listening; `alarm`: it is lost for so long that somebody has to know."""

    name: str
    kind: str
    at: str
    state: str
    since: datetime
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Something moved. `kind` is agent (key: login), call (call id), waiting (queue),
    report (report number), claim (claim number), trunk (its name) or alarm."""

    kind: str
    key: str


class Refused(Exception):
    """The floor does not do what was asked; `code` names the sentence in the desk's words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Floor(Protocol):
    """What the switchboard shows and does for the desk."""

    def agents(self) -> tuple[AgentView, ...]:
        """All agents, in the order of the plan."""

    def agent(self, login: str) -> AgentView | None:
        """The agent with this login, or None for somebody who takes no calls."""

    async def set_state(self, login: str, state: str, reason: str | None) -> None:
        """ready, away or offline. During a talk it is kept for after wrap-up; during an offer it
        means "not now"; in wrap-up, ready ends it. Raises Refused (`phone_gone`, ...)."""

    def offer_for(self, login: str) -> OfferView | None:
        """The call that rings at this agent."""

    def call_of(self, login: str) -> TalkView | None:
        """The call this agent talks on, or wraps up."""

    def waiting(self) -> tuple[WaitingView, ...]:
        """All callers who wait, longest first."""

    def trunks(self) -> tuple[TrunkView, ...]:
        """All trunks, as the operator wrote them down."""

    async def pause_recording(self, call_id: str, on: bool, by: str) -> None:
        """Mute (on) or resume every recorder of the call. Raises Refused (`not_recorded`, ...)."""

    async def end_wrap_up(self, login: str) -> None:
        """Leave wrap-up at once. Raises Refused (`no_wrap_up`)."""

    def changes(self) -> AsyncIterator[Change]:
        """What moves from now on; ends when the floor closes."""
