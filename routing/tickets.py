"""The calls of the engine: each keeps its key from arrival to the end, whatever happens to it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from routing.floor import Key, Waiting
from routing.matching import Matcher
from routing.plan import Plan, Queue
from routing.skills import Requirement, requirement
from routing.timers import Timers


@dataclass(slots=True)
class Ticket:
    """A call in the engine: waiting, or held by an agent who is rung or talks."""

    call: Waiting
    key: Key
    step: int = 0
    stage: Literal["waiting", "offered", "talking"] = "waiting"
    agent: str | None = None


def key_of(call: Waiting) -> Key:
    """The call's place among all, the same for ever: urgent first, then the older, then by id."""
    virtual = call.arrival - timedelta(seconds=call.bonus_s)
    return 0 if call.urgent else 1, virtual, call.call_id


def step_at(queue: Queue, joined: datetime, now: datetime) -> tuple[int, datetime | None]:
    """The step a call is in (from 0), and when the next one begins."""
    edge = joined
    for number, step in enumerate(queue.step[:-1]):
        edge += timedelta(seconds=step.for_ or 0)
        if now < edge:
            return number, edge
    return len(queue.step) - 1, None


class Tickets:
    """All calls that wait, are offered or talk; those that wait are with the matcher."""

    def __init__(self, plan: Plan, matcher: Matcher, timers: Timers) -> None:
        self._plan = plan
        self._matcher = matcher
        self._timers = timers
        self._tickets: dict[str, Ticket] = {}
        self._queues: dict[str, list[Key]] = {name: [] for name in plan.queue}
        self._last_waited_s: dict[str, float] = {}

    def find(self, call_id: str | None) -> Ticket | None:
        """The ticket of that call."""
        return self._tickets.get(call_id) if call_id is not None else None

    def add(self, call: Waiting, now: datetime) -> None:
        """The call waits from now on; a queue that the plan does not know is the last rule's."""
        if call.queue not in self._plan.queue:
            call = replace(call, queue=self._plan.rule[-1].queue)
        ticket = Ticket(replace(call, talks_to=None), key_of(call))
        self._tickets[call.call_id] = ticket
        if call.talks_to is None:
            self._wait(ticket, now)
        else:
            ticket.stage, ticket.agent = "talking", call.talks_to

    def remove(self, ticket: Ticket) -> None:
        """The call is over."""
        self._leave_queue(ticket)
        del self._tickets[ticket.call.call_id]

    def offered(self, ticket: Ticket, agent: str) -> None:
        """An agent is rung for the call: nobody else gets it meanwhile."""
        self._leave_queue(ticket)
        ticket.stage, ticket.agent = "offered", agent

    def talks(self, ticket: Ticket, agent: str, now: datetime) -> None:
        """The caller talks to an agent."""
        self._leave_queue(ticket)
        if ticket.stage != "talking":
            waited = now - (ticket.call.joined or ticket.call.arrival)
            self._last_waited_s[ticket.call.queue] = max(waited.total_seconds(), 0.0)
        ticket.stage, ticket.agent = "talking", agent

    def missed(self, ticket: Ticket, agent: str, now: datetime) -> None:
        """The offer came to nothing: back to the old place; others are asked before this agent."""
        ticket.call = replace(ticket.call, missed={**ticket.call.missed, agent: now})
        self._wait(ticket, now)

    def wait_again(self, ticket: Ticket, now: datetime, queue: str | None) -> None:
        """Back from a talk with the old key; in another queue its steps begin anew."""
        if queue is not None and queue in self._plan.queue and queue != ticket.call.queue:
            self._leave_queue(ticket)
            ticket.call = replace(ticket.call, queue=queue, joined=now)
        self._wait(ticket, now)

    def widen(self, call_id: str, now: datetime) -> None:
        """The time of its step is over: the call may have more agents from now on."""
        self._wait(self._tickets[call_id], now)

    def need(self, ticket: Ticket) -> Requirement:
        """What an agent must have for the call in its present step."""
        step = self._plan.queue[ticket.call.queue].step[ticket.step]
        return requirement(step.need, ticket.call.facts)

    def position(self, call_id: str) -> int | None:
        """Place in the queue, from 1; None if the call does not wait."""
        ticket = self._tickets.get(call_id)
        if ticket is None or ticket.stage != "waiting":
            return None
        return bisect_left(self._queues[ticket.call.queue], ticket.key) + 1

    def measures(self, call_id: str, now: datetime) -> tuple[int, float | None, float | None]:
        """Of the call's queue: its length, the wait of its head so far, of the last one served.

        The head is the first one that is as urgent as this call: an urgent caller's short wait
        says nothing about the others.
        """
        ticket = self._tickets[call_id]
        keys = self._queues[ticket.call.queue]
        head = self._tickets[keys[bisect_left(keys, ticket.key[:1])][2]].call
        waited = (now - (head.joined or head.arrival)).total_seconds()
        return len(keys), max(waited, 0.0) or None, self._last_waited_s.get(ticket.call.queue)

    def all(self) -> list[Waiting]:
        """All calls by key."""
        tickets = sorted(self._tickets.values(), key=lambda each: each.key)
        return [
            replace(each.call, talks_to=each.agent) if each.stage == "talking" else each.call
            for each in tickets
        ]

    def _wait(self, ticket: Ticket, now: datetime) -> None:
        call, queue = ticket.call, self._plan.queue[ticket.call.queue]
        keys = self._queues[call.queue]
        place = bisect_left(keys, ticket.key)
        if place == len(keys) or keys[place] != ticket.key:
            keys.insert(place, ticket.key)
        ticket.stage, ticket.agent = "waiting", None
        ticket.step, due = step_at(queue, call.joined or call.arrival, now)
        self._timers.set("step", call.call_id, due)
        self._matcher.wait(
            call.call_id, ticket.key, self.need(ticket), queue.pick, tuple(call.missed)
        )

    def _leave_queue(self, ticket: Ticket) -> None:
        keys = self._queues[ticket.call.queue]
        place = bisect_left(keys, ticket.key)
        if place < len(keys) and keys[place] == ticket.key:
            del keys[place]
        self._timers.set("step", ticket.call.call_id, None)
        self._matcher.drop(ticket.call.call_id)
