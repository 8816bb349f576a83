"""The engine that decides which agent is rung for which call.

A pure state machine: events change it, `tick` decides. It is driven by events and a given clock, so
that live calls, recovery and rehearsal run the same code.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from routing.explain import Why
from routing.floor import AgentNow, Offer, Waiting
from routing.plan import Plan

__all__ = ["AgentNow", "Engine", "Offer", "Waiting"]


class Engine:
    """Calls of one plan and the agents who take them. After every event call `tick`."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    @classmethod
    def restore(
        cls, plan: Plan, calls: Iterable[Waiting], agents: Iterable[AgentNow], now: datetime
    ) -> Engine:
        """An engine with these calls and agents; agents name the calls they are offered or on."""
        ...

    def arrive(self, call: Waiting, now: datetime) -> None:
        """A call wants an agent."""

    def leave(self, call_id: str, now: datetime) -> None:
        """The caller left, in whatever state."""

    def agent(self, agent: AgentNow, now: datetime) -> None:
        """An agent is known from now on, or he (or a supervisor, or his phone) changed his state."""

    def gone(self, name: str, now: datetime) -> None:
        """There is no such agent any more."""

    def accepted(self, call_id: str, agent: str, now: datetime) -> None:
        """The agent talks to the caller, offered or not."""

    def missed(self, call_id: str, agent: str, now: datetime, *, busy: bool = False) -> None:
        """The agent did not answer: the call keeps its key, he is away (busy at once: only rests)."""

    def ended(self, call_id: str, now: datetime) -> None:
        """The call is over: its agent wraps up."""

    def back(self, call_id: str, now: datetime, *, queue: str | None = None) -> None:
        """The talk is over but the caller wants an agent again: he keeps his key."""

    def tick(self, now: datetime) -> list[Offer]:
        """Run the timers that are due and reserve agents for callers."""
        ...

    def next_due(self) -> datetime | None:
        """When `tick` must be called at the latest."""
        ...

    def position(self, call_id: str) -> int | None:
        """Place in the queue, from 1; None if the call does not wait."""
        ...

    def expected_wait(self, call_id: str, now: datetime) -> float | None:
        """Seconds this call is still expected to wait; None if nothing is known."""
        ...

    def explain(self, call_id: str, now: datetime) -> Why | None:
        """Why this call went, or goes, to whom; None if there is no such call."""
        ...

    def changed(self) -> list[AgentNow]:
        """Agents whose state changed since this was last asked, in order of name."""
        ...

    def agents(self) -> list[AgentNow]:
        """All agents in order of name."""
        ...

    def calls(self) -> list[Waiting]:
        """All calls that wait, are offered or talk, by key."""
        ...
