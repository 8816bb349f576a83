"""The capacity rule: more of anything needs more, and its two forms agree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.doctor.capacity import FULL, MEASURED, Costs, Traffic, most_calls, need, per_call

pytestmark = pytest.mark.unit

COSTS = Costs(call=20, sound_second=2, talk_second=4, track_second=2, waiting_second=3, app=5)
CALL = Traffic(calls=10, talk=100, prompts=10, waiting=20, tracks=3)
AMOUNT = st.floats(0.01, 1000)


def test_a_call_is_the_sum_of_its_parts() -> None:
    assert per_call(COSTS, CALL) == 20 + 10 * 2 + 20 * 3 + 100 * (4 + 3 * 2)


def test_cores_are_planned_with_room() -> None:
    found = need(COSTS, CALL)
    assert found.cores == pytest.approx(10 * 1.1 / FULL)
    assert found.app == pytest.approx(0.05)
    assert found.talks == 1000


def test_with_short_calls_the_one_process_of_the_app_is_the_limit() -> None:
    short = replace(CALL, talk=0.1, prompts=0, waiting=0)
    assert most_calls(COSTS, short, cores=64) == pytest.approx(FULL * 1000 / 5)


@given(AMOUNT, AMOUNT, AMOUNT, AMOUNT)
def test_so_many_calls_as_cores_carry_need_no_more_cores(
    talk: float, prompts: float, waiting: float, cores: float
) -> None:
    traffic = Traffic(1, talk, prompts, waiting)
    most = most_calls(COSTS, traffic, cores)
    found = need(COSTS, replace(traffic, calls=most))
    assert found.cores <= cores * 1.000001
    assert found.app <= FULL * 1.000001


@given(AMOUNT, st.sampled_from(["talk", "prompts", "waiting", "tracks"]))
def test_more_of_anything_never_needs_less(amount: float, what: str) -> None:
    more = replace(CALL, **{what: getattr(CALL, what) + amount})
    assert need(MEASURED, more).cores >= need(MEASURED, CALL).cores
