"""The head-of-line estimate."""

from __future__ import annotations

import pytest

from routing.forecast import remaining_s

pytestmark = pytest.mark.unit


def test_who_comes_last_waits_as_long_as_the_head_has_waited() -> None:
    assert remaining_s(4, 4, 120.0, None) == 120.0
    assert remaining_s(1, 4, 120.0, 40.0) == 30.0


def test_before_anybody_waited_the_last_one_served_is_the_guess() -> None:
    assert remaining_s(1, 1, None, 45.0) == 45.0


def test_nothing_known_is_none_not_zero() -> None:
    assert remaining_s(1, 1, None, None) is None
    assert remaining_s(1, 0, 10.0, None) is None
