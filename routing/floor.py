"""What is on the floor at one moment, as values: waiting calls, agents, offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from routing.facts import CallFacts
from routing.stages import AgentState
from routing.words import Text

Key = tuple[int, datetime, str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call that wants an agent.

    `arrival` is the instant that keeps its place for ever; `joined` is when the steps of its queue
    began (None: at arrival). Both survive missed offers, transfers back and restarts.
    `missed` names the agents who did not take this very call, and when; `talks_to` who has it
    already, in a call that is known from before a restart.
    """

    call_id: str
    queue: str
    facts: CallFacts
    arrival: datetime
    urgent: bool = False
    bonus_s: int = 0
    rule_name: str = ""
    reason: Text = Text("", "")
    joined: datetime | None = None
    missed: Mapping[str, datetime] = field(default_factory=dict)
    talks_to: str | None = None


@dataclass(frozen=True, slots=True)
class AgentNow:
    """An agent as he is now: `since` when his state began, `until` when wrap-up or rest ends.

    `call_id` is the call he is offered or talking to, `pending` the state that follows the call.
    """

    name: str
    phone: str
    skills: Mapping[str, int]
    state: AgentState
    since: datetime
    until: datetime | None = None
    call_id: str | None = None
    pending: AgentState | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """Ring this agent for this call: both are reserved already. `step` counts from 0."""

    call_id: str
    agent: str
    phone: str
    queue: str
    step: int
    ring_s: int
    reason: Text
