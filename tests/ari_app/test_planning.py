"""The plan between its text and its use."""

from __future__ import annotations

import pytest

from ari_app.planning import DEMO_PLAN, PlanRefused, given, known_prompts, line_of, read_plan
from ari_app.render import Number
from routing.problems import Problem
from routing.words import Text

pytestmark = pytest.mark.unit


def test_the_plan_that_ships_can_be_used() -> None:
    plan = read_plan(DEMO_PLAN.read_text("utf-8"))
    made = given(plan, ["202", "201"])
    assert made.numbers == (Number("5550100", "zh"), Number("5550101", "en"))
    assert made.phones == ("202", "201")
    assert made.rings == (20,), "one dialplan context for each time to ring"


def test_a_plan_with_faults_names_them_all_with_their_places() -> None:
    text = DEMO_PLAN.read_text("utf-8").replace('2 = "claim"', '2 = "clam"')
    text = text.replace('emergency = "urgent"', 'emergency = "urgnet"')
    with pytest.raises(PlanRefused) as fault:
        read_plan(text, "mine.toml")
    lines = str(fault.value).splitlines()
    assert len(lines) == len(fault.value.problems) == 2
    assert all(line.startswith("mine.toml:") and line.count(":") >= 3 for line in lines)


def test_a_prompt_that_nobody_spoke_is_a_fault() -> None:
    text = DEMO_PLAN.read_text("utf-8").replace('say  = "menu-main"', 'say  = "menu-mian"')
    with pytest.raises(PlanRefused, match="menu-mian"):
        read_plan(text)


def test_both_languages_have_the_same_prompts() -> None:
    known = known_prompts()
    assert known["zh"] == known["en"] and "menu-main" in known["zh"]


@pytest.mark.parametrize(
    ("language", "line"), [("en", "f:3:7: Wrong. (Do this.)"), ("zh", "f:3:7: 错。 (这样做。)")]
)
def test_a_problem_is_told_with_its_place_and_what_to_do(language: str, line: str) -> None:
    problem = Problem(3, 7, Text("错。", "Wrong."), Text("这样做。", "Do this."), True)
    assert line_of(problem, "f", language) == line
