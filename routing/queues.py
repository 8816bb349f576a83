"""The engine that decides which agent is rung for which call.

A pure state machine: events change it, `tick` decides. It is driven by events and a given clock, so
that live calls, recovery and rehearsal run the same code. Events that come too late (an answer to
an offer that is gone, a call that is over) change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from routing.explain import Why, why
from routing.floor import AgentNow, Offer, Waiting
from routing.forecast import remaining_s
from routing.matching import Matcher
from routing.people import People
from routing.plan import Plan
from routing.tickets import Ticket, Tickets
from routing.timers import Timers

__all__ = ["AgentNow", "Engine", "Offer", "Waiting"]

REST = timedelta(seconds=10)
"""How long a phone that was busy is left alone."""


class Engine:
    """Calls of one plan and the agents who take them. After every event call `tick`."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._timers = Timers()
        self._matcher = Matcher()
        self._people = People(self._matcher, self._timers)
        self._tickets = Tickets(plan, self._matcher, self._timers)

    @classmethod
    def restore(
        cls, plan: Plan, calls: Iterable[Waiting], agents: Iterable[AgentNow], now: datetime
    ) -> Engine:
        """An engine with these calls and agents; agents name the calls they are offered or on."""
        engine = cls(plan)
        for call in calls:
            engine.arrive(call, now)
        for agent in agents:
            engine._meet(agent, now)
        return engine

    def arrive(self, call: Waiting, now: datetime) -> None:
        """A call wants an agent; a queue the plan does not know (any more) is the last rule's."""
        self.leave(call.call_id, now)
        self._tickets.add(call, now)

    def leave(self, call_id: str, now: datetime) -> None:
        """The caller left, in whatever state."""
        ticket = self._tickets.find(call_id)
        if ticket is not None:
            self._release(ticket, now)
            self._tickets.remove(ticket)

    def ended(self, call_id: str, now: datetime) -> None:
        """The talk is over: its agent wraps up."""
        self.leave(call_id, now)

    def agent(self, agent: AgentNow, now: datetime) -> None:
        """An agent is known from now on, or he, a supervisor or his phone changed his state.

        While he talks, a wish to be away or offline is kept until the call is over. A caller he
        was offered goes back to his place.
        """
        lost = self._people.wish(agent, now)
        self._return(lost, agent.name, now)

    def gone(self, name: str, now: datetime) -> None:
        """There is no such agent any more."""
        self._return(self._people.forget(name), name, now)

    def accepted(self, call_id: str, agent: str, now: datetime) -> None:
        """The agent talks to the caller, offered or not (he picked him up, or took him over)."""
        ticket = self._tickets.find(call_id)
        if ticket is None:
            return
        if ticket.agent != agent:
            self._release(ticket, now)
        self._tickets.talks(ticket, agent, now)
        self._return(self._people.talk(agent, call_id, now), agent, now)

    def missed(self, call_id: str, agent: str, now: datetime, *, busy: bool = False) -> None:
        """He did not answer: the call keeps its key, he is away (busy at once: he only rests)."""
        ticket = self._tickets.find(call_id)
        if ticket is None or ticket.agent != agent or ticket.stage != "offered":
            return
        if busy:
            self._people.rest(agent, now, now + REST)
        else:
            self._people.miss(agent, now)
        self._return(call_id, agent, now)

    def back(self, call_id: str, now: datetime, *, queue: str | None = None) -> None:
        """The talk is over but the caller wants an agent again: he keeps his key."""
        ticket = self._tickets.find(call_id)
        if ticket is not None:
            self._release(ticket, now)
            self._tickets.wait_again(ticket, now, queue)

    def tick(self, now: datetime) -> list[Offer]:
        """Run the timers that are due and reserve agents for callers."""
        for kind, name in self._timers.due(now):
            if kind == "step":
                self._tickets.widen(name, now)
            else:
                self._people.time_is_up(name)
        return [self._offer(call_id, agent, now) for call_id, agent in self._matcher.match()]

    def next_due(self) -> datetime | None:
        """When `tick` must be called at the latest."""
        return self._timers.next()

    def position(self, call_id: str) -> int | None:
        """Place in the queue, from 1; None if the call does not wait."""
        return self._tickets.position(call_id)

    def expected_wait(self, call_id: str, now: datetime) -> float | None:
        """Seconds this call is still expected to wait; None if nothing is known."""
        place = self._tickets.position(call_id)
        if place is None:
            return None
        length, head_s, last_s = self._tickets.measures(call_id, now)
        return remaining_s(place, length, head_s, last_s)

    def explain(self, call_id: str, now: datetime) -> Why | None:
        """Why this call went, or goes, to whom, as things are now; None if there is no such call.

        Asked right after the tick that made an offer, it explains that offer.
        """
        ticket = self._tickets.find(call_id)
        if ticket is None:
            return None
        need, zone = self._tickets.need(ticket), self.plan.line.zone
        return why(ticket.call, ticket.step, need, ticket.agent, self._people.all(), zone)

    def changed(self) -> list[AgentNow]:
        """Agents whose state changed since this was last asked, in order of name."""
        return self._people.changed()

    def agents(self) -> list[AgentNow]:
        """All agents in order of name."""
        return self._people.all()

    def one(self, name: str) -> AgentNow | None:
        """One agent."""
        return self._people.find(name)

    def call(self, call_id: str) -> Waiting | None:
        """One call that waits, is offered or talks."""
        ticket = self._tickets.find(call_id)
        return None if ticket is None else ticket.call

    def calls(self) -> list[Waiting]:
        """All calls that wait, are offered or talk, by key."""
        return self._tickets.all()

    def _meet(self, agent: AgentNow, now: datetime) -> None:
        """Know an agent from before a restart, with the call he is rung for or talks to."""
        ticket = self._tickets.find(agent.call_id)
        free = ticket is not None and ticket.agent in (None, agent.name)
        if ticket is not None and free and agent.state == "talking":
            self._people.know(agent)
            self._tickets.talks(ticket, agent.name, now)
        elif ticket is not None and free and agent.state == "offered":
            self._people.know(agent)
            self._tickets.offered(ticket, agent.name)
        else:
            self.agent(replace(agent, call_id=None), now)

    def _offer(self, call_id: str, agent: str, now: datetime) -> Offer:
        ticket = self._tickets.find(call_id)
        assert ticket is not None, "the matcher knows only calls of the lines"
        self._tickets.offered(ticket, agent)
        phone = self._people.offer(agent, call_id, now)
        call = ticket.call
        ring = self.plan.queue[call.queue].ring
        return Offer(call_id, agent, phone, call.queue, ticket.step, ring, call.reason)

    def _release(self, ticket: Ticket, now: datetime) -> None:
        """Free the agent of a call: after a talk he wraps up, after an offer he is ready again."""
        if ticket.agent is None:
            return
        if ticket.stage == "talking":
            wrap_up = timedelta(seconds=self.plan.queue[ticket.call.queue].wrap_up)
            self._people.end(ticket.agent, ticket.call.call_id, now, now + wrap_up)
        else:
            self._people.withdraw(ticket.agent, now)

    def _return(self, call_id: str | None, agent: str, now: datetime) -> None:
        """A caller whose offer came to nothing goes back to his place."""
        ticket = self._tickets.find(call_id)
        if ticket is not None and ticket.agent == agent and ticket.stage == "offered":
            self._tickets.missed(ticket, agent, now)
