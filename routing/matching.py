"""Who gets whom: the one order of calls, the one order of agents, and nothing else.

Calls: urgent first, then the older (arrival less bonus), then by id. Agents who fit: those who did
not miss this call before, then (where the queue says so) the higher levels, then the longest idle,
then by name. A call that waits belongs to a class, which is what it needs; whether an agent may
serve a class is one bit. So a free agent walks the heads of the classes, and a new call walks the
free agents; neither walks all calls.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import Literal

from routing.floor import Key
from routing.skills import Requirement, fits, strength

Pick = Literal["idle", "level"]
MOST_CLASSES = 1024
"""From here on a new class takes the place of an empty one, if there is one."""

ClassKey = tuple[Requirement, Pick]


@dataclass(slots=True)
class _Agent:
    name: str
    skills: Mapping[str, int]
    bits: int = 0
    since: datetime | None = None
    """Idle since; None while he is not ready."""
    strengths: dict[int, int] = field(default_factory=dict)


class Matcher:
    """Calls that wait and agents who are ready; `match` reserves in the same step as it chooses."""

    def __init__(self) -> None:
        self._classes: dict[ClassKey, int] = {}
        self._needs: list[ClassKey] = []
        self._heaps: list[list[Key]] = []
        self._heads: list[tuple[Key, int]] = []
        self._head: dict[int, Key] = {}
        self._empty: dict[int, None] = {}
        self._calls: dict[str, tuple[Key, int]] = {}
        self._avoid: dict[str, Collection[str]] = {}
        self._agents: dict[str, _Agent] = {}
        self._idle: list[tuple[datetime, str, _Agent]] = []
        # Before each change no ready agent fits any waiting call. Only what changed since the last
        # match can make a pair: classes that were empty, and agents who were not ready.
        self._new_classes: set[int] = set()
        self._new_agents: dict[str, _Agent] = {}

    def wait(
        self,
        call_id: str,
        key: Key,
        need: Requirement,
        pick: Pick = "idle",
        avoid: Collection[str] = (),
    ) -> None:
        """The call waits (from now on) for an agent who has what it needs."""
        self.drop(call_id)
        number = self._class(need, pick)
        self._calls[call_id] = key, number
        if avoid:
            self._avoid[call_id] = avoid
        heappush(self._heaps[number], key)
        if number not in self._head:
            self._new_classes.add(number)
        self._set_head(number)

    def drop(self, call_id: str) -> None:
        """The call does not wait any more."""
        found = self._calls.pop(call_id, None)
        if found is not None:
            self._avoid.pop(call_id, None)
            self._set_head(found[1])

    def know(self, name: str, skills: Mapping[str, int]) -> None:
        """There is such an agent, with these skills."""
        before = self._agents.get(name)
        since = before.since if before is not None else None
        self.forget(name)
        bits = sum(1 << i for i, (need, _) in enumerate(self._needs) if fits(skills, need))
        self._agents[name] = _Agent(name, skills, bits)
        if since is not None:
            self.ready(name, since)

    def forget(self, name: str) -> None:
        """There is no such agent any more."""
        self.unready(name)
        self._agents.pop(name, None)

    def ready(self, name: str, since: datetime) -> None:
        """The agent may be given a call; he is idle since then."""
        self.unready(name)
        agent = self._agents[name]
        agent.since = since
        insort(self._idle, (since, name, agent))
        self._new_agents[name] = agent

    def unready(self, name: str) -> None:
        """The agent may not be given a call."""
        agent = self._agents.get(name)
        if agent is not None and agent.since is not None:
            del self._idle[bisect_left(self._idle, (agent.since, name))]
            agent.since = None
            self._new_agents.pop(name, None)

    def match(self) -> list[tuple[str, str]]:
        """Pairs of call and agent, in the order of calls; both are taken out in the same step."""
        pairs = self._match_heads() if self._new_agents else self._match_new_classes()
        self._new_classes.clear()
        self._new_agents.clear()
        return pairs

    def _match_heads(self) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        union = 0
        for agent in self._new_agents.values():
            union |= agent.bits
        place = 0
        while place < len(self._heads) and (self._new_agents or self._new_classes):
            number = self._heads[place][1]
            if number in self._new_classes or (self._new_agents and union >> number & 1):
                pair = self._serve(number)
                if pair is not None:
                    # The class's next call is younger: its head moved to this place or further on.
                    pairs.append(pair)
                    continue
                self._new_classes.discard(number)
            place += 1
        return pairs

    def _match_new_classes(self) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        heads = [(self._head[each], each) for each in self._new_classes if each in self._head]
        heapify(heads)
        while heads:
            number = heappop(heads)[1]
            pair = self._serve(number)
            if pair is not None:
                pairs.append(pair)
                if number in self._head:
                    heappush(heads, (self._head[number], number))
        return pairs

    def _serve(self, number: int) -> tuple[str, str] | None:
        call_id = self._head[number][2]
        agent = self._choose(number, self._avoid.get(call_id, ()))
        if agent is None:
            return None
        self.drop(call_id)
        self.unready(agent.name)
        return call_id, agent.name

    def _choose(self, number: int, avoid: Collection[str]) -> _Agent | None:
        if self._needs[number][1] == "level":
            return self._strongest(number, avoid)
        missed: _Agent | None = None
        for _, name, agent in self._idle:
            if agent.bits >> number & 1:
                if name not in avoid:
                    return agent
                missed = missed or agent
        return missed

    def _strongest(self, number: int, avoid: Collection[str]) -> _Agent | None:
        best: _Agent | None = None
        best_rank: tuple[bool, int] | None = None
        for _, name, agent in self._idle:
            if agent.bits >> number & 1:
                rank = name in avoid, -self._strength(agent, number)
                if best_rank is None or rank < best_rank:
                    best, best_rank = agent, rank
        return best

    def _strength(self, agent: _Agent, number: int) -> int:
        found = agent.strengths.get(number)
        if found is None:
            found = agent.strengths[number] = strength(agent.skills, self._needs[number][0])
        return found

    def _class(self, need: Requirement, pick: Pick) -> int:
        number = self._classes.get((need, pick))
        if number is None:
            number = self._classes[need, pick] = self._number((need, pick))
            for agent in self._agents.values():
                agent.strengths.pop(number, None)
                agent.bits &= ~(1 << number)
                agent.bits |= fits(agent.skills, need) << number
        return number

    def _number(self, wanted: ClassKey) -> int:
        """A new number, or that of the class which has been empty longest: bits stay few."""
        if len(self._needs) >= MOST_CLASSES and self._empty:
            number = next(iter(self._empty))
            del self._classes[self._needs[number]]
            self._needs[number] = wanted
        else:
            number = len(self._needs)
            self._needs.append(wanted)
            self._heaps.append([])
        return number

    def _set_head(self, number: int) -> None:
        """Drop what left the class from its heap's top, and file its head where it belongs."""
        heap = self._heaps[number]
        while heap and self._calls.get(heap[0][2]) != (heap[0], number):
            heappop(heap)
        head, filed = (heap[0] if heap else None), self._head.get(number)
        if head == filed:
            return
        if filed is not None:
            del self._heads[bisect_left(self._heads, (filed, number))]
            del self._head[number]
        if head is None:
            self._empty[number] = None
        else:
            insort(self._heads, (head, number))
            self._head[number] = head
            self._empty.pop(number, None)
