"""Ten wrong tries a day per number and per claim."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import identity
from claims_store.store import Store

pytestmark = pytest.mark.store

CLAIM = "CL-261124-0042"


def miss(store: Store, caller: str, claim: str | None, at: datetime, times: int) -> None:
    for _ in range(times):
        store.run_now(identity.note_try, caller, claim, False, at)


def test_ten_wrong_tries_close_the_door_to_a_number(store: Store, now: datetime) -> None:
    miss(store, "13800138001", None, now, 9)
    assert store.run_now(identity.allowed, "+8613800138001", None, now)
    miss(store, "+86 138 0013 8001", CLAIM, now, 1)
    assert not store.run_now(identity.allowed, "13800138001", None, now)
    assert not store.run_now(identity.allowed, "13800138001", "CL-other", now)
    assert store.run_now(identity.allowed, "13800138002", CLAIM, now)


def test_ten_wrong_tries_from_anywhere_close_the_door_to_a_claim(
    store: Store, now: datetime
) -> None:
    for number in range(10):
        miss(store, f"1380013800{number}", CLAIM, now, 1)
    assert not store.run_now(identity.allowed, "13900139000", CLAIM, now)
    assert store.run_now(identity.allowed, "13900139000", None, now)
    assert store.run_now(identity.allowed, "13900139000", "CL-other", now)


def test_after_a_day_the_door_is_open_again(store: Store, now: datetime) -> None:
    miss(store, "13800138001", CLAIM, now, 10)
    later = now + timedelta(hours=23, minutes=59)
    assert not store.run_now(identity.allowed, "13800138001", CLAIM, later)
    assert store.run_now(identity.allowed, "13800138001", CLAIM, now + timedelta(hours=24))


def test_right_tries_are_not_counted(store: Store, now: datetime) -> None:
    for _ in range(20):
        store.run_now(identity.note_try, "13800138001", CLAIM, True, now)
    assert store.run_now(identity.allowed, "13800138001", CLAIM, now)


def test_withheld_numbers_share_one_count(store: Store, now: datetime) -> None:
    miss(store, "", None, now, 10)
    assert not store.run_now(identity.allowed, "", None, now)
    assert store.run_now(identity.allowed, "13800138001", None, now)
