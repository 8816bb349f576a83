"""When a paid claim is followed up: never on a refuser, never outside the allowed hours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.calendar import DEFAULT
from claims_store.rules.following_up import (
    Made,
    NotMade,
    Paid,
    by_law,
    decide,
    drawn,
    first_moment,
    within,
)
from routing.hours import on_day
from routing.plan import FollowUp

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")
PLAN = FollowUp()
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(ZONE))


@pytest.mark.parametrize(
    ("paid", "made"),
    [
        (Paid("CL-1", "motor", Decimal(800)), Made("line", 2)),
        (Paid("CL-1", "motor", Decimal(5_000)), Made("line", 2)),
        (Paid("CL-1", "motor", Decimal("5000.01")), Made("line", 4)),
        (Paid("CL-1", "motor"), Made("line", 4)),
        (Paid("CL-1", "motor", Decimal(50_000)), Made("line", 6)),
        (Paid("CL-1", "motor", Decimal(800), injury=True), Made("task", 6)),
        (Paid("CL-1", "motor", Decimal(800), complained=True), Made("task", 6)),
        (Paid("CL-1", "motor", Decimal(800), declined=True), NotMade("declined")),
        (Paid("CL-1", "motor", Decimal(800), phone=False), NotMade("no_phone")),
    ],
)
def test_the_plan_decides_by_size(paid: Paid, made: Made | NotMade) -> None:
    assert decide(PLAN, paid) == made
    assert decide(None, paid) == NotMade("no_plan")


def test_what_the_law_wants_is_not_drawn_by_lot() -> None:
    none = FollowUp(share=0.0)
    assert decide(none, Paid("CL-1", "home", Decimal(100))) == NotMade("not_drawn")
    assert decide(none, Paid("CL-1", "home", Decimal(100_000))) == Made("line", 6)
    assert by_law("motor") and not by_law("home")
    assert decide(none, Paid("CL-1", "motor", Decimal(100))) == Made("line", 2)


@given(st.floats(0, 1), st.integers(0, 10**6))
def test_the_lot_falls_the_same_way_each_time(share: float, number: int) -> None:
    plan = FollowUp(share=share)
    assert drawn(plan, f"CL-{number}") == drawn(plan, f"CL-{number}")
    if share == 1.0:
        assert drawn(plan, f"CL-{number}")


def test_about_the_share_is_drawn() -> None:
    hits = sum(drawn(FollowUp(share=0.3), f"CL-{n}") for n in range(2_000))
    assert 500 < hits < 700


@given(MOMENTS, st.integers(1, 15))
def test_the_first_moment_is_allowed_and_so_many_working_days_later(
    paid: datetime, days: int
) -> None:
    at = first_moment(paid.astimezone(UTC), days, DEFAULT, ZONE).astimezone(ZONE)
    assert time(9) <= at.time() < time(12) or time(14) <= at.time() < time(20)
    assert on_day(DEFAULT, at.date()).working
    passed = (paid.date() + timedelta(days=n + 1) for n in range((at.date() - paid.date()).days))
    assert sum(on_day(DEFAULT, day).working for day in passed) == days


@given(MOMENTS, st.integers(1, 15))
def test_a_task_ends_with_its_working_day(at: datetime, days: int) -> None:
    end = within(at.astimezone(UTC), DEFAULT, ZONE, days).astimezone(ZONE)
    assert end.time() == time(0)
    assert on_day(DEFAULT, (end - timedelta(days=1)).date()).working
