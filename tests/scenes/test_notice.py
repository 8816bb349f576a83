"""First notice of loss taken whole by the line, as the caller lives it."""

from __future__ import annotations

import pytest

from tests.fakes.line import FakeLine
from tests.scenes.conftest import Scene, answers

pytestmark = pytest.mark.scene

WHOLE = {
    "menu-main": "1",
    "ask-any-injury": "2",
    "ask-safe": "1",
    "confirm-phone-caller": "1",
    "ask-policy": "#",
    "ask-line": "1",
    "ask-loss-day": "1",
    "ask-loss-time": "0810",
    "right-1-wrong-2": "1",
    "ask-region-code": "21#",
    "ask-loss-kind": "1",
    "ask-third-party": "1",
    "ask-police": "1",
    "ask-drivable": "1",
    "ask-at-scene": "1",
    "ask-driver": "1",
    "ask-reporter-relation": "1",
    "read-back-confirm": "1",
}


def test_given_an_unknown_caller_when_he_answers_everything_then_a_report_is_filed(
    scene: Scene,
) -> None:
    line = FakeLine(reacts=answers(WHOLE))
    assert scene.play(line) == "served"
    shown = scene.shown(line)
    assert shown["report"]["loss_time"] == "2026-11-24T08:10+08:00"
    assert shown["report"]["loss_region"] == "310000"
    assert shown["report"]["any_injury"] == "no"
    assert shown["consent"] == "given"
    said = [name for prompts in line.heard for name in prompts]
    assert "report-number" in said and said[-1] == "goodbye", " ".join(said)
