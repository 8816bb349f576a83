"""The first seconds of a call: emergency, recording, language, and what must not hold them up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ari_app import tasks
from claims_store import recordings, steps
from tests.fakes.line import FakeLine, FakePhone
from tests.scenes.conftest import (
    HANGS_UP,
    WHOLE,
    Scene,
    answers,
    events,
    known_as,
    said,
)  # fmt: skip

pytestmark = pytest.mark.scene


def test_given_zero_at_the_emergency_sentence_then_a_person_is_rung_at_once(scene: Scene) -> None:
    scene.ready = ("agent2",)
    line = FakeLine(reacts=answers({"emergency": "0"}), phones={"202": FakePhone(talks=20)})
    assert scene.play(line) == "talked"
    shown = scene.shown(line)
    assert shown["queue"] == "urgent" and shown["agent"] == "agent2"
    assert "recording-short" in said(line) and "recording-notice" not in said(line)
    assert "menu-main" not in said(line), "nobody who is hurt is led through a menu"
    assert shown["waited_s"] < 5
    assert "talks recorded" in line.acts and "recorder on" not in line.acts, "it would end at once"
    files = [each.file for each in scene.store.run_now(recordings.segments, line.call_id)]
    assert [file.partition("-talk1-")[2] for file in files] == [
        "customer.wav", "leg-202-agent.wav",
    ]  # fmt: skip


def test_given_another_key_in_the_greeting_then_it_answers_the_menu_later(scene: Scene) -> None:
    scene.ready = ("agent2",)
    line = FakeLine(reacts=answers({"emergency": "1", **WHOLE, "menu-main": ""}))
    assert scene.play(line) == "served"
    assert "recording-notice" in said(line)
    assert scene.shown(line)["report"]["any_injury"] == "no"


def test_given_recording_refused_then_nothing_is_recorded_and_the_report_is_taken(
    scene: Scene,
) -> None:
    line = FakeLine(reacts=answers({**WHOLE, "recording-notice": "9"}))
    assert scene.play(line) == "served"
    shown = scene.shown(line)
    assert shown["consent"] == "refused"
    assert shown["report"]["loss_region"] == "310000"
    assert {"recording-refused", "speech-not-recorded", "read-back-not-recorded"} <= set(said(line))
    assert not [act for act in line.acts if act.startswith(("recorder on", "record "))]
    assert scene.store.run_now(recordings.of_call, line.call_id) is None


def test_given_recording_refused_when_an_agent_answers_then_he_is_not_recorded_either(
    scene: Scene,
) -> None:
    scene.ready = ("agent2",)
    keys = {"recording-notice": "9", "menu-main": "0"}
    line = FakeLine(reacts=answers(keys), phones={"202": FakePhone(talks=30)})
    assert scene.play(line) == "talked"
    assert scene.store.run_now(recordings.of_call, line.call_id) is None


def test_given_eight_then_the_line_goes_on_in_the_other_language(scene: Scene) -> None:
    line = FakeLine(reacts=answers({"language-other-zh": "8", "menu-main": HANGS_UP}))
    assert scene.play(line) == "hung_up"
    assert (line.language, scene.shown(line)["language"]) == ("zh", "zh")
    assert "language-now" in said(line)


def test_given_a_known_customer_then_the_line_speaks_his_language(scene: Scene) -> None:
    line = FakeLine(caller="+8613800138001", reacts=answers({"menu-main": HANGS_UP}))
    scene.play(line)
    assert line.language == "zh" and "language-other-en" in said(line)
    assert known_as(scene, line) == "C10001"


def test_given_a_database_that_can_only_be_read_then_a_customer_is_known_all_the_same(
    scene: Scene,
) -> None:
    scene.store.away = True
    line = FakeLine(caller="+8613800138001", reacts=answers({"ask-policy-known": HANGS_UP} | WHOLE))
    scene.play(line)
    assert "ask-policy-known" in said(line)
    assert line.language == "en", "the row that waits says so"
    scene.catch_up()
    assert known_as(scene, line) == "C10001"
    assert scene.shown(line)["language"] == "en"


def test_given_a_bug_then_the_net_takes_the_caller(scene: Scene) -> None:
    class Broken(FakeLine):
        async def music(self, on: bool, music_class: str = "default") -> None:
            raise ZeroDivisionError

    line = Broken(reacts=answers({"menu-main": "0"}))
    assert scene.play(line) == "fallback"
    assert line.acts[-1] == "fallback"
    assert scene.board is not None and not scene.board.engine.calls(), "he waits nowhere any more"


def test_given_a_bug_when_the_net_is_away_too_then_the_journey_still_ends(scene: Scene) -> None:
    class Broken(FakeLine):
        async def start_recorder(self) -> None:
            raise ZeroDivisionError

        async def to_fallback(self) -> None:
            raise ConnectionError

    line = Broken()
    assert scene.play(line) == "fallback"


@pytest.mark.parametrize(
    ("prompt", "stage"),
    [
        ("greeting", "greeting"),
        ("recording-notice", "greeting"),
        ("menu-main", "menu"),
        ("ask-safe", "notice"),
        ("ask-loss-time", "notice"),
        ("read-back-confirm", "notice"),
        ("ask-claim-identify", "identify"),
        ("agents-none", "waiting"),
    ],
)
def test_given_a_hang_up_in_any_stage_then_the_call_ends_there(
    scene: Scene, prompt: str, stage: str
) -> None:
    menu = {"identify": "2", "waiting": "0"}.get(stage, "1")
    line = FakeLine(reacts=answers({**WHOLE, "menu-main": menu, prompt: HANGS_UP}))
    stages: list[str] = []
    leave = scene.store.run_now

    def run_now(query: Any, *args: Any, **kwargs: Any) -> Any:
        if query is steps.apply:
            step = args[0]
            changes = step.data.get("changes", {}) if step.kind == "note" else step.data
            stages.extend([changes["stage"]] if "stage" in changes else [])
        return leave(query, *args, **kwargs)

    scene.store.run_now = run_now  # type: ignore[method-assign]
    assert scene.play(line) == "hung_up"
    assert stages[-1] == stage
    assert "hang up" not in line.acts, "there is nobody left to hang up on"
    assert scene.board is not None and not scene.board.engine.calls()


def test_given_a_hang_up_in_a_talk_then_the_talk_counts(scene: Scene) -> None:
    scene.ready = ("agent2",)
    line = FakeLine(phones={"202": FakePhone(talks=100)})

    async def leaves() -> None:
        await asyncio.sleep(40)
        line.vanish()

    async def react(line: FakeLine, prompts: tuple[str, ...]) -> None:
        if "menu-main" in prompts:
            line.press("0")
            tasks.start(leaves(), name="leaves")

    line.reacts = react
    assert scene.play(line) == "talked"
    shown = scene.shown(line)
    assert shown["agent"] == "agent2" and 30 < shown["talk_s"] < 40
    assert events(shown, "answered")[0]["first"] is True
