"""Timers as data."""

from __future__ import annotations

from datetime import timedelta

import pytest

from routing.timers import Timers
from tests.routing.conftest import START

pytestmark = pytest.mark.unit


def at(seconds: int) -> object:
    return START + timedelta(seconds=seconds)


def test_timers_fall_due_in_order_and_setting_again_replaces() -> None:
    timers = Timers()
    timers.set("step", "b", START + timedelta(seconds=5))
    timers.set("step", "a", START + timedelta(seconds=5))
    timers.set("agent", "ann", START + timedelta(seconds=9))
    timers.set("agent", "ann", START + timedelta(seconds=1))
    assert timers.next() == at(1)
    assert list(timers.due(START + timedelta(seconds=5))) == [
        ("agent", "ann"),
        ("step", "a"),
        ("step", "b"),
    ]
    assert timers.next() is None


def test_a_timer_taken_back_does_not_fall_due() -> None:
    timers = Timers()
    timers.set("step", "a", START)
    timers.set("step", "a", None)
    timers.set("step", "none", None)
    assert timers.next() is None and not list(timers.due(START))


def test_a_timer_set_to_the_same_instant_again_falls_due_once() -> None:
    timers = Timers()
    timers.set("step", "a", START)
    timers.set("step", "a", None)
    timers.set("step", "a", START)
    timers.set("step", "a", START)
    assert list(timers.due(START)) == [("step", "a")]
