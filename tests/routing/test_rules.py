"""The first rule that holds, and what its conditions mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from routing import rules
from routing.facts import CallFacts
from routing.plan import Plan, When
from tests.routing.conftest import START

pytestmark = pytest.mark.unit

FACTS = CallFacts(
    issue="fnol", line="motor", region="310115", language="zh", dialled="5550100", known=True
)


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ({}, True),
        ({"line": "motor"}, True),
        ({"line": ["home", "motor"]}, True),
        ({"line": "home"}, False),
        ({"line": "motor", "issue": "status"}, False),
        ({"region": "310000"}, True),
        ({"region": "310115"}, True),
        ({"region": ["330000", "310000"]}, True),
        ({"region": "310100"}, True),
        ({"region": "310106"}, False),
        ({"known": True}, True),
        ({"known": False}, False),
        ({"urgent": True}, False),
        ({"open": "office"}, True),
        ({"closed": "office"}, False),
        ({"dialled": "5550100", "language": "zh"}, True),
    ],
)
def test_conditions(plan: Plan, when: dict[str, object], holds: bool) -> None:
    assert rules.holds(plan, When.model_validate(when), FACTS, START) is holds


def test_what_is_not_known_fits_no_condition(plan: Plan) -> None:
    nothing = CallFacts()
    for when in ({"line": "motor"}, {"region": "310000"}, {"tier": "vip"}):
        assert not rules.holds(plan, When.model_validate(when), nothing, START)


def test_at_night_closed_holds_and_open_does_not(plan: Plan) -> None:
    night = START + timedelta(hours=12)
    assert rules.holds(plan, When(closed="office"), FACTS, night)
    assert not rules.holds(plan, When(open="office"), FACTS, night)


def test_the_first_rule_that_holds_decides_and_says_why(plan: Plan) -> None:
    urgent = rules.choose(plan, replace(FACTS, urgent=True, line="home"), START)
    assert (urgent.queue, urgent.rule_name, urgent.urgent) == ("urgent", "Injury", True)
    home = rules.choose(plan, replace(FACTS, line="home"), START)
    assert (home.queue, home.bonus_s, home.reason.en) == ("home", 30, "home")
    assert rules.choose(plan, CallFacts(), START).rule_name == "Else"


def test_emergency_goes_to_its_queue_before_everybody(plan: Plan) -> None:
    found = rules.emergency(plan)
    assert found.queue == "urgent" and found.urgent and found.reason.zh
