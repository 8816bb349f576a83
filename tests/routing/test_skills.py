"""Needs of calls and levels of agents."""

from __future__ import annotations

import pytest

from routing.facts import CallFacts
from routing.names import skill_name
from routing.skills import ANY, Lack, fits, lacks, level, requirement, strength
from routing.words import Text

pytestmark = pytest.mark.unit

FACTS = CallFacts(line="motor", issue="fnol", language="zh", region="310115")


def test_a_plain_key_is_the_calls_own_value_and_a_dotted_one_that_very_skill() -> None:
    need = requirement({"line": 3, "line.home": 2, "region": 1}, FACTS)
    assert need == {("line.motor", 3), ("line.home", 2), ("region.310115", 1)}


def test_what_is_not_known_of_a_call_is_not_needed() -> None:
    assert requirement({"line": 3, "region": 1}, CallFacts()) == ANY


def test_of_two_needs_for_one_skill_the_higher_counts() -> None:
    assert requirement({"line": 3, "line.motor": 5}, FACTS) == {("line.motor", 5)}
    assert requirement({"line.motor": 2, "line": 3}, FACTS) == {("line.motor", 3)}


@pytest.mark.parametrize("held", ["region.310115", "region.310100", "region.310000"])
def test_a_level_in_a_region_holds_for_what_lies_in_it(held: str) -> None:
    assert level({held: 4}, "region.310115") == 4
    assert level({held: 4}, "region.330100") == 0


def test_lacks_say_what_is_missing() -> None:
    need = requirement({"line": 5, "language": 5}, FACTS)
    skills = {"line.motor": 3, "language.zh": 9}
    assert not fits(skills, need) and lacks(skills, need) == (Lack("line.motor", 3, 5),)
    assert strength(skills, need) == 12
    assert fits(skills, ANY) and not lacks(skills, ANY)


def test_skills_have_names_for_people() -> None:
    assert skill_name("line.motor") == Text("车险", "motor")
    assert skill_name("region.310000") == Text("地区 310000", "region 310000")
    assert skill_name("glass.windows").of("en") == "glass windows"
