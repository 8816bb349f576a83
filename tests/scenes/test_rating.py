"""Two questions after a talk: where the plan wants them, and never to somebody in a hurry."""

from __future__ import annotations

import pytest

from ari_app.planning import DEMO_PLAN, read_plan
from claims_store import feedback
from claims_store.feedback import Feedback
from tests.fakes.line import FakeLine, FakePhone
from tests.scenes.conftest import HANGS_UP, Scene, answers, said

pytestmark = pytest.mark.scene

STRANGER = "+8613800139999"
ASKING = '\n[feedback]\nafter_talk = ["general"]\n'
WITHOUT = DEMO_PLAN.read_text("utf-8").partition("[feedback]")[0]
HAPPY: dict[str, str | list[str]] = {"menu-main": "0", "rate-solved": "1", "rate-service": "5"}


def talks(scene: Scene, keys: dict[str, str | list[str]], *, asking: bool = True) -> FakeLine:
    """A stranger who wants a person, talks, and is asked; agent1 answers."""
    scene.plan = read_plan(WITHOUT + (ASKING if asking else ""))
    scene.ready = ("agent1",)
    phones = {"201": FakePhone(talks=9)}
    line = FakeLine(caller=STRANGER, reacts=answers({**HAPPY, **keys}), phones=phones)
    scene.play(line)
    return line


def kept(scene: Scene, line: FakeLine) -> list[Feedback]:
    return scene.store.run_now(feedback.of, line.call_id)


def test_given_two_answers_then_both_are_kept_with_the_agent(scene: Scene) -> None:
    line = talks(scene, {})
    heard = said(line)
    assert heard[-5:] == ["rate-intro", "rate-solved", "rate-service", "rate-thanks", "goodbye"]
    (found,) = kept(scene, line)
    assert (found.way, found.scores, found.call_id) == (
        "keys", {"service": 5, "solved": 1}, line.call_id)  # fmt: skip
    (average,) = (
        each
        for each in scene.store.run_now(
            feedback.averages, scene.beginning, found.at.replace(year=2027), "person"
        )
        if each.question == "service"
    )
    assert (average.of, average.mean) == ("agent1", 5.0)


def test_given_no_wish_of_the_plan_then_nothing_is_asked(scene: Scene) -> None:
    line = talks(scene, {}, asking=False)
    assert "rate-intro" not in said(line) and kept(scene, line) == []


def test_given_somebody_urgent_then_nothing_is_asked(scene: Scene) -> None:
    line = talks(scene, {"emergency": "0", "greeting": "0"})
    assert "rate-intro" not in said(line)


def test_given_an_unhappy_answer_then_he_hears_that_somebody_calls(scene: Scene) -> None:
    line = talks(scene, {"rate-service": "2"})
    assert said(line)[-2:] == ["rate-sorry", "goodbye"]
    assert kept(scene, line)[0].scores["service"] == 2


def test_given_silence_then_he_is_left_alone(scene: Scene) -> None:
    line = talks(scene, {"rate-solved": ""})
    assert said(line)[-2:] == ["rate-solved", "goodbye"]
    assert kept(scene, line) == []


def test_given_a_hang_up_after_the_first_answer_then_that_is_kept(scene: Scene) -> None:
    line = talks(scene, {"rate-service": HANGS_UP})
    assert kept(scene, line)[0].scores == {"solved": 1}
    assert scene.shown(line)["call_id"] == line.call_id


def test_given_a_wrong_key_then_it_is_asked_once_more(scene: Scene) -> None:
    line = talks(scene, {"rate-solved": ["7", "2"], "rate-service": ["9", "0"]})
    heard = said(line)
    assert heard.count("rate-solved") == 2 and heard.count("rate-service") == 2
    assert kept(scene, line)[0].scores == {"solved": 2}


def test_given_the_database_is_away_then_the_answer_waits_and_comes(scene: Scene) -> None:
    async def react(line: FakeLine, prompts: tuple[str, ...]) -> None:
        if "rate-intro" in prompts:
            scene.store.away = True
        await answers(HAPPY)(line, prompts)

    scene.plan, scene.ready = read_plan(WITHOUT + ASKING), ("agent1",)
    line = FakeLine(caller=STRANGER, reacts=react, phones={"201": FakePhone(talks=9)})
    scene.play(line)
    scene.catch_up()
    assert kept(scene, line)[0].scores == {"service": 5, "solved": 1}
