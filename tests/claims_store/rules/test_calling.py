"""Hours in which people are called, and what follows from how a call ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.rules import calling
from claims_store.rules.calling import GIVEN_UP, OUTCOMES, TOO_LATE, WINDOWS, Tried, after, first
from routing.plan import Hours

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Hours.model_validate({"weekly": {"mon-fri": ["09:00-17:30"]}, "holidays": "CN"})
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 30), timezones=st.just(UTC))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("window", "now", "begins"),
    [
        ("service", "2026-11-24T08:33", "2026-11-24T09:00"),
        ("service", "2026-11-24T12:00", "2026-11-24T14:00"),
        ("service", "2026-11-24T19:59", "2026-11-24T19:59"),
        ("service", "2026-11-24T20:00", "2026-11-25T09:00"),
        ("service", "2026-10-01T09:30", "2026-10-01T14:00"),  # nobody is woken on a holiday
        ("service", "2026-11-27T21:00", "2026-11-28T14:00"),
        ("promised", "2026-11-24T12:30", "2026-11-24T12:30"),
        ("promised", "2026-11-24T17:30", "2026-11-25T09:00"),
        ("any", "2026-11-24T03:00", "2026-11-24T03:00"),
        ("now", "2026-10-01T03:00", "2026-10-01T03:00"),
    ],
)
def test_a_call_begins_in_its_hours(window: str, now: str, begins: str) -> None:
    assert first(window, at(now), OFFICE, ZONE) == at(begins)


def follow(outcome: str, now: str, *, tries: int = 0, redials: int = 0) -> calling.Next:
    begun = at("2026-11-24T10:00")
    tried = Tried(tries, redials, calling.TRIES, calling.last(begun, OFFICE, ZONE))
    return after(outcome, tried, "service", at(now), OFFICE, ZONE)


@pytest.mark.parametrize(
    ("outcome", "now", "again", "tries"),
    [
        ("busy", "2026-11-24T10:00", "2026-11-24T10:15", 0),
        ("busy", "2026-11-24T11:50", "2026-11-24T14:00", 0),
        ("no_answer", "2026-11-24T10:00", "2026-11-24T14:00", 1),
        ("no_answer", "2026-11-24T15:00", "2026-11-25T09:00", 1),
        ("nobody", "2026-11-24T10:00", "2026-11-24T14:00", 1),
        ("later", "2026-11-24T10:00", "2026-11-24T14:00", 1),
        ("failed", "2026-11-24T10:00", "2026-11-24T10:00:20", 0),
        ("trunk_busy", "2026-11-24T10:00", "2026-11-24T10:00:20", 0),
    ],
)
def test_what_follows_from_a_try(outcome: str, now: str, again: str, tries: int) -> None:
    found = follow(outcome, now)
    assert (found.at, found.tries) == (at(again), tries)


@pytest.mark.parametrize(
    "outcome", ["heard", "refused", "wrong_person", "no_such_number", "not_allowed", "accepted"]
)
def test_what_ends_an_order(outcome: str) -> None:
    found = follow(outcome, "2026-11-24T10:00")
    assert (found.at, found.outcome) == (None, outcome)


def test_three_tries_on_three_half_days_then_it_is_given_up() -> None:
    first_, second = at("2026-11-24T14:00"), at("2026-11-25T09:00")
    assert follow("no_answer", "2026-11-24T10:00").at == first_
    assert follow("no_answer", "2026-11-24T14:00", tries=1).at == second
    last = follow("nobody", "2026-11-25T09:00", tries=2)
    assert (last.at, last.outcome) == (None, GIVEN_UP)


def test_a_number_that_stays_busy_counts_like_one_that_nobody_answers() -> None:
    found = follow("busy", "2026-11-24T10:30", redials=2)
    assert (found.tries, found.redials, found.at) == (1, 0, at("2026-11-24T14:00"))


def test_nobody_is_called_after_the_third_working_day() -> None:
    assert follow("no_answer", "2026-11-26T19:00").outcome == GIVEN_UP
    assert follow("failed", "2026-11-26T20:00").outcome == TOO_LATE
    assert calling.last(at("2026-11-27T10:00"), OFFICE, ZONE) == at("2026-12-02T00:00")


@given(now=MOMENTS, window=st.sampled_from(sorted(WINDOWS)), outcomes=st.lists(
    st.sampled_from(sorted(OUTCOMES)), max_size=60))  # fmt: skip
def test_whatever_happens_calls_keep_their_hours_and_come_to_an_end(
    now: datetime, window: str, outcomes: list[str]
) -> None:
    until = calling.last(now, OFFICE, ZONE)
    tries = redials = 0
    when = first(window, now, OFFICE, ZONE)
    for outcome in outcomes:
        found = after(outcome, Tried(tries, redials, 3, until), window, when, OFFICE, ZONE)
        assert tries <= found.tries <= 3
        if found.at is None:
            assert found.outcome
            return
        assert when < found.at <= until
        assert first(window, found.at, OFFICE, ZONE) == found.at
        assert found.at - when >= timedelta(seconds=20)
        when, tries, redials = found.at, found.tries, found.redials
    assert tries < 3
