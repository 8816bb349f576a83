"""Callbacks keep the caller's place."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import callbacks
from claims_store.store import Store

pytestmark = pytest.mark.store


def test_callers_are_rung_back_in_the_order_of_their_arrival(store: Store, now: datetime) -> None:
    later = now + timedelta(minutes=1)
    second = store.run_now(callbacks.add, "n1-2.1", "13800138002", "zh", later, later)
    first = store.run_now(
        callbacks.add, "n1-1.1", "138 0013 8001", "en", now, later,
        reason="broken_call", queue="motor", report_number="BA-1",
    )  # fmt: skip
    again = store.run_now(callbacks.add, "n1-1.1", "13800138009", "zh", later, later)
    assert again == first
    assert store.run_now(callbacks.due, now) == []
    found = store.run_now(callbacks.due, later)
    assert [each.id for each in found] == [first, second]
    assert (found[0].phone, found[0].reason, found[0].queue) == (
        "+8613800138001", "broken_call", "motor",
    )  # fmt: skip


def test_a_caller_who_was_not_reached_is_tried_later(store: Store, now: datetime) -> None:
    id = store.run_now(callbacks.add, "n1-1.1", "13800138001", "zh", now, now)
    later = now + timedelta(minutes=15)
    assert store.run_now(callbacks.tried, id, later) == 1
    assert store.run_now(callbacks.due, now) == []
    assert store.run_now(callbacks.tried, 99, later) == 0
    assert store.run_now(callbacks.done, id, later, "agent1")
    assert not store.run_now(callbacks.done, id, later, "agent2")
    assert store.run_now(callbacks.listing) == []
    (done,) = store.run_now(callbacks.listing, done=True)
    assert (done.done, done.done_by, done.tries) == (later, "agent1", 1)
