"""A report that broke off: offered to the number that began it, and gone on with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes.line import FakeLine
from tests.scenes.conftest import HANGS_UP, WHOLE, Scene, answers, events, said

pytestmark = pytest.mark.scene

STRANGER = "+8613800139999"


def broken_off(scene: Scene, at: str = "ask-loss-time") -> str:
    """A report that ends with a hang-up in the question `at`; its number."""
    line = FakeLine(caller=STRANGER, reacts=answers({**WHOLE, at: HANGS_UP}))
    assert scene.play(line) == "hung_up"
    scene.beginning += timedelta(minutes=20)
    number: str = scene.shown(line)["report_number"]
    return number


def calls_again(scene: Scene, keys: dict[str, str | list[str]], caller: str = STRANGER) -> FakeLine:
    line = FakeLine(caller=caller, reacts=answers({**WHOLE, "agents-none": HANGS_UP, **keys}))
    scene.play(line)
    return line


def test_given_a_draft_when_he_goes_on_then_only_what_lacks_is_asked(scene: Scene) -> None:
    number = broken_off(scene)
    line = calls_again(scene, {"resume-draft-keys": "1"})
    heard, shown = said(line), scene.shown(line)
    assert shown["report_number"] == number
    assert "resume-going-on" in heard and "notice-intro" not in heard
    assert "ask-any-injury" not in heard and "ask-loss-time" in heard
    assert "report-number" in heard and heard[-1] == "goodbye"
    assert events(shown, "draft_resumed")[0]["report"] == number


def test_given_a_draft_then_nothing_of_it_is_said_to_whoever_has_the_phone(scene: Scene) -> None:
    broken_off(scene, "read-back-confirm")
    line = calls_again(scene, {"resume-draft-keys": "1"})
    read = next(prompts for prompts in line.heard if "read-back-intro" in prompts)
    assert read == ("read-back-intro", "read-back-place"), "neither when nor where"
    assert not [act for act in line.acts if act.startswith("replay ")]


@pytest.mark.parametrize("key", ["2", "*"])
def test_given_a_draft_when_he_declines_then_the_menu_comes(scene: Scene, key: str) -> None:
    number = broken_off(scene)
    line = calls_again(scene, {"resume-draft-keys": key})
    assert "menu-main" in said(line)
    assert scene.shown(line)["report_number"] not in (None, number), "a report of its own"


def test_given_a_draft_when_he_wants_a_person_then_he_waits_for_one(scene: Scene) -> None:
    broken_off(scene)
    line = calls_again(scene, {"resume-draft-keys": "0"})
    assert events(scene.shown(line), "wants_person") and "agents-none" in said(line)


def test_given_a_draft_when_he_leaves_the_first_question_then_the_menu_comes(
    scene: Scene,
) -> None:
    broken_off(scene)
    keys = {"resume-draft-keys": "1", "ask-loss-day": "*", "menu-main": HANGS_UP}
    line = calls_again(scene, {**keys})
    assert "menu-main" in said(line)


def test_given_a_draft_of_three_days_ago_then_it_is_not_offered(scene: Scene) -> None:
    broken_off(scene)
    scene.beginning += timedelta(days=3)
    assert "resume-draft" not in said(calls_again(scene, {}))


def test_given_another_or_no_number_then_the_draft_is_not_offered(scene: Scene) -> None:
    broken_off(scene)
    for caller in ("+8613800139998", ""):
        line = calls_again(scene, {"ask-phone": "13912345678#"}, caller=caller)
        assert "resume-draft" not in said(line)


def test_given_a_finished_report_then_the_next_call_begins_with_the_menu(scene: Scene) -> None:
    scene.play(FakeLine(caller=STRANGER, reacts=answers(WHOLE)))
    scene.beginning += timedelta(hours=1)
    assert "resume-draft" not in said(calls_again(scene, {}))
