"""The switchboard over the engine: offers reach who waits, states reach the ledger in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from ari_app import tasks
from ari_app.calls.switchboard import Switchboard
from ari_app.planning import DEMO_PLAN, read_plan
from claims_store import people
from claims_store.store import Store
from routing import rules
from routing.facts import CallFacts
from tests import virtual_time
from tests.ari_app.calls.test_roster import PLAN, agent
from tests.virtual_time import BEGINNING, VirtualClock

pytestmark = pytest.mark.unit

FACTS = CallFacts(issue="fnol", line="motor", language="en", region="310115")
A, B = agent("a", "201"), agent("b", "202")


class Written:
    """A store that keeps what is written of agents; each write takes a moment."""

    def __init__(self) -> None:
        self.states: list[tuple[str, str, str]] = []

    async def together(
        self, query: Callable[..., Any], states: Sequence[tuple[str, str, str, datetime]]
    ) -> None:
        assert query is people.set_states
        await asyncio.sleep(0.01)
        self.states.extend(state[:3] for state in states)


class Scene:
    def __init__(self) -> None:
        self.store = Written()
        self.told: list[tuple[str, str]] = []
        self.clock = VirtualClock(asyncio.get_running_loop())
        store = cast(Store, self.store)
        self.board = Switchboard(store, self.clock, PLAN, lambda *told: self.told.append(told))

    def calls(self, call_id: str, **more: Any) -> None:
        self.board.arrive(call_id, rules.choose(PLAN, FACTS, self.clock.now()), FACTS, **more)

    def state(self, name: str) -> str:
        now = self.board.agent(name)
        return now.state if now else ""


def played(play: Callable[[Scene], Awaitable[None]]) -> Scene:
    """The scene after `play`, with the switchboard running, in virtual time."""

    async def run() -> Scene:
        scene = Scene()
        running = tasks.start(scene.board.run(), name="switchboard")
        try:
            async with asyncio.timeout(600):
                await play(scene)
            return scene
        finally:
            running.cancel()
            await asyncio.wait({running})

    return virtual_time.run(run())


def test_who_waits_gets_the_agent_who_comes() -> None:
    async def play(scene: Scene) -> None:
        scene.calls("n1-1.1")
        waiting = tasks.start(scene.board.next_offer("n1-1.1"), name="offer")
        await asyncio.sleep(3)
        assert not waiting.done()
        scene.board.set_state(A, "ready", "desk")
        offer = await waiting
        assert (offer.agent, offer.phone, offer.ring_s) == ("a", "201", 20)
        assert scene.state("a") == "offered"

    scene = played(play)
    assert ("call", "n1-1.1") in scene.told and ("agent", "a") in scene.told


def test_an_offer_made_before_anybody_waits_for_it_is_kept() -> None:
    async def play(scene: Scene) -> None:
        scene.board.set_state(A, "ready", "desk")
        scene.calls("n1-1.1")
        assert (await scene.board.next_offer("n1-1.1")).agent == "a"

    played(play)


def test_a_wider_step_comes_by_its_time_alone() -> None:
    """B speaks no English and knows nothing of cars: only after 25 seconds he is better than
    nobody."""

    async def play(scene: Scene) -> None:
        scene.board.set_state(replace(B, skills={"language.zh": 9}), "ready", "desk")
        scene.calls("n1-1.1")
        began = scene.clock.now()
        offer = await scene.board.next_offer("n1-1.1")
        assert offer.step == 2 and scene.clock.now() - began == timedelta(seconds=25)

    played(play)


def test_a_talk_ends_in_a_wrap_up_that_ends_by_itself() -> None:
    async def play(scene: Scene) -> None:
        scene.board.set_state(A, "ready", "desk")
        scene.calls("n1-1.1")
        scene.board.accepted("n1-1.1", "a")
        await asyncio.sleep(30)
        scene.board.ended("n1-1.1")
        assert scene.state("a") == "wrap_up"
        await asyncio.sleep(6)
        assert scene.state("a") == "ready"

    scene = played(play)
    assert [state for _, state, _ in scene.store.states] == [
        "ready", "offered", "talking", "wrap_up", "ready",
    ]  # fmt: skip


def test_a_missed_call_makes_away_and_says_why_a_busy_phone_does_not() -> None:
    async def play(scene: Scene) -> None:
        for who in (A, B):
            scene.board.set_state(who, "ready", "desk")
        scene.calls("n1-1.1")
        first = await scene.board.next_offer("n1-1.1")
        scene.board.missed("n1-1.1", first.agent, busy=False)
        assert scene.state(first.agent) == "away"
        assert scene.board.reasons[first.agent] == "missed_call"
        second = await scene.board.next_offer("n1-1.1")
        assert second.agent != first.agent
        scene.board.missed("n1-1.1", second.agent, busy=True)
        assert scene.board.reasons[second.agent] == "desk"

    played(play)


def test_who_is_sent_back_keeps_his_place() -> None:
    async def play(scene: Scene) -> None:
        scene.board.set_state(A, "ready", "desk")
        scene.calls("n1-1.1")
        scene.board.accepted("n1-1.1", "a")
        scene.calls("n1-1.2")
        scene.board.back("n1-1.1")
        assert scene.board.engine.position("n1-1.1") == 1
        assert scene.board.engine.position("n1-1.2") == 2

    played(play)


def test_who_lost_his_agents_phone_is_next_and_that_phone_is_not_rung() -> None:
    async def play(scene: Scene) -> None:
        scene.board.set_state(A, "ready", "desk")
        scene.calls("n1-1.1")
        await scene.board.next_offer("n1-1.1")
        scene.board.accepted("n1-1.1", "a")
        scene.calls("n1-1.2")
        scene.board.lost("n1-1.1")
        assert scene.board.engine.position("n1-1.1") == 1
        await asyncio.sleep(120)
        assert (scene.state("a"), scene.board.reasons["a"]) == ("offline", "phone_gone")
        scene.board.set_state(B, "ready", "desk")
        assert (await scene.board.next_offer("n1-1.1")).agent == "b"
        scene.board.lost("n1-0.0")

    played(play)


def test_who_leaves_frees_the_agent_who_was_rung_for_him() -> None:
    async def play(scene: Scene) -> None:
        scene.board.set_state(A, "ready", "desk")
        scene.calls("n1-1.1")
        scene.board.leave("n1-1.1")
        scene.calls("n1-1.2")
        assert (await scene.board.next_offer("n1-1.2")).agent == "a"
        scene.board.leave("n1-0.0")

    played(play)


def test_a_talk_from_before_a_restart_occupies_its_agent() -> None:
    async def play(scene: Scene) -> None:
        scene.board.set_state(A, "ready", "desk")
        scene.calls("n1-1.1", arrival=BEGINNING - timedelta(minutes=2), talks_to="a")
        assert scene.state("a") == "talking"
        scene.calls("n1-1.2")
        assert scene.board.engine.position("n1-1.2") == 1

    played(play)


def test_a_new_plan_keeps_everybody_where_he_is() -> None:
    async def play(scene: Scene) -> None:
        scene.calls("n1-1.1")
        scene.board.set_state(A, "away", "lunch")
        text = DEMO_PLAN.read_text("utf-8").replace("patience       = 600", "patience       = 90")
        scene.board.publish(read_plan(text))
        assert scene.board.plan.queue["motor"].patience == 90
        assert scene.board.engine.position("n1-1.1") == 1 and scene.state("a") == "away"
        scene.board.set_state(A, "ready", "desk")
        assert (await scene.board.next_offer("n1-1.1")).agent == "a"

    played(play)


def test_one_who_gives_up_waiting_for_his_offer_can_ask_again() -> None:
    async def play(scene: Scene) -> None:
        scene.calls("n1-1.1")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await scene.board.next_offer("n1-1.1")
        scene.board.set_state(A, "ready", "desk")
        assert (await scene.board.next_offer("n1-1.1")).agent == "a"

    played(play)
