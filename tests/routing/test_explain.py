"""Why me: the rule, and what became of every agent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from routing.facts import CallFacts
from routing.floor import AgentNow, Waiting
from routing.plan import Plan
from routing.queues import Engine
from routing.skills import Lack
from routing.words import Text
from tests.routing.conftest import START

pytestmark = pytest.mark.unit

FACTS = CallFacts(line="motor", language="zh")
GOOD = {"line.motor": 8, "language.zh": 9}


def someone(name: str, state: str = "ready", **skills: int) -> AgentNow:
    levels = {key.replace("_", "."): value for key, value in skills.items()} or GOOD
    return AgentNow(name, "1001", levels, state, START)  # type: ignore[arg-type]


@pytest.fixture
def engine(plan: Plan) -> Engine:
    engine = Engine(plan)
    engine.arrive(
        Waiting("x", "motor", FACTS, START, rule_name="Motor", reason=Text("车险", "motor")), START
    )
    agents = [
        someone("away", "away"),
        someone("bob"),
        someone("later"),
        someone("low", line_motor=3, language_zh=9),
        someone("off", "offline"),
        someone("talks", "talking"),
        replace(someone("wraps", "wrap_up"), until=START + timedelta(seconds=30)),
    ]
    for agent in agents:
        engine.agent(agent, START)
    return engine


def test_every_agent_has_his_row_with_the_reason(engine: Engine) -> None:
    engine.tick(START)
    why = engine.explain("x", START)
    assert why is not None
    assert (why.rule_name, why.reason.en, why.queue, why.step) == ("Motor", "motor", "motor", 0)
    assert why.need == (("language.zh", 5), ("line.motor", 5))
    assert {row.agent: row.fate for row in why.rows} == {
        "bob": "chosen",
        "later": "later",
        "talks": "talking",
        "wraps": "wrap_up",
        "away": "away",
        "low": "lacks",
        "off": "offline",
    }
    assert why.rows[0].agent == "bob"
    rows = {row.agent: row for row in why.rows}
    assert rows["low"].lacks == (Lack("line.motor", 3, 5),)
    assert rows["low"].sentence == Text("车险 3 级,需要 5 级", "motor level 3 of 5 needed")
    assert rows["talks"].sentence == Text("09:30:00 起通话中", "talking since 09:30:00")


def test_who_missed_the_call_before_says_when(engine: Engine) -> None:
    engine.tick(START)
    later = START + timedelta(seconds=9)
    engine.missed("x", "bob", later)
    engine.tick(later)
    why = engine.explain("x", later)
    assert why is not None
    rows = {row.agent: row for row in why.rows}
    assert (rows["later"].fate, rows["bob"].fate) == ("chosen", "missed")
    assert rows["bob"].sentence.en == "did not take this call at 09:30:09"


def test_a_busy_phone_and_another_offer_are_told_apart(engine: Engine) -> None:
    engine.tick(START)
    engine.arrive(Waiting("y", "motor", FACTS, START), START)
    engine.tick(START)
    engine.missed("x", "bob", START, busy=True)
    engine.arrive(Waiting("z", "motor", FACTS, START), START)
    engine.tick(START)
    why = engine.explain("z", START)
    assert why is not None
    rows = {row.agent: row for row in why.rows}
    assert rows["later"].fate == "offered"
    assert rows["bob"].fate == "resting"
    assert rows["bob"].sentence.en == "phone was busy at 09:30:00, asked again from 09:30:10"
    assert rows["bob"].sentence.of("zh").startswith("09:30:00 话机占线")
