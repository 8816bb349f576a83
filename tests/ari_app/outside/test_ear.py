"""The end of a prompt is known by listening alone."""

from __future__ import annotations

import pytest

from ari_app.outside.ear import Ear, Heard

pytestmark = pytest.mark.unit


def test_quiet_after_something_was_said() -> None:
    ear = Ear(0.0)
    ear.started(1.0)
    assert ear.talking
    assert ear.outcome(5.0, quiet=1.0, start=2.0) is None
    ear.finished(5.0)
    assert ear.outcome(5.9, quiet=1.0, start=2.0) is None
    assert ear.next_look(5.9, quiet=1.0, start=2.0) == 6.0
    assert ear.outcome(6.0, quiet=1.0, start=2.0) is Heard.QUIET


def test_a_pause_within_a_prompt_is_not_its_end() -> None:
    ear = Ear(0.0)
    ear.started(1.0)
    ear.finished(2.0)
    ear.started(2.6)
    assert ear.outcome(3.2, quiet=1.0, start=2.0) is None
    ear.finished(4.0)
    assert ear.outcome(5.0, quiet=1.0, start=2.0) is Heard.QUIET


def test_nothing_begins() -> None:
    ear = Ear(0.0)
    assert ear.outcome(1.9, quiet=1.0, start=2.0) is None
    assert ear.next_look(1.9, quiet=1.0, start=2.0) == 2.0
    assert ear.outcome(2.0, quiet=1.0, start=2.0) is Heard.NOTHING


def test_a_prompt_that_a_key_cuts_is_no_answer_to_the_key() -> None:
    ear = Ear(0.0)
    ear.started(1.0)
    ear.acted(3.0)
    ear.finished(3.1)
    assert ear.outcome(4.5, quiet=1.0, start=5.0) is None
    ear.started(5.0)
    ear.finished(6.0)
    assert ear.outcome(7.0, quiet=1.0, start=5.0) is Heard.QUIET


def test_a_new_prompt_may_follow_the_old_one_without_a_pause() -> None:
    ear = Ear(0.0)
    ear.started(1.0)
    ear.acted(3.0)
    assert ear.next_look(3.5, quiet=1.0, start=5.0) > 3.5
    ear.finished(8.0)
    assert ear.outcome(9.0, quiet=1.0, start=5.0) is Heard.QUIET


def test_what_was_heard_counts_once() -> None:
    ear = Ear(0.0)
    ear.started(1.0)
    ear.finished(2.0)
    assert ear.outcome(3.0, quiet=1.0, start=2.0) is Heard.QUIET
    ear.acted(3.0)
    assert ear.outcome(3.5, quiet=1.0, start=2.0) is None
    assert ear.outcome(5.0, quiet=1.0, start=2.0) is Heard.NOTHING
