"""Office time: the promise at the end of a call, and the clock of deadlines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing import calendar
from routing.plan import Hours, Plan
from tests.routing.conftest import small

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Hours.model_validate({"weekly": {"mon-fri": ["09:00-17:30"]}, "holidays": "CN"})
NEVER = Hours.model_validate({"weekly": {}})


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("at", "promised"),
    [
        ("2026-11-23T10:00", "2026-11-23T11:00"),
        ("2026-11-23T17:00", "2026-11-24T09:30"),  # half today, half tomorrow
        ("2026-11-23T23:00", "2026-11-24T10:00"),
        ("2026-11-27T17:30", "2026-11-30T10:00"),
        ("2026-09-30T17:00", "2026-10-08T09:30"),  # over the national holiday
    ],
)
def test_a_promise_counts_office_time_only(plan: Plan, at: str, promised: str) -> None:
    assert calendar.promise(plan, local(at)) == local(promised)


def test_working_days_skip_holidays_and_count_make_up_days() -> None:
    assert calendar.working_day(OFFICE, date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert calendar.working_day(OFFICE, date(2026, 10, 9), 1) == date(2026, 10, 10)  # a Saturday
    assert calendar.working_day(OFFICE, date(2026, 10, 1), 0) == date(2026, 10, 8)
    assert calendar.working_day(OFFICE, date(2026, 11, 23), 0) == date(2026, 11, 23)
    assert calendar.working_day(OFFICE, date(2026, 11, 23), 5) == date(2026, 11, 30)


def test_hours_that_never_open_are_an_error_not_a_loop() -> None:
    with pytest.raises(calendar.NoOfficeTime):
        calendar.after(NEVER, ZONE, local("2026-11-23T10:00"), timedelta(hours=1))
    with pytest.raises(calendar.NoOfficeTime):
        calendar.working_day(NEVER, date(2026, 11, 23), 2)
    assert calendar.between(NEVER, ZONE, local("2026-11-23T10:00"), local("2026-12-23T10:00")) == (
        timedelta()
    )


INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(ZONE))


@given(INSTANTS, st.integers(1, 60 * 60))
def test_what_is_added_is_what_lies_between(at: datetime, minutes: int) -> None:
    office = timedelta(minutes=minutes)
    then = calendar.after(OFFICE, ZONE, at, office)
    assert calendar.between(OFFICE, ZONE, at, then) == office


def test_day_and_night_office_time_is_time() -> None:
    always = Plan.model_validate(small()).hours["always"]
    at = local("2026-11-23T10:00")
    assert calendar.after(always, ZONE, at, timedelta(days=90)) == at + timedelta(days=90)
    assert calendar.between(always, ZONE, at, at + timedelta(days=90)) == timedelta(days=90)
