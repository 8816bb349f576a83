"""The engine again, as simply as it can be said: look at everything, every time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from routing.floor import AgentNow, Waiting
from routing.plan import Plan


@dataclass
class Call:
    call: Waiting
    queue: str
    joined: datetime
    missed: set[str] = field(default_factory=set)
    agent: str | None = None
    talking: bool = False


@dataclass
class Agent:
    skills: dict[str, int]
    state: str
    since: datetime
    until: datetime | None = None
    call_id: str | None = None
    pending: str | None = None
    idle_since: datetime | None = None


class Oracle:
    """Same events, same answers as `routing.queues.Engine`; no index, no timer, nothing kept."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.calls: dict[str, Call] = {}
        self.agents: dict[str, Agent] = {}

    # -- the two orders -------------------------------------------------------------------------
    def waiting(self) -> list[Call]:
        return sorted((c for c in self.calls.values() if c.agent is None), key=self.call_order)

    def call_order(self, entry: Call) -> tuple[bool, datetime, str]:
        call = entry.call
        return not call.urgent, call.arrival - timedelta(seconds=call.bonus_s), call.call_id

    def best(self, entry: Call, now: datetime) -> str | None:
        need = self.need(entry, now)
        level = self.plan.queue[entry.queue].pick == "level"
        fit = [
            (name in entry.missed, -sum(got) if level else 0, agent.since, name)
            for name, agent in self.agents.items()
            if agent.state == "ready" and agent.until is None
            if (got := self.levels(agent, need)) is not None
        ]
        return min(fit)[3] if fit else None

    # -- what fits whom -------------------------------------------------------------------------
    def need(self, entry: Call, now: datetime) -> dict[str, int]:
        steps = self.plan.queue[entry.queue].step
        number = self.step(entry, now)
        need: dict[str, int] = {}
        for key, least in steps[number].need.items():
            if "." not in key:
                value = getattr(entry.call.facts, key)
                if not value:
                    continue
                key = f"{key}.{value}"
            need[key] = max(least, need.get(key, 0))
        return need

    def step(self, entry: Call, now: datetime) -> int:
        waited = (now - entry.joined).total_seconds()
        for number, step in enumerate(self.plan.queue[entry.queue].step):
            if step.for_ is None or waited < step.for_:
                return number
            waited -= step.for_
        return len(self.plan.queue[entry.queue].step) - 1

    def levels(self, agent: Agent, need: dict[str, int]) -> list[int] | None:
        found = []
        for skill, least in need.items():
            kind, value = skill.split(".")
            names = [value]
            if kind == "region":
                names += [value[:4] + "00", value[:2] + "0000"]
            level = max(agent.skills.get(f"{kind}.{name}", 0) for name in names)
            if level < least:
                return None
            found.append(level)
        return found

    # -- events ---------------------------------------------------------------------------------
    def arrive(self, call: Waiting, now: datetime) -> None:
        self.leave(call.call_id, now)
        queue = call.queue if call.queue in self.plan.queue else self.plan.rule[-1].queue
        joined = call.joined or call.arrival
        self.calls[call.call_id] = Call(call, queue, joined, set(call.missed))

    def leave(self, call_id: str, now: datetime) -> None:
        if call_id in self.calls:
            self.free(self.calls[call_id], now)
            del self.calls[call_id]

    ended = leave

    def back(self, call_id: str, now: datetime, *, queue: str | None = None) -> None:
        if call_id in self.calls:
            entry = self.calls[call_id]
            self.free(entry, now)
            entry.agent, entry.talking = None, False
            if queue in self.plan.queue and queue != entry.queue:
                entry.queue, entry.joined = queue, now

    def free(self, entry: Call, now: datetime) -> None:
        agent = self.agents.get(entry.agent or "")
        if agent is None or agent.call_id != entry.call.call_id:
            return
        agent.call_id = None
        if entry.talking:
            wrap_up = timedelta(seconds=self.plan.queue[entry.queue].wrap_up)
            agent.state, agent.since, agent.until = "wrap_up", now, now + wrap_up
            if agent.until <= now:
                self.wake(agent)
        else:
            agent.state, agent.since = "ready", agent.idle_since or now

    def accepted(self, call_id: str, name: str, now: datetime) -> None:
        if call_id not in self.calls:
            return
        entry = self.calls[call_id]
        if entry.agent != name:
            self.free(entry, now)
        entry.agent, entry.talking = name, True
        agent = self.agents.get(name)
        if agent is None or (agent.state == "talking" and agent.call_id == call_id):
            return
        if agent.state == "offered" and agent.call_id != call_id:
            self.lose(agent.call_id, name)
        agent.state, agent.since, agent.until, agent.call_id = "talking", now, None, call_id

    def missed(self, call_id: str, name: str, now: datetime, *, busy: bool = False) -> None:
        entry = self.calls.get(call_id)
        if entry is None or entry.agent != name or entry.talking:
            return
        agent = self.agents[name]
        agent.state, agent.since, agent.call_id = ("ready" if busy else "away"), now, None
        agent.until = now + timedelta(seconds=10) if busy else None
        self.lose(call_id, name)

    def agent(self, wish: AgentNow, now: datetime) -> None:
        agent = self.agents.get(wish.name)
        if agent is None:
            self.agents[wish.name] = Agent(dict(wish.skills), wish.state, wish.since, wish.until)
            return
        agent.skills = dict(wish.skills)
        if agent.state == "talking" and agent.call_id is not None:
            agent.pending = wish.state if wish.state in ("away", "offline") else None
            return
        if agent.state == "offered" and wish.state in ("ready", "wrap_up"):
            return
        if wish.state == "wrap_up" and agent.state in ("away", "offline"):
            return
        if agent.state == "offered":
            self.lose(agent.call_id, wish.name)
        if agent.state != wish.state:
            agent.state, agent.since = wish.state, wish.since
        agent.until, agent.call_id, agent.pending = wish.until, None, None

    def gone(self, name: str, now: datetime) -> None:
        agent = self.agents.pop(name, None)
        if agent is not None and agent.state == "offered":
            self.lose(agent.call_id, name)

    def lose(self, call_id: str | None, name: str) -> None:
        entry = self.calls.get(call_id or "")
        if entry is not None and entry.agent == name and not entry.talking:
            entry.agent = None
            entry.missed.add(name)

    def wake(self, agent: Agent) -> None:
        if agent.state == "wrap_up" and agent.until is not None:
            agent.state, agent.since, agent.pending = agent.pending or "ready", agent.until, None
        agent.until = None

    def tick(self, now: datetime) -> list[tuple[str, str, int]]:
        for agent in self.agents.values():
            if agent.until is not None and agent.until <= now:
                self.wake(agent)
        offers = []
        for entry in self.waiting():
            name = self.best(entry, now)
            if name is not None:
                agent = self.agents[name]
                entry.agent = name
                agent.idle_since = agent.since
                agent.state, agent.since, agent.call_id = "offered", now, entry.call.call_id
                offers.append((entry.call.call_id, name, self.step(entry, now)))
        return offers

    def position(self, call_id: str) -> int | None:
        entry = self.calls.get(call_id)
        if entry is None or entry.agent is not None:
            return None
        same = [c for c in self.waiting() if c.queue == entry.queue]
        return same.index(entry) + 1
