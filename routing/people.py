"""The agents of the engine: their states, moved only as `routing.stages` allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import cast

from routing.floor import AgentNow
from routing.matching import Matcher
from routing.stages import AgentState, legal, move
from routing.timers import Timers

# What an agent, a supervisor or a phone may wish for, and its name in the table of moves.
_WISHES: dict[AgentState, str] = {
    "ready": "ready",
    "away": "away",
    "offline": "offline",
    "talking": "talk",
    "wrap_up": "wrap_up",
}


class People:
    """Each agent is in one state; ready ones are with the matcher, deadlines with the timers."""

    def __init__(self, matcher: Matcher, timers: Timers) -> None:
        self._matcher = matcher
        self._timers = timers
        self._people: dict[str, AgentNow] = {}
        self._idle_since: dict[str, datetime] = {}
        self._changed: set[str] = set()

    def know(self, agent: AgentNow) -> None:
        """Take the agent as he is given."""
        self._matcher.know(agent.name, agent.skills)
        self._put(agent)

    def forget(self, name: str) -> str | None:
        """There is no such agent any more; the call he was offered, if any."""
        person = self._people.pop(name, None)
        self._matcher.forget(name)
        self._timers.set("agent", name, None)
        return person.call_id if person is not None and person.state == "offered" else None

    def wish(self, agent: AgentNow, now: datetime) -> str | None:
        """Move the agent to the state given, if that is legal; the call he was offered, if any."""
        before = self._people.get(agent.name)
        if before is None:
            known = replace(agent, call_id=None)
            self.know(known if agent.state != "offered" else replace(known, state="ready"))
            return None
        person = self._renew(before, agent)
        if person.state == "talking" and person.call_id is not None:
            self._put(replace(person, pending=_after_call(agent.state)))
            return None
        if person.state == "talking" and agent.state != "talking":
            # A talk that is no call of ours ends when somebody says so.
            person = replace(person, state=_moved(person, "end"))
        event = _WISHES.get(agent.state, "")
        if not legal("agent", person.state, event):
            self._put(person)
            return None
        lost = person.call_id if person.state == "offered" else None
        state = _moved(person, event)
        since = person.since if state == before.state else agent.since
        self._put(
            replace(person, state=state, since=since, until=agent.until, call_id=None, pending=None)
        )
        return lost

    def offer(self, name: str, call_id: str, now: datetime) -> str:
        """He is rung for this call; his phone."""
        person = self._people[name]
        self._idle_since[name] = person.since
        self._put(replace(person, state=_moved(person, "offer"), since=now, call_id=call_id))
        return person.phone

    def withdraw(self, name: str, now: datetime) -> None:
        """The offer is gone by no fault of his: he is idle as long as before."""
        person = self._people.get(name)
        if person is not None and person.state == "offered":
            since = self._idle_since.get(name, now)
            self._put(replace(person, state=_moved(person, "withdraw"), since=since, call_id=None))

    def miss(self, name: str, now: datetime) -> None:
        """He did not answer: away until he, or his phone, says that he is there."""
        person = self._people[name]
        self._put(replace(person, state=_moved(person, "miss"), since=now, call_id=None))

    def rest(self, name: str, now: datetime, until: datetime) -> None:
        """His phone was busy: ready, but left alone for a while."""
        person = self._people[name]
        state = _moved(person, "busy")
        self._put(replace(person, state=state, since=now, until=until, call_id=None))

    def talk(self, name: str, call_id: str, now: datetime) -> str | None:
        """He talks to this caller; the call he was offered before, if any."""
        person = self._people.get(name)
        if person is None or (person.state == "talking" and person.call_id == call_id):
            return None
        lost = person.call_id if person.state == "offered" else None
        state = _moved(person, "talk")
        self._put(replace(person, state=state, since=now, until=None, call_id=call_id))
        return lost

    def end(self, name: str, call_id: str, now: datetime, until: datetime) -> None:
        """His talk with this caller is over: he wraps up."""
        person = self._people.get(name)
        if person is None or person.state != "talking" or person.call_id != call_id:
            return
        state = _moved(person, "end")
        self._put(replace(person, state=state, since=now, until=until, call_id=None))
        if until <= now:
            self.time_is_up(name)

    def time_is_up(self, name: str) -> None:
        """His wrap-up is over, or his phone was left alone long enough."""
        person = self._people[name]
        if person.state == "wrap_up" and person.until is not None:
            event = person.pending or "done"
            state, since = _moved(person, event), person.until
            self._put(replace(person, state=state, since=since, until=None, pending=None))
        else:
            self._put(replace(person, until=None))

    def find(self, name: str) -> AgentNow | None:
        """One agent."""
        return self._people.get(name)

    def all(self) -> list[AgentNow]:
        """All agents in order of name."""
        return [self._people[name] for name in sorted(self._people)]

    def changed(self) -> list[AgentNow]:
        """Those whose state changed since this was last asked."""
        names, self._changed = sorted(self._changed & self._people.keys()), set()
        return [self._people[name] for name in names]

    def _renew(self, before: AgentNow, agent: AgentNow) -> AgentNow:
        if agent.skills != before.skills:
            self._matcher.know(agent.name, agent.skills)
        return replace(before, phone=agent.phone, skills=agent.skills)

    def _put(self, person: AgentNow) -> None:
        if self._people.get(person.name) != person:
            self._changed.add(person.name)
        self._people[person.name] = person
        if person.state == "ready" and person.until is None:
            self._matcher.ready(person.name, person.since)
        else:
            self._matcher.unready(person.name)
        self._timers.set("agent", person.name, person.until)


def _moved(person: AgentNow, event: str) -> AgentState:
    return cast(AgentState, move("agent", person.state, event))


def _after_call(wish: AgentState) -> AgentState | None:
    return wish if wish in ("away", "offline") else None
