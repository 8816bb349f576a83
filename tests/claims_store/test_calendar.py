"""The handlers' working time: the plan's, corrected by single days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from claims_store import calendar, plans
from claims_store.store import Store
from routing.corrected import CorrectedDay
from routing.hours import on_day
from tests.claims_store.test_assignment import PLAN

pytestmark = pytest.mark.store

SATURDAY, THURSDAY = date(2027, 1, 30), date(2027, 2, 11)
DAYS = [CorrectedDay(SATURDAY, True, "调休"), CorrectedDay(THURSDAY, False, "春节")]


def test_without_a_plan_there_are_usual_hours(store: Store, now: datetime) -> None:
    assert store.run_now(calendar.handlers_hours) == calendar.DEFAULT
    assert store.run_now(calendar.open_now, "night", now), "hours nobody wrote down never close"
    promised = store.run_now(calendar.next_promise, now, calendar.AN_HOUR)
    assert promised == datetime.fromisoformat("2026-11-24T10:00+08:00")


def test_corrected_days_hold_for_everybody_who_counts(store: Store, now: datetime) -> None:
    store.run_now(plans.publish, PLAN, "admin", "first", now)
    before = store.run_now(calendar.handlers_hours)
    assert store.run_now(calendar.put_days, DAYS)
    assert not store.run_now(calendar.put_days, DAYS), "nothing is new"
    assert store.run_now(calendar.stored_days) == DAYS
    after = store.run_now(calendar.handlers_hours)
    for day in (SATURDAY, THURSDAY):
        assert on_day(before, day).working != on_day(after, day).working
    assert store.run_now(calendar.put_days, [])
    assert store.run_now(calendar.handlers_hours) == before


def test_hours_of_the_plan_open_and_close(store: Store, now: datetime) -> None:
    store.run_now(plans.publish, PLAN, "admin", "first", now)
    assert not store.run_now(calendar.open_now, "office", now)
    assert store.run_now(calendar.open_now, "office", now + timedelta(minutes=27))
    assert store.run_now(calendar.open_now, "night", now + timedelta(hours=14))
