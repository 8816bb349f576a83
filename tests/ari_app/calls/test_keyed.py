"""What keyed digits mean, for whatever is keyed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.calls import keyed

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("1124", TODAY),
        ("1123", date(2026, 11, 23)),
        ("1125", date(2025, 11, 25)),
        ("0101", date(2026, 1, 1)),
        ("0229", None),
        ("1301", None),
        ("0000", None),
        ("112", None),
        ("", None),
    ],
)
def test_a_day_is_the_latest_such_one(digits: str, day: date | None) -> None:
    assert keyed.day_of(digits, TODAY) == day


def test_the_leap_day_is_found_while_it_is_near() -> None:
    assert keyed.day_of("0229", date(2024, 3, 1)) == date(2024, 2, 29)
    assert keyed.day_of("0229", date(2025, 1, 1)) == date(2024, 2, 29)


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.integers(0, 364))
def test_every_day_of_the_last_year_can_be_keyed(today: date, ago: int) -> None:
    day = today - timedelta(days=ago)
    assert keyed.day_of(f"{day:%m%d}", today) == day


@pytest.mark.parametrize(
    ("digits", "at"),
    [
        ("0830", time(8, 30)),
        ("830", time(8, 30)),
        ("0000", time(0)),
        ("2359", time(23, 59)),
        ("2400", None),
        ("0860", None),
        ("83", None),
        ("", None),
    ],
)
def test_a_time_of_day(digits: str, at: time | None) -> None:
    assert keyed.time_of(digits) == at


@given(st.text("0123456789", max_size=24))
def test_whatever_is_keyed_is_a_day_or_time_or_nothing(digits: str) -> None:
    assert (keyed.day_of(digits, TODAY) or TODAY) <= TODAY
    assert keyed.time_of(digits) is None or len(digits) in (3, 4)


def test_today_and_yesterday_and_the_instant() -> None:
    assert keyed.said_day("1", TODAY) == TODAY
    assert keyed.said_day("2", TODAY) == date(2026, 11, 23)
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert keyed.moment(TODAY, time(8, 30), now) == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
