"""The follow-up by the line: scales, wrong keys, silence, a person at any time, and a hang-up in
the middle that loses nothing."""

from __future__ import annotations

from typing import Any

import pytest

from claims_store import preferences
from routing.names import FOLLOW_UP_QUESTIONS
from tests.fakes.line import FakeLine, FakePhone
from tests.scenes.conftest import HANGS_UP, Scene, answers, said
from tests.scenes.test_ordered import Calling

pytestmark = pytest.mark.scene

CONTENT: dict[str, str | list[str]] = {
    "out-is-it-you": "1",
    "followup-received": "1",
    "followup-speed": "5",
    "followup-staff": "4",
    "followup-asked-for-money": "1",
    "followup-recommend": "10",
}
SCORES = {"received": 1, "speed": 5, "staff": 4, "asked_for_money": 1, "recommend": 10}


@pytest.fixture
def calling(scene: Scene) -> Calling:
    made = Calling(scene)
    made.order("follow_up", questions=list(FOLLOW_UP_QUESTIONS))
    return made


def kept(calling: Calling) -> dict[str, Any]:
    return {name: value for name, value in calling.now.answers.items() if name != "remark"}


def test_given_a_patient_customer_then_everything_is_asked_once_and_kept(calling: Calling) -> None:
    line = calling.play(answers(CONTENT))
    assert (calling.now.state, calling.now.outcome) == ("over", "heard")
    assert kept(calling) == SCORES
    assert calling.now.answers["remark"] == f"{line.call_id}-remark"
    heard = said(line)
    questions = [name for name in heard if name.startswith("followup-")]
    assert questions == [
        "followup-intro", "followup-received", "followup-speed", "followup-staff",
        "followup-asked-for-money", "followup-recommend", "followup-remark", "followup-thanks",
    ]  # fmt: skip
    assert heard.index("followup-remark") < heard.index("beep")
    assert "rate-sorry" not in heard and heard[-1] == "out-goodbye"


def test_only_what_the_plan_asks_is_asked(scene: Scene) -> None:
    calling = Calling(scene)
    calling.order("follow_up", questions=["speed"])
    line = calling.play(answers(CONTENT))
    assert kept(calling) == {"speed": 5}
    assert [name for name in said(line) if name.startswith("followup-")] == [
        "followup-intro", "followup-speed", "followup-thanks"
    ]  # fmt: skip


def test_given_wrong_keys_and_silence_then_a_question_is_asked_again_once(
    calling: Calling,
) -> None:
    wrong: dict[str, str | list[str]] = {
        "followup-received": ["7", "1"], "followup-speed": ["", "3"], "followup-staff": ["9", "8"],
        "followup-recommend": ["11#", "7#"],
    }  # fmt: skip
    line = calling.play(answers({**CONTENT, **wrong}))
    assert kept(calling) == {"received": 1, "speed": 3, "asked_for_money": 1, "recommend": 7}
    heard = said(line)
    assert heard.count("wrong-key") == 3 and heard.count("no-input") == 1
    assert heard.count("followup-staff") == 2


def test_given_a_hang_up_in_the_middle_then_what_was_said_is_kept_and_nobody_calls_again(
    calling: Calling,
) -> None:
    calling.play(answers({**CONTENT, "followup-staff": HANGS_UP}))
    assert (calling.now.state, calling.now.outcome) == ("over", "left")
    assert kept(calling) == {"received": 1, "speed": 5}


def test_given_a_hang_up_before_the_first_answer_then_he_is_called_another_time(
    calling: Calling,
) -> None:
    calling.play(answers({**CONTENT, "followup-received": HANGS_UP}))
    assert (calling.now.state, calling.now.outcome) == ("due", "")


def test_given_an_unhappy_answer_then_a_person_is_promised(calling: Calling) -> None:
    line = calling.play(answers({**CONTENT, "followup-speed": "1"}))
    heard = said(line)
    assert heard.index("rate-sorry") < heard.index("followup-thanks")


@pytest.mark.parametrize(
    ("asked", "keys"),
    [("followup-speed", "0"), ("followup-recommend", "*0"), ("followup-remark", "0")],
)
def test_zero_is_a_person_at_any_time(calling: Calling, asked: str, keys: str) -> None:
    calling.scene.ready = ("agent1",)
    line = FakeLine(phones={"201": FakePhone(talks=5)})
    calling.play(answers({**CONTENT, asked: keys}), line)
    assert calling.now.outcome == "person"
    assert "talk 201" in line.acts
    assert kept(calling)["received"] == 1


@pytest.mark.parametrize(
    ("key", "state", "outcome"),
    [("2", "over", "wrong_person"), ("3", "due", ""), ("9", "over", "refused")],
)
def test_nothing_is_said_to_who_is_another_or_does_not_want_it(
    calling: Calling, key: str, state: str, outcome: str
) -> None:
    line = calling.play(answers({"out-is-it-you": key}))
    assert (calling.now.state, calling.now.outcome) == (state, outcome)
    assert not any(name.startswith("followup-") for name in said(line))
    declined = "follow_up" in calling.store.run_now(preferences.of, calling.number).off
    assert declined == (key == "9")


def test_a_machine_hears_who_called_and_nothing_else(calling: Calling) -> None:
    line = calling.play(answers({}))
    assert (calling.now.state, calling.now.tries) == ("due", 1)
    assert not any(name.startswith("followup-") for name in said(line))


def test_nothing_is_sold(calling: Calling) -> None:
    line = calling.play(answers(CONTENT))
    assert set(said(line)) <= {
        "out-greeting", "out-is-it-you", "followup-intro", "beep", "followup-thanks",
        "out-goodbye", *(f"followup-{name.replace('_', '-')}" for name in FOLLOW_UP_QUESTIONS),
    }  # fmt: skip
