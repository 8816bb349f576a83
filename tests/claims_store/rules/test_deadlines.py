"""The law's days: calendar and working days by the plan's own hours."""

from __future__ import annotations

from datetime import date

import pytest

from claims_store.rules.deadlines import DEADLINES, due, working_days
from routing.plan import Hours

pytestmark = pytest.mark.unit

OFFICE = Hours.model_validate({"weekly": {"mon-fri": ["09:00-17:30"]}, "holidays": "CN"})
RESTED = Hours.model_validate(
    {
        "weekly": {"mon-fri": ["09:00-17:30"]},
        "exception": [
            {"on": date(2026, 11, 25), "open": [], "reason": {"zh": "盘点", "en": "stocktaking"}}
        ],
    }
)


@pytest.mark.parametrize(
    ("first", "last", "working", "calendar"),
    [
        ("2026-02-13", "2026-02-24", 2, 11),
        ("2026-09-30", "2026-10-12", 4, 12),
        ("2026-11-20", "2026-11-27", 5, 7),
        ("2026-05-08", "2026-05-11", 2, 3),
    ],
)
def test_working_and_calendar_days_are_counted_apart(
    first: str, last: str, working: int, calendar: int
) -> None:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    assert working_days(OFFICE, begin, end) == working
    assert (end - begin).days == calendar


def test_an_exception_of_the_plan_is_no_working_day() -> None:
    assert working_days(RESTED, date(2026, 11, 24), date(2026, 11, 26)) == 1


def test_a_last_day_that_is_a_holiday_moves_the_law_and_not_the_promise() -> None:
    found = due(DEADLINES["CN5"], date(2026, 2, 13), OFFICE)
    assert found.promised == date(2026, 2, 23)
    assert found.legal == date(2026, 2, 24)


def test_a_refusal_is_told_in_three_days_whatever_the_holiday() -> None:
    found = due(DEADLINES["CN6"], date(2026, 4, 30), OFFICE)
    assert found.promised == found.legal == date(2026, 5, 3)
    assert found.warn == date(2026, 5, 1)


def test_the_certain_part_is_paid_on_the_sixtieth_day() -> None:
    assert due(DEADLINES["CN7"], date(2026, 9, 1), OFFICE).legal == date(2026, 10, 31)


def test_a_follow_up_call_counts_working_days() -> None:
    assert due(DEADLINES["CN9"], date(2026, 11, 20), OFFICE).promised == date(2026, 12, 11)
