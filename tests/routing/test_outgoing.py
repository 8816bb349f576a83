"""The rule against toll fraud: only what is allowed, and never more than a day's minutes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.outgoing import LEAST, Chosen, Declined, Limits, Used, decide

pytestmark = pytest.mark.unit

NORTH = Limits("north", ("+86",), calls=2, minutes=10, longest=120, order=1)
SOUTH = Limits("south", ("+8621", "+44"), calls=1, minutes=60, longest=1800, order=2)
MOBILE, SHANGHAI, LONDON = "+8613800138000", "+862164001234", "+442079460018"


@pytest.mark.parametrize(
    ("number", "used", "lost", "tried", "trunk"),
    [
        (MOBILE, {}, (), (), "north"),
        (LONDON, {}, (), (), "south"),
        (SHANGHAI, {"north": Used(2, 0)}, (), (), "south"),
        (SHANGHAI, {"north": Used(0, 600)}, (), (), "south"),
        (SHANGHAI, {}, ("north",), (), "south"),
        (SHANGHAI, {}, (), ("north",), "south"),
    ],
)
def test_the_first_trunk_in_order_that_may_carries_it(
    number: str, used: dict[str, Used], lost: tuple[str, ...], tried: tuple[str, ...], trunk: str
) -> None:
    found = decide(number, (SOUTH, NORTH), used, lost=lost, tried=tried)
    assert isinstance(found, Chosen) and found.trunk == trunk


@pytest.mark.parametrize(
    ("number", "used", "lost", "tried", "why"),
    [
        ("13800138000", {}, (), (), "no_number"),
        ("+86 138", {}, (), (), "no_number"),
        ("110", {}, (), (), "no_number"),
        ("+18765550123", {}, (), (), "not_allowed"),
        (MOBILE, {"north": Used(2, 0)}, (), (), "busy"),
        (MOBILE, {"north": Used(0, 571)}, (), (), "spent"),
        (MOBILE, {}, ("north",), (), "lost"),
        (MOBILE, {}, (), ("north",), "tried"),
    ],
)
def test_why_nobody_carries_it(
    number: str, used: dict[str, Used], lost: tuple[str, ...], tried: tuple[str, ...], why: str
) -> None:
    found = decide(number, (NORTH, SOUTH), used, lost=lost, tried=tried)
    assert isinstance(found, Declined) and found.why == why


def test_a_call_gets_what_is_left_of_the_day() -> None:
    assert decide(MOBILE, (NORTH,), {"north": Used(0, 540)}) == Chosen("north", 60)
    assert decide(MOBILE, (NORTH,), {}) == Chosen("north", 120)


def test_without_a_trunk_that_dials_out_nothing_is_dialled() -> None:
    assert isinstance(decide(MOBILE, (), {}), Declined)
    nothing = Limits("none", (), calls=9, minutes=99, longest=60)
    assert isinstance(decide(MOBILE, (nothing,), {}), Declined)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 150)), max_size=60))
def test_no_order_of_calls_overruns_calls_or_minutes(steps: list[tuple[bool, int]]) -> None:
    """Calls begin and end in any order, each talks at most as long as it was given."""
    running: list[int] = []
    spent = 0
    for begins, seconds in steps:
        if begins:
            used = Used(len(running), spent + sum(running))
            found = decide(MOBILE, (NORTH,), {"north": used})
            if isinstance(found, Chosen):
                assert found.seconds >= LEAST
                running.append(found.seconds)
        elif running:
            spent += min(seconds, running.pop(0))
        assert len(running) <= NORTH.calls
        assert spent + sum(running) <= NORTH.minutes * 60
