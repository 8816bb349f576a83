"""Who plays, what the customer does by ear, and how it is told."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import pytest

from ari_app.demo.cast import NUMBERS, Cast
from ari_app.demo.cast import cast as choose
from ari_app.demo.customer_side import LEADS_TO_AGENT, follow
from ari_app.demo.telling import Teller
from ari_app.planning import DEMO_PLAN, read_plan
from claims_store.store import Store
from tests.fakes.outside import FakeLeg

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_agent_fits_the_first_customer(store: Store, state: Path, language: str) -> None:
    players = store.run_now(choose, language, 3, state / "endpoints.json")
    who, policy = players.customers[0]
    agent = players.agents[0].agent
    assert who.language == language and language in agent.languages
    assert policy.line == "motor" and agent.skills["line.motor"] and agent.skills["issue.fnol"]
    assert f"region.{policy.regions[0][:2]}0000" in agent.skills
    assert len(players.agents) == 3 and len({each.agent.name for each in players.agents}) == 3
    assert all(each.password for each in players.agents)


def test_the_hotlines_are_those_of_the_plan() -> None:
    plan = read_plan(DEMO_PLAN.read_text("utf-8"))
    assert {language: number for number, language in plan.line.numbers.items()} == NUMBERS


def test_every_player_of_a_language_speaks_it(players: Cast) -> None:
    assert players.customers and all(who.language == "en" for who, _ in players.customers)
    assert players.hotline == "5550101" and players.web == "http://127.0.0.1:8080"


async def test_the_customer_presses_what_he_was_asked_for() -> None:
    log: list[str] = []
    told: list[str] = []
    customer = FakeLeg("customer", log)
    await follow(cast(Any, customer), LEADS_TO_AGENT, Teller(told.append))
    assert [line for line in log if "presses" in line] == [
        f"customer presses {turn.keys}" for turn in LEADS_TO_AGENT
    ]
    assert log.count("customer listens") == len(LEADS_TO_AGENT) == len(told)


def test_a_line_is_told_with_its_second_and_who() -> None:
    told: list[str] = []
    tell = Teller(told.append)
    tell("agent", "answers")
    assert re.fullmatch(r" +0\.\d s  agent     answers", told[0])
    assert 0 <= tell.seconds < 5
