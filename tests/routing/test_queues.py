"""The engine, told as stories."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from routing.facts import CallFacts
from routing.floor import AgentNow, Waiting
from routing.plan import Plan
from routing.queues import Engine, Offer
from routing.stages import AgentState
from tests.routing.conftest import START

pytestmark = pytest.mark.unit

ZH = CallFacts(line="motor", language="zh", region="310115")
BEST = {"line.motor": 8, "language.zh": 9, "region.310000": 3}
FAIR = {"line.motor": 3, "language.zh": 2}


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Floor:
    """An engine whose offers are asked for after every event."""

    def __init__(self, plan: Plan) -> None:
        self.engine = Engine(plan)
        self.now = START

    def agent(self, name: str, skills: dict[str, int], state: AgentState = "ready") -> list[Offer]:
        self.engine.agent(AgentNow(name, f"10{name}", skills, state, self.now), self.now)
        return self.engine.tick(self.now)

    def call(self, call_id: str, queue: str = "motor", urgent: bool = False) -> list[Offer]:
        self.engine.arrive(Waiting(call_id, queue, ZH, self.now, urgent), self.now)
        return self.engine.tick(self.now)

    def wait(self, seconds: float) -> list[Offer]:
        self.now += timedelta(seconds=seconds)
        return self.engine.tick(self.now)

    def happen(self, event: str, *args: object, **more: object) -> list[Offer]:
        getattr(self.engine, event)(*args, self.now, **more)
        return self.engine.tick(self.now)

    def state(self, name: str) -> AgentNow:
        return next(each for each in self.engine.agents() if each.name == name)


@pytest.fixture
def floor(plan: Plan) -> Floor:
    return Floor(plan)


def pairs(offers: list[Offer]) -> list[tuple[str, str]]:
    return [(each.call_id, each.agent) for each in offers]


def test_a_call_and_a_ready_agent_who_fits_meet_at_once(floor: Floor) -> None:
    floor.agent("ann", BEST)
    (offer,) = floor.call("a")
    assert (offer.agent, offer.phone, offer.queue, offer.step) == ("ann", "10ann", "motor", 0)
    assert offer.ring_s == 20
    assert floor.state("ann").state == "offered" and floor.state("ann").call_id == "a"
    assert floor.engine.position("a") is None


def test_steps_widen_at_their_time_and_the_engine_says_when(floor: Floor) -> None:
    floor.agent("fair", FAIR)
    floor.agent("none", {})
    assert floor.call("a") == []
    assert floor.engine.next_due() == after(10)
    assert floor.wait(9.999) == []
    assert pairs(floor.wait(0.001)) == [("a", "fair")]
    assert floor.call("b") == []
    assert pairs(floor.wait(25)) == [("b", "none")]
    assert floor.engine.next_due() is None


def test_urgent_goes_before_the_oldest_and_bonus_counts_as_age(plan: Plan) -> None:
    engine = Engine(plan)
    engine.arrive(Waiting("old", "urgent", ZH, after(0)), after(0))
    engine.arrive(Waiting("bonus", "urgent", ZH, after(20), bonus_s=30), after(20))
    engine.arrive(Waiting("hurt", "urgent", ZH, after(40), urgent=True), after(40))
    order = []
    for number in range(3):
        now = after(50 + number)
        engine.agent(AgentNow(f"a{number}", "1", {}, "ready", now), now)
        order += pairs(engine.tick(now))
    assert [call for call, _ in order] == ["hurt", "bonus", "old"]


def test_the_head_of_line_does_not_hide_who_comes_behind(floor: Floor) -> None:
    """The first caller is not for this agent, the second is."""
    floor.call("motor")
    floor.engine.arrive(Waiting("any", "urgent", ZH, floor.now), floor.now)
    assert pairs(floor.agent("none", {})) == [("any", "none")]


def test_the_longest_idle_is_taken_first_and_by_level_where_the_queue_says_so(floor: Floor) -> None:
    floor.agent("first", {"line.home": 3})
    floor.wait(1)
    floor.agent("better", {"line.home": 9})
    assert pairs(floor.call("a", "urgent")) == [("a", "first")]
    floor.happen("leave", "a")
    assert pairs(floor.call("b", "home")) == [("b", "better")]


def test_given_no_answer_then_the_call_keeps_its_place_and_the_agent_is_away(floor: Floor) -> None:
    floor.agent("ann", BEST)
    floor.call("a")
    floor.wait(1)
    floor.call("b")
    floor.wait(19)
    assert floor.happen("missed", "a", "ann") == []
    assert floor.state("ann").state == "away"
    assert floor.engine.position("a") == 1 and floor.engine.position("b") == 2
    assert pairs(floor.agent("bob", BEST)) == [("a", "bob")]


def test_given_busy_at_once_then_the_next_agent_and_the_first_only_rests(floor: Floor) -> None:
    floor.agent("ann", BEST)
    floor.wait(1)
    floor.agent("bob", BEST)
    floor.call("a")
    assert pairs(floor.happen("missed", "a", "ann", busy=True)) == [("a", "bob")]
    assert floor.state("ann").state == "ready"
    assert floor.call("b") == []
    assert pairs(floor.wait(10)) == [("b", "ann")]


def test_who_missed_a_call_is_asked_again_only_when_nobody_else_is_there(floor: Floor) -> None:
    floor.agent("ann", BEST)
    floor.call("a")
    floor.happen("missed", "a", "ann")
    assert pairs(floor.agent("ann", BEST)) == [("a", "ann")]
    floor.happen("missed", "a", "ann")
    floor.agent("zoe", BEST, "away")
    floor.engine.agent(AgentNow("ann", "1", BEST, "ready", floor.now), floor.now)
    floor.engine.agent(AgentNow("zoe", "2", BEST, "ready", floor.now), floor.now)
    assert pairs(floor.engine.tick(floor.now)) == [("a", "zoe")]


def test_after_the_talk_the_agent_wraps_up_and_is_ready_by_itself(floor: Floor) -> None:
    floor.agent("ann", BEST)
    floor.call("a")
    floor.happen("accepted", "a", "ann")
    assert floor.state("ann").state == "talking"
    floor.wait(60)
    floor.happen("ended", "a")
    assert floor.state("ann").state == "wrap_up"
    assert floor.call("b") == []
    assert floor.engine.next_due() == floor.now + timedelta(seconds=5)
    assert pairs(floor.wait(5)) == [("b", "ann")]


def test_without_wrap_up_he_is_ready_at_once_and_he_may_end_it_himself(floor: Floor) -> None:
    floor.agent("ann", {"line.home": 5})
    floor.call("a", "home")
    floor.happen("accepted", "a", "ann")
    floor.happen("ended", "a")
    assert floor.state("ann").state == "ready"
    floor.call("b")
    floor.wait(30)
    floor.happen("accepted", "b", "ann")
    floor.happen("ended", "b")
    floor.agent("ann", {"line.home": 5})
    assert floor.state("ann").state == "ready"


def test_a_pause_wished_in_a_talk_comes_after_its_wrap_up(floor: Floor) -> None:
    floor.agent("ann", BEST)
    floor.call("a")
    floor.happen("accepted", "a", "ann")
    floor.agent("ann", BEST, "away")
    assert floor.state("ann").state == "talking" and floor.state("ann").pending == "away"
    floor.happen("ended", "a")
    floor.wait(5)
    assert floor.state("ann").state == "away"


@pytest.mark.parametrize("state", ["away", "offline", "talking"])
def test_given_an_agent_lost_while_he_is_rung_then_the_next_one(
    floor: Floor, state: AgentState
) -> None:
    floor.agent("ann", BEST)
    floor.call("a")
    floor.agent("bob", BEST)
    assert pairs(floor.agent("ann", BEST, state)) == [("a", "bob")]
    assert floor.state("ann").state == state


def test_given_an_agent_deleted_while_he_is_rung_then_the_call_waits_on(floor: Floor) -> None:
    floor.agent("ann", BEST)
    floor.call("a")
    floor.happen("gone", "ann")
    assert floor.engine.agents() == [] and floor.engine.position("a") == 1


def test_given_a_caller_who_hangs_up_while_it_rings_then_the_agent_keeps_his_place(
    floor: Floor,
) -> None:
    floor.agent("ann", BEST)
    floor.wait(5)
    floor.agent("bob", BEST)
    floor.call("a")
    floor.wait(5)
    floor.happen("leave", "a")
    assert floor.state("ann").since == START
    assert pairs(floor.call("b")) == [("b", "ann")]


def test_late_answers_change_nothing(floor: Floor) -> None:
    floor.agent("ann", BEST)
    floor.call("a")
    floor.happen("leave", "a")
    before = floor.engine.agents()
    for event in ("leave", "ended", "back"):
        floor.happen(event, "a")
    floor.happen("accepted", "a", "ann")
    floor.happen("missed", "a", "ann")
    assert floor.engine.agents() == before
    assert floor.engine.explain("a", floor.now) is None
    assert floor.engine.expected_wait("a", floor.now) is None


def test_back_from_a_talk_the_caller_is_first_again_and_in_another_queue_its_steps_begin_anew(
    floor: Floor,
) -> None:
    floor.agent("ann", BEST)
    floor.call("a")
    floor.happen("accepted", "a", "ann")
    floor.wait(100)
    floor.call("b", "home")
    floor.happen("back", "a", queue="home")
    assert floor.engine.position("a") == 1 and floor.engine.position("b") == 2
    why = floor.engine.explain("a", floor.now)
    assert why is not None and (why.queue, why.step) == ("home", 0)
    floor.wait(20)
    later = floor.engine.explain("a", floor.now)
    assert later is None or later.step == 1


def test_taken_over_by_another_agent_the_first_wraps_up(floor: Floor) -> None:
    floor.agent("ann", BEST)
    floor.call("a")
    floor.happen("accepted", "a", "ann")
    floor.agent("bob", FAIR)
    floor.happen("accepted", "a", "bob")
    assert floor.state("ann").state == "wrap_up" and floor.state("bob").call_id == "a"


def test_a_private_talk_ends_when_somebody_says_so(floor: Floor) -> None:
    floor.agent("ann", BEST, "talking")
    assert floor.call("a") == []
    assert pairs(floor.agent("ann", BEST, "ready")) == [("a", "ann")]


def test_wrap_up_may_be_made_longer(floor: Floor) -> None:
    floor.agent("ann", BEST)
    floor.call("a")
    floor.happen("accepted", "a", "ann")
    floor.happen("ended", "a")
    until = floor.now + timedelta(seconds=60)
    floor.happen("agent", AgentNow("ann", "10ann", BEST, "wrap_up", floor.now, until))
    floor.wait(30)
    assert floor.state("ann").state == "wrap_up"
    floor.wait(30)
    assert floor.state("ann").state == "ready"


def test_new_skills_count_at_once(floor: Floor) -> None:
    floor.agent("ann", {})
    assert floor.call("a") == []
    assert pairs(floor.agent("ann", BEST)) == [("a", "ann")]


def test_two_callers_and_one_agent_at_the_same_instant(floor: Floor) -> None:
    for call_id in ("b", "a"):
        floor.engine.arrive(Waiting(call_id, "motor", ZH, START), START)
    assert pairs(floor.agent("ann", BEST)) == [("a", "ann")]


def test_a_queue_the_plan_does_not_know_is_the_last_rules(floor: Floor) -> None:
    floor.call("a", "storm")
    why = floor.engine.explain("a", floor.now)
    assert why is not None and why.queue == "motor"


def test_expected_wait_follows_the_head_of_line_then_the_last_one_served(floor: Floor) -> None:
    floor.call("a", "urgent")
    assert floor.engine.expected_wait("a", floor.now) is None
    floor.wait(60)
    floor.call("b", "urgent")
    assert floor.engine.expected_wait("b", floor.now) == 60
    assert floor.engine.expected_wait("a", floor.now) == 30
    floor.call("hurt", "urgent", urgent=True)
    assert floor.engine.expected_wait("b", floor.now) == 60
    floor.happen("leave", "hurt")
    floor.happen("accepted", "a", "nobody we know")
    floor.happen("leave", "b")
    floor.call("c", "urgent")
    assert floor.engine.expected_wait("c", floor.now) == 60


def test_changes_of_agents_are_told_once(floor: Floor) -> None:
    floor.agent("ann", BEST)
    floor.call("a")
    assert [(each.name, each.state) for each in floor.engine.changed()] == [("ann", "offered")]
    assert floor.engine.changed() == []
    floor.agent("ann", BEST)
    assert floor.engine.changed() == []
    floor.happen("missed", "a", "ann")
    assert [each.state for each in floor.engine.changed()] == ["away"]


def test_after_a_restart_everybody_is_where_he_was(floor: Floor) -> None:
    floor.agent("ann", BEST)
    floor.agent("bob", BEST)
    floor.call("talks")
    floor.happen("accepted", "talks", "ann")
    floor.wait(5)
    floor.call("rings")
    floor.wait(5)
    floor.call("waits")
    plan = floor.engine.plan
    calls, agents = floor.engine.calls(), floor.engine.agents()
    again = Engine.restore(plan, calls, agents, floor.now)
    assert (again.calls(), again.agents()) == (calls, agents)
    assert again.position("waits") == 1 and again.tick(floor.now) == []
    again.ended("talks", floor.now)
    assert pairs(again.tick(floor.now + timedelta(seconds=5))) == [("waits", "ann")]


def test_after_a_restart_a_call_that_is_gone_frees_its_agent(plan: Plan) -> None:
    agents = [
        AgentNow("ann", "1", BEST, "offered", START, call_id="gone"),
        AgentNow("bob", "2", BEST, "wrap_up", START, until=after(3)),
    ]
    engine = Engine.restore(plan, [], agents, START)
    assert [(each.name, each.state) for each in engine.agents()] == [
        ("ann", "ready"),
        ("bob", "wrap_up"),
    ]
    assert engine.next_due() == after(3)


def test_many_kinds_of_calls_do_not_slow_the_engine_down_for_ever(plan: Plan) -> None:
    """Each region is a class of its own; classes that are empty are given up."""
    engine = Engine(plan)
    engine.agent(AgentNow("ann", "1", FAIR, "away", START), START)
    for number in range(3000):
        facts = CallFacts(line="motor", language="zh", region=f"{110000 + number}")
        engine.arrive(Waiting(f"c{number}", "motor", facts, START), START)
        engine.leave(f"c{number}", START)
    assert len(engine._matcher._needs) <= 1100
    engine.arrive(Waiting("last", "motor", ZH, START), START)
    engine.agent(AgentNow("bob", "1", BEST, "ready", START), START)
    assert pairs(engine.tick(START)) == [("last", "bob")]
