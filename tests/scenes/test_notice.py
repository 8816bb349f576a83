"""First notice of loss taken whole by the line, as the caller lives it."""

from __future__ import annotations

import pytest

from tests.fakes.line import FakeLine
from tests.scenes.conftest import WHOLE, Scene, answers

pytestmark = pytest.mark.scene


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
