"""Whatever happens in whatever order: the engine and the naive oracle decide the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from routing.facts import CallFacts
from routing.floor import AgentNow, Waiting
from routing.plan import Plan
from routing.queues import Engine
from tests.routing.conftest import START, small
from tests.routing.oracle import Oracle

# Of what it runs nothing is new to the others' coverage, which costs it as much time again.
pytestmark = [pytest.mark.unit, pytest.mark.no_cover]

NAMES = st.sampled_from(["ann", "bob", "cai", "dan", "eve"])
CALLS = st.sampled_from([f"n1-{i}" for i in range(9)])
SKILLS = st.dictionaries(
    st.sampled_from(["line.motor", "line.home", "language.zh", "language.en", "region.310000"]),
    st.integers(1, 10),
)
FACTS = st.builds(
    CallFacts,
    line=st.sampled_from(["motor", "home", ""]),
    language=st.sampled_from(["zh", "en"]),
    region=st.sampled_from(["", "310115", "330106"]),
)
WISHES = st.sampled_from(["ready", "ready", "ready", "away", "offline", "talking", "wrap_up"])
QUEUES = st.sampled_from(["motor", "home", "urgent"])


class Floor(RuleBasedStateMachine):
    """Time passes in whole seconds; after each event both are asked for their offers."""

    def __init__(self) -> None:
        super().__init__()
        self.plan = Plan.model_validate(small())
        self.engine = Engine(self.plan)
        self.oracle = Oracle(self.plan)
        self.now = START
        self.offers: dict[str, str] = {}
        self.keys: dict[str, object] = {}

    @initialize(skills=st.lists(SKILLS, min_size=3, max_size=3))
    def three_agents(self, skills: list[dict[str, int]]) -> None:
        for name, each in zip(("ann", "bob", "cai"), skills, strict=True):
            self.wish(name, each, "ready", 0)

    @rule(name=NAMES, skills=SKILLS, state=WISHES, until=st.integers(0, 20))
    def wish(self, name: str, skills: dict[str, int], state: str, until: int) -> None:
        end = self.now + timedelta(seconds=until) if state == "wrap_up" else None
        agent = AgentNow(name, "1001", skills, state, self.now, end)  # type: ignore[arg-type]
        self.happen("agent", agent)

    @rule(call_id=CALLS, facts=FACTS, queue=QUEUES, urgent=st.booleans(), bonus=st.integers(0, 40))
    def arrive(self, call_id: str, facts: CallFacts, queue: str, urgent: bool, bonus: int) -> None:
        self.happen("arrive", Waiting(call_id, queue, facts, self.now, urgent, bonus))

    @rule(call_id=CALLS)
    def leave(self, call_id: str) -> None:
        self.happen("leave", call_id)

    @rule(call_id=CALLS, queue=st.none() | QUEUES)
    def back(self, call_id: str, queue: str | None) -> None:
        self.happen("back", call_id, queue=queue)

    @rule(name=NAMES)
    def gone(self, name: str) -> None:
        self.happen("gone", name)

    @rule(call_id=CALLS, name=NAMES)
    def picked_up_elsewhere(self, call_id: str, name: str) -> None:
        self.happen("accepted", call_id, name)

    @precondition(lambda self: self.offers)
    @rule(data=st.data(), what=st.sampled_from(["accepted", "missed", "busy"]))
    def answer(self, data: st.DataObject, what: str) -> None:
        call_id = data.draw(st.sampled_from(sorted(self.offers)))
        if what == "accepted":
            self.happen("accepted", call_id, self.offers.pop(call_id))
        else:
            self.happen("missed", call_id, self.offers.pop(call_id), busy=what == "busy")

    @rule(seconds=st.integers(1, 30))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.tick()

    @rule()
    def time_passes_to_the_next_timer(self) -> None:
        due = self.engine.next_due()
        if due is not None:
            self.now = max(self.now, due)
            self.tick()

    @rule()
    def restart(self) -> None:
        """What the engine tells of itself is enough to go on as if nothing had happened."""
        old = self.engine
        self.engine = Engine.restore(self.plan, old.calls(), old.agents(), self.now)
        for agent in self.oracle.agents.values():
            # How long an agent was idle before an offer is not kept over a restart.
            agent.idle_since = None

    def happen(self, event: str, *args: object, **extra: object) -> None:
        getattr(self.engine, event)(*args, self.now, **extra)
        getattr(self.oracle, event)(*args, self.now, **extra)
        self.tick()

    def tick(self) -> None:
        offers = self.engine.tick(self.now)
        assert [(o.call_id, o.agent, o.step) for o in offers] == self.oracle.tick(self.now)
        self.offers.update({o.call_id: o.agent for o in offers})

    @invariant()
    def same_floor(self) -> None:
        agents = {a.name: (a.state, a.since, a.until, a.call_id, a.pending) for a in self.all()}
        assert agents == {
            name: (a.state, a.since, a.until, a.call_id, a.pending)
            for name, a in self.oracle.agents.items()
        }
        for call_id in [f"n1-{i}" for i in range(9)]:
            assert self.engine.position(call_id) == self.oracle.position(call_id)
            assert (self.engine.explain(call_id, self.now) is None) == (
                call_id not in self.oracle.calls
            )

    @invariant()
    def no_ready_agent_fits_a_waiting_call(self) -> None:
        waiting = self.oracle.waiting()
        assert all(self.oracle.best(entry, self.now) is None for entry in waiting)

    @invariant()
    def keys_never_change(self) -> None:
        calls = {call.call_id: (call.arrival, call.urgent) for call in self.engine.calls()}
        kept = {i: entry.call for i, entry in self.oracle.calls.items()}
        assert calls == {i: (call.arrival, call.urgent) for i, call in kept.items()}

    @invariant()
    def an_agent_holds_one_call(self) -> None:
        held = [a.call_id for a in self.all() if a.call_id is not None]
        assert len(held) == len(set(held))

    def all(self) -> list[AgentNow]:
        return self.engine.agents()


TestFloor = Floor.TestCase
TestFloor.settings = settings(
    max_examples=300,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
