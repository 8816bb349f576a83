"""What an agent's phone, his missed calls and his choices make of him."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from ari_app.calls.roster import BY_HAND, ON_PHONE, SHORT, Roster
from ari_app.calls.switchboard import MISSED, Switchboard
from ari_app.pbx.phones import Phones, PhoneState
from ari_app.planning import DEMO_PLAN, read_plan
from claims_store import people
from claims_store.people import Agent
from claims_store.store import Store
from tests.virtual_time import BEGINNING

pytestmark = pytest.mark.unit

PLAN = read_plan(DEMO_PLAN.read_text("utf-8"))


def agent(name: str, phone: str, state: str = "offline", reason: str = "", **more: Any) -> Agent:
    skills = {"line.motor": 8, "issue.fnol": 7, "language.en": 9, "region.310000": 5}
    return Agent(
        name, {"zh": name, "en": name}, phone, skills, ("en",), (), state=state,
        state_reason=reason, **more,
    )  # fmt: skip


class FewRows:
    """A store that holds only agents."""

    def __init__(self, *agents: Agent) -> None:
        self.agents = list(agents)

    async def run(self, query: Callable[..., Any], *args: Any) -> Any:
        assert query is people.agents
        return self.agents


class Clock:
    def __init__(self) -> None:
        self.at = BEGINNING

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


class Reachable:
    """Phones of which these can be reached."""

    def __init__(self, *numbers: str) -> None:
        self._numbers = numbers

    def state(self, number: str) -> PhoneState:
        return PhoneState.FREE if number in self._numbers else PhoneState.AWAY


class InUse:
    """Phones that are all in use."""

    def state(self, number: str) -> PhoneState:
        return PhoneState.IN_USE


class Floor:
    """A roster with its switchboard."""

    def __init__(
        self, *agents: Agent, ready_when_registered: bool = True,
        before: datetime | None = BEGINNING,
    ) -> None:  # fmt: skip
        self.store = FewRows(*agents)
        self.clock = Clock()
        store = cast(Store, self.store)
        self.board = Switchboard(store, self.clock, PLAN, self.tell)
        self.roster = Roster(store, self.clock, self.board, ready_when_registered, before)

    def tell(self, kind: str, key: str) -> None:
        """What the switchboard says has moved."""

    def state(self, name: str) -> tuple[str, str]:
        now = self.board.agent(name)
        assert now is not None
        return now.state, self.board.reasons.get(name, "")


async def begun(*agents: Agent, **more: Any) -> Floor:
    floor = Floor(*agents, **more)
    await floor.roster.load()
    return floor


async def test_everybody_is_offline_until_his_phone_is_heard_of() -> None:
    floor = await begun(agent("a", "201", "ready"), agent("b", "202"))
    assert floor.state("a") == floor.state("b") == ("offline", "starting")
    assert floor.roster.numbers == {"201", "202"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("ready", "x"), ("ready", "restarted")),
        (("talking", "x"), ("ready", "restarted")),
        (("away", "lunch"), ("away", "lunch")),
        (("away", ON_PHONE), ("ready", "restarted")),
        (("offline", ""), ("away", "phone_registered")),
    ],
)
async def test_after_a_restart_he_is_what_he_was(
    before: tuple[str, str], after: tuple[str, str]
) -> None:
    floor = await begun(agent("a", "201", *before), ready_when_registered=False)
    floor.roster.phone_registered("201")
    assert floor.state("a") == after


@pytest.mark.parametrize("before", [None, BEGINNING - SHORT, BEGINNING - timedelta(hours=9)])
async def test_after_a_night_off_he_is_what_his_phone_makes_of_him(before: datetime | None) -> None:
    agents = agent("a", "201", "ready", "x"), agent("b", "202", "talking"), agent(
        "c", "203", "away", "lunch")  # fmt: skip
    floor = await begun(*agents, ready_when_registered=False, before=before)
    for number in ("201", "202", "203"):
        floor.roster.phone_registered(number)
    assert floor.state("a") == floor.state("b") == ("away", "phone_registered")
    assert floor.state("c") == ("away", "lunch")


async def test_a_phone_that_registers_makes_its_agent_ready_where_that_is_wished() -> None:
    floor = await begun(agent("a", "201"))
    floor.roster.phone_registered("201")
    assert floor.state("a") == ("ready", "phone_registered")
    floor.roster.phone_registered("999")


async def test_a_phone_that_is_gone_takes_its_agent_out() -> None:
    floor = await begun(agent("a", "201"))
    floor.roster.phone_registered("201")
    floor.roster.phone_changed("201", PhoneState.RINGING)
    assert floor.state("a")[0] == "ready"
    floor.roster.phone_changed("201", PhoneState.AWAY)
    assert floor.state("a") == ("offline", "phone_gone")


async def test_a_break_he_chose_outlasts_his_phone_but_a_missed_call_does_not() -> None:
    floor = await begun(agent("a", "201"), agent("b", "202"))
    for name, reason in (("a", "lunch"), ("b", MISSED)):
        floor.roster.phone_registered(floor.roster.agents[name].phone)
        floor.board.set_state(floor.roster.agents[name], "away", reason)
        floor.roster.phone_registered(floor.roster.agents[name].phone)
    assert floor.state("a") == ("away", "lunch")
    assert floor.state("b") == ("ready", "phone_registered")


async def test_a_phone_in_use_by_others_keeps_its_agent_from_callers_until_it_is_free() -> None:
    floor = await begun(agent("a", "201"), agent("b", "202"))
    for number in ("201", "202"):
        floor.roster.phone_registered(number)
    floor.board.set_state(floor.roster.agents["b"], "away", "lunch")
    for number in ("201", "202"):
        floor.roster.phone_changed(number, PhoneState.IN_USE)
    assert (floor.state("a"), floor.state("b")) == (("away", ON_PHONE), ("away", "lunch"))
    for number in ("201", "202"):
        floor.roster.phone_changed(number, PhoneState.FREE)
    assert (floor.state("a"), floor.state("b")) == (("ready", "phone_free"), ("away", "lunch"))


@pytest.mark.parametrize(
    ("before", "after"),
    [(("ready", "x"), ("ready", "restarted")), (("away", "lunch"), ("away", "lunch"))],
)
async def test_after_a_restart_a_phone_in_use_is_on_the_phone_and_then_what_he_was(
    before: tuple[str, str], after: tuple[str, str]
) -> None:
    """He talks to a caller whom the net has saved while the app was away."""
    floor = await begun(agent("a", "201", *before))
    floor.roster.phones = cast(Phones, InUse())
    floor.roster.phone_registered("201")
    assert floor.state("a") == ("away", ON_PHONE)
    floor.roster.phone_changed("201", PhoneState.FREE)
    assert floor.state("a") == after


async def test_without_phones_nobody_can_be_reached() -> None:
    floor = await begun(agent("a", "201"))
    assert not floor.roster.reachable("201")
    floor.roster.phones = cast(Phones, Reachable("201"))
    assert floor.roster.reachable("201") and not floor.roster.reachable("202")


async def test_a_state_set_from_outside_is_taken_over_once() -> None:
    floor = await begun(agent("a", "201"))
    floor.roster.phone_registered("201")
    later = floor.clock.at + timedelta(seconds=1)
    floor.store.agents = [agent("a", "201", "away", BY_HAND, state_since=later)]
    floor.roster.take(floor.store.agents)
    assert floor.state("a") == ("away", BY_HAND)
    floor.board.set_state(floor.roster.agents["a"], "ready", "desk")
    floor.roster.take(floor.store.agents)
    assert floor.state("a") == ("ready", "desk"), "it is not set again and again"


async def test_an_older_state_or_one_by_ourselves_changes_nothing() -> None:
    floor = await begun(agent("a", "201"))
    floor.roster.phone_registered("201")
    before = floor.clock.at - timedelta(seconds=60)
    for row in (
        agent("a", "201", "away", BY_HAND, state_since=before),
        agent("a", "201", "away", "lunch", state_since=floor.clock.at + timedelta(seconds=9)),
        agent("a", "201", "talking", BY_HAND, state_since=floor.clock.at + timedelta(seconds=9)),
    ):
        floor.store.agents = [row]
        floor.roster.take(floor.store.agents)
        assert floor.state("a")[0] == "ready"


async def test_an_agent_who_is_added_meanwhile_is_taken_in() -> None:
    floor = await begun(agent("a", "201"))
    floor.store.agents.append(agent("b", "202"))
    floor.roster.take(floor.store.agents)
    assert floor.state("b") == ("offline", "starting") and "202" in floor.roster.numbers
    floor.roster.phone_registered("202")
    assert floor.state("b")[0] == "ready"
