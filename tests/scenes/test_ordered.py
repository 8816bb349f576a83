"""Calls that we make: each script with whoever may answer, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from ari_app.calls.arrivals import PREFIX
from ari_app.calls.house import House
from ari_app.calls.journey import Journey
from ari_app.calls.ordered.answered import answered
from claims_store import call_attempts, call_orders, calls, claims, customers
from claims_store.call_attempts import Rule
from claims_store.call_orders import CallOrder
from routing.outgoing import Chosen, Declined, Used
from tests.fakes.line import FakeLine
from tests.scenes.conftest import HANGS_UP, Acts, Scene, answers, said
from tests.virtual_time import BEGINNING

pytestmark = pytest.mark.scene

AT_TEN = BEGINNING.replace(hour=2, minute=0)
KEY = "order"
LIMIT = 300
PERSONAL = ("status-intro", "next-step-call", "missing-intro", "promise-call")


def carried(number: str, used: Mapping[str, Used]) -> Chosen | Declined:
    return Chosen("trunk", LIMIT)


class Calling:
    """A scene in which somebody is called."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        scene.beginning = AT_TEN
        self.store = scene.store
        self.claim, self.number, self.tail = self._someone()
        self.again = False

    def _someone(self) -> tuple[str, str, str]:
        """An open claim, its customer's number, and four digits that prove him."""
        for claim in self.store.run_now(claims.listing):
            customer = self.store.run_now(customers.get, claim.customer_id or "")
            if claim.closed is None and customer is not None and customer.identity:
                tail = customer.identity[-4:].replace("X", "0")
                return claim.number, customer.phone, tail
        raise AssertionError("the demo has no open claim")

    def order(self, script: str = "voice_notice", **values: Any) -> None:
        self.store.run_now(
            call_orders.order, KEY, script, self.number, AT_TEN, about=self.claim, values=values,
            language="en",
        )  # fmt: skip

    def attempt(self, at: datetime) -> str:
        (call,) = self.store.run_now(call_attempts.due, at)
        self.store.run_now(call_attempts.begin, call.key, Rule("n1", carried, at, at))
        return call.key

    def play(self, acts: Acts, line: FakeLine | None = None) -> FakeLine:
        """One try, from the answer to the end."""
        line = line or FakeLine(reacts=acts)
        line.reacts = acts
        attempt = self.attempt(AT_TEN)

        async def lead(line: FakeLine, house: House) -> str:
            line.call_id = PREFIX + attempt
            self.store.run_now(call_attempts.answered, attempt, house.clock.now())
            found = await answered(house, line, self.scene.plan, 1, attempt)
            assert found is not None and self.scene.board is not None
            call, order, limit = found
            assert limit == LIMIT
            outcome = await Journey(call, self.scene.board).ordered(order, limit, again=self.again)
            self.store.run_now(calls.close, line.call_id, house.clock.now(), outcome)
            self.store.run_now(call_attempts.end, attempt, house.clock.now(), "answered")
            return outcome

        setattr(self.scene, "_lead", lead)  # noqa: B010 - the scene leads a caller otherwise
        self.scene.play(line)
        return line

    @property
    def now(self) -> CallOrder:
        found = self.store.run_now(call_orders.get, KEY)
        assert found is not None
        return found


@pytest.fixture
def calling(scene: Scene) -> Calling:
    return Calling(scene)


def test_given_the_right_person_when_proved_then_he_hears_where_his_claim_stands(
    calling: Calling,
) -> None:
    calling.order()
    line = calling.play(answers({"out-is-it-you": "1", "out-ask-tail": calling.tail}))
    assert (calling.now.state, calling.now.outcome) == ("over", "heard")
    heard = said(line)
    assert heard.index("out-ask-tail") < heard.index("status-intro") < heard.index("out-menu")
    assert heard[-1] == "out-goodbye"
    shown = calling.scene.shown(line)
    assert (shown["direction"], shown["caller"]) == ("out", calling.number)
    assert [each["event"] for each in shown["events"]] == [
        "ordered", "identification", "status_told", "script_over",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "outcome", "state"),
    [("2", "wrong_person", "over"), ("3", "", "due"), ("9", "refused", "over")],
)
def test_given_somebody_else_or_a_bad_moment_then_nothing_of_the_matter_is_said(
    calling: Calling, key: str, outcome: str, state: str
) -> None:
    calling.order()
    line = calling.play(answers({"out-is-it-you": key}))
    assert (calling.now.outcome, calling.now.state) == (outcome, state)
    assert not set(PERSONAL) & set(said(line))
    if key == "3":
        assert calling.now.next_at == AT_TEN + timedelta(hours=4), "the next half day"


def test_given_a_machine_then_it_hears_the_company_and_a_number_and_it_counts_as_a_try(
    calling: Calling,
) -> None:
    calling.order()
    line = calling.play(answers({}))
    assert (calling.now.state, calling.now.tries) == ("due", 1)
    heard = said(line)
    assert heard.count("out-is-it-you") == 3
    assert not set(PERSONAL) & set(heard) and heard[-1] == "out-greeting"


def test_given_wrong_digits_three_times_then_nothing_is_said_and_he_is_written_to(
    calling: Calling,
) -> None:
    calling.order()
    wrong = "0001" if calling.tail != "0001" else "0002"
    line = calling.play(answers({"out-is-it-you": "1", "out-ask-tail": wrong}))
    assert (calling.now.state, calling.now.outcome) == ("over", "unproven")
    assert not set(PERSONAL) & set(said(line)) and "out-unproven" in said(line)


def test_given_a_hang_up_before_the_notice_then_he_is_tried_again_and_after_it_not(
    calling: Calling,
) -> None:
    calling.order()
    calling.play(answers({"out-is-it-you": HANGS_UP}))
    assert (calling.now.state, calling.now.tries) == ("due", 1)


def test_given_a_hang_up_after_the_notice_then_he_has_heard_it(calling: Calling) -> None:
    calling.order()
    acts = answers({"out-is-it-you": "1", "out-ask-tail": calling.tail, "out-menu": HANGS_UP})
    calling.play(acts)
    assert (calling.now.state, calling.now.outcome) == ("over", "heard")


def test_given_a_wish_to_hear_it_again_then_it_is_said_again(calling: Calling) -> None:
    calling.order()
    keys: dict[str, str | list[str]] = {
        "out-is-it-you": "1", "out-ask-tail": calling.tail, "out-menu": ["1", ""],
    }  # fmt: skip
    assert said(calling.play(answers(keys))).count("status-intro") == 2


def test_given_a_wish_for_a_person_then_he_is_served_like_a_caller(calling: Calling) -> None:
    calling.scene.ready = tuple(f"agent{n}" for n in range(1, 9))
    calling.order()
    line = calling.play(
        answers({"out-is-it-you": "1", "out-ask-tail": calling.tail, "out-menu": "0"})
    )
    assert calling.now.outcome == "person"
    shown = calling.scene.shown(line)
    assert shown["agent"] is not None and shown["consent"] == "given"
    assert "recording-short" in said(line) and "talks recorded" in line.acts


def test_given_a_promise_that_cannot_be_kept_then_the_reason_and_the_new_time_are_said(
    calling: Calling,
) -> None:
    new = (AT_TEN + timedelta(hours=1)).isoformat()
    calling.order(new_time=new, promise={"rule": "handler_calls", "seq": 1, "due": new})
    heard = said(calling.play(answers({"out-is-it-you": "1"})))
    assert calling.now.outcome == "heard"
    at = heard.index("out-promise-late")
    assert heard[at + 1] == "promise-call" and "hour-11" in heard[at:]
    assert "out-ask-tail" not in heard


def test_given_an_app_that_died_in_the_call_then_the_script_begins_again(calling: Calling) -> None:
    calling.order()
    calling.again = True
    heard = said(calling.play(answers({"out-is-it-you": "1", "out-ask-tail": calling.tail})))
    assert heard[:2] == ["sorry-fault", "out-greeting"] and calling.now.outcome == "heard"


def test_given_a_script_with_a_bug_then_the_net_says_so_and_the_order_goes_on(
    calling: Calling,
) -> None:
    calling.store.run_now(
        call_orders.order, KEY, "unheard_of", calling.number, AT_TEN, about=calling.claim
    )
    line = calling.play(answers({}))
    assert line.acts[-1] == "fallback"
    assert (calling.now.state, calling.now.tries) == ("due", 1)


@pytest.mark.parametrize(
    ("keys", "outcome"), [("1", "accepted"), ("2", "declined"), (["*", "1"], "accepted")]
)
def test_given_a_surveyor_when_a_survey_is_offered_then_a_key_takes_it(
    calling: Calling, keys: str | list[str], outcome: str
) -> None:
    calling.order("survey_offer", line="motor", region="310115", urgent=True)
    line = calling.play(answers({"survey-keys": keys}))
    assert (calling.now.state, calling.now.outcome) == ("over", outcome)
    assert {"survey-urgent", "line-motor", "survey-where", f"survey-{outcome}"} <= set(said(line))
    assert said(line).count("survey-keys") == (2 if isinstance(keys, list) else 1)


def test_given_a_call_that_never_ends_then_it_ends_with_the_minutes_of_its_trunk(
    calling: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    calling.order()

    async def again(line: FakeLine, prompts: tuple[str, ...]) -> None:
        await asyncio.sleep(0.5)
        keys = {"out-is-it-you": "1", "out-ask-tail": calling.tail, "out-menu": "1"}
        line.press(*keys.get(prompts[-1], ""))

    line = calling.play(again)
    assert calling.now.outcome == "heard" and said(line)[-1] == "out-goodbye"
