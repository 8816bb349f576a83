"""The desk's view: what each agent does, what rings, who waits; and what may be asked of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from ari_app import tasks
from ari_app.calls.arrivals import Arrivals
from ari_app.calls.floor import CallFloor
from ari_app.desk.floor import Change, Refused
from ari_app.pbx.errors import Away
from ari_app.pbx.phones import Phones
from routing import rules
from routing.facts import CallFacts
from tests.ari_app.calls.test_roster import PLAN, Floor, Reachable, agent

pytestmark = pytest.mark.unit

FACTS = CallFacts(issue="fnol", line="motor", language="en", region="310115")


@dataclass
class OneLine:
    """A caller's line, as far as the desk acts on it."""

    paused: bool = False
    stopped: int = 0
    away: bool = False

    async def pause(self, on: bool) -> None:
        if self.away:
            raise Away("AMI")
        self.paused = on

    async def stop_ringing(self) -> None:
        self.stopped += 1


@dataclass
class OneCall:
    consent: str = "given"
    noted: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    held_since: datetime | None = None

    async def note(self, event: str, **data: Any) -> None:
        self.noted.append((event, data))


@dataclass
class Calls:
    lines: dict[str, OneLine] = field(default_factory=dict)
    calls: dict[str, OneCall] = field(default_factory=dict)


class Desk(Floor):
    """Two agents, a caller for each queue that a test wants, and the desk over them."""

    def __init__(self) -> None:
        self.arrivals = Calls()
        super().__init__(agent("a", "201"), agent("b", "202"))
        self.floor = CallFloor(self.board, cast(Arrivals, self.arrivals), self.roster)
        self.roster.phones = cast(Phones, Reachable("201"))

    def tell(self, kind: str, key: str) -> None:
        self.floor.tell(kind, key)

    def calls(self, call_id: str, consent: str = "given") -> None:
        self.arrivals.lines[call_id] = OneLine()
        self.arrivals.calls[call_id] = OneCall(consent)
        self.board.arrive(call_id, rules.choose(PLAN, FACTS, self.clock.now()), FACTS)


async def desk(*ready: str) -> Desk:
    made = Desk()
    await made.roster.load()
    for name in ready:
        made.board.set_state(made.roster.agents[name], "ready", "test")
    return made


async def test_agents_are_shown_with_phone_state_and_queues() -> None:
    here = await desk("a")
    first, second = here.floor.agents()
    assert (first.login, first.state, first.registered) == ("a", "ready", True)
    assert (second.login, second.state, second.registered) == ("b", "offline", False)
    assert first.queues == ("motor",) and first.reason == "test"
    assert here.floor.agent("a") == first and here.floor.agent("nobody") is None


async def test_an_offer_says_who_calls_why_and_for_how_long_it_rings() -> None:
    here = await desk("a")
    assert here.floor.offer_for("a") is None
    here.calls("n1-1.1")
    offer = here.floor.offer_for("a")
    assert offer is not None and here.floor.offer_for("b") is None
    assert (offer.call_id, offer.queue, offer.rule) == ("n1-1.1", "motor", "Motor")
    assert offer.ring_until - offer.since == timedelta(seconds=20)
    assert offer.reason["en"] == "a motor matter"
    assert [(row.agent, row.outcome) for row in offer.why][0] == ("a", "chosen")
    assert all(row.detail["zh"] and row.detail["en"] for row in offer.why)
    assert "b" not in {row.agent for row in offer.why}, "b is signed off"
    assert offer.not_considered == 1
    assert {need["en"] for need in offer.needs} == {
        "motor 8, needs 5", "new loss 7, needs 3", "English 9, needs 5", "region 310115 5, needs 1",
    }  # fmt: skip


async def test_a_talk_is_shown_to_its_end_and_through_the_wrap_up() -> None:
    here = await desk("a")
    here.calls("n1-1.1")
    here.board.accepted("n1-1.1", "a")
    talk = here.floor.call_of("a")
    assert talk is not None and talk.recording and not talk.paused and talk.ended is None
    here.arrivals.lines["n1-1.1"].paused = True
    paused = here.floor.call_of("a")
    assert paused is not None and paused.paused and paused.held_since is None
    since = here.arrivals.calls["n1-1.1"].held_since = here.clock.now()
    held = here.floor.call_of("a")
    assert held is not None and held.held_since == since
    here.board.ended("n1-1.1")
    here.arrivals.lines.clear()
    here.arrivals.calls.clear()
    over = here.floor.call_of("a")
    assert over is not None and over.ended is not None and over.since == talk.since
    assert (over.call_id, over.queue, over.rule) == ("n1-1.1", "motor", "Motor")
    assert not over.recording and not over.paused
    view = here.floor.agent("a")
    assert view is not None and view.wrap_up_ends is not None
    await here.floor.end_wrap_up("a")
    assert here.floor.call_of("a") is None


async def test_in_his_wrap_up_he_has_the_call_though_no_page_asked_during_the_talk() -> None:
    """What he may write in hangs on it."""
    here = await desk("a")
    here.calls("n1-1.1", consent="refused")
    here.board.accepted("n1-1.1", "a")
    here.board.ended("n1-1.1")
    over = here.floor.call_of("a")
    assert over is not None and over.call_id == "n1-1.1"
    assert here.floor.call_of("b") is None


async def test_who_waits_is_shown_in_his_place() -> None:
    here = await desk()
    for number in (1, 2):
        here.calls(f"n1-1.{number}")
    waiting = here.floor.waiting()
    assert [(each.call_id, each.position) for each in waiting] == [("n1-1.1", 1), ("n1-1.2", 2)]


async def test_wrap_up_ends_by_hand_once() -> None:
    here = await desk("a")
    with pytest.raises(Refused, match="no_wrap_up"):
        await here.floor.end_wrap_up("a")
    here.calls("n1-1.1")
    here.board.accepted("n1-1.1", "a")
    here.board.ended("n1-1.1")
    await here.floor.end_wrap_up("a")
    assert here.state("a") == ("ready", "wrap_up_done")


@pytest.mark.parametrize(
    ("login", "state", "why"),
    [("nobody", "ready", "unknown_state"), ("a", "talking", "unknown_state"),
     ("b", "ready", "phone_gone")],
)  # fmt: skip
async def test_what_cannot_be_chosen_is_refused(login: str, state: str, why: str) -> None:
    here = await desk("a")
    with pytest.raises(Refused, match=why):
        await here.floor.set_state(login, state, None)


async def test_who_goes_away_while_it_rings_stops_the_ringing() -> None:
    here = await desk("a")
    here.calls("n1-1.1")
    await here.floor.set_state("a", "away", "lunch")
    assert here.state("a") == ("away", "lunch")
    assert here.arrivals.lines["n1-1.1"].stopped == 1
    await here.floor.set_state("a", "ready", None)
    assert here.board.reasons["a"] == "by_hand"


async def test_a_pause_is_made_and_noted_with_who_did_it() -> None:
    here = await desk("a")
    here.calls("n1-1.1")
    for on in (True, False):
        await here.floor.pause_recording("n1-1.1", on, "a")
        assert here.arrivals.lines["n1-1.1"].paused is on
    assert here.arrivals.calls["n1-1.1"].noted == [
        ("recording_paused", {"by": "a"}), ("recording_resumed", {"by": "a"}),
    ]  # fmt: skip


async def test_a_pause_that_cannot_be_is_refused_and_not_noted() -> None:
    here = await desk("a")
    here.calls("n1-1.1", consent="refused")
    here.calls("n1-1.2")
    here.arrivals.lines["n1-1.2"].away = True
    for call, why in (
        ("n1-9.9", "not_recorded"), ("n1-1.1", "not_recorded"), ("n1-1.2", "pbx_away"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=why):
            await here.floor.pause_recording(call, True, "a")
    assert not here.arrivals.calls["n1-1.2"].noted


async def test_every_open_page_hears_of_a_change() -> None:
    here = await desk()
    heard: set[Change] = set()
    told = asyncio.Semaphore(0)

    async def read() -> None:
        async for change in here.floor.changes():
            heard.add(change)
            told.release()

    pages = [tasks.start(read(), name="page") for _ in range(2)]
    await asyncio.sleep(0)
    here.floor.tell("call", "n1-1.1")
    for _ in pages:
        await told.acquire()
    assert heard == {Change("call", "n1-1.1")}
    for page in pages:
        page.cancel()
    await asyncio.wait(set(pages))
    here.floor.tell("call", "n1-1.2")
    assert len(heard) == 1
