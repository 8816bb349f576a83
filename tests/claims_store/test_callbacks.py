"""Callbacks keep the caller's place."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import callbacks, calls
from claims_store.calls import CallOpened
from claims_store.store import Store

pytestmark = pytest.mark.store


def opened(call_id: str, caller: str, at: datetime) -> CallOpened:
    return CallOpened(call_id, "n1", f"{call_id}@carrier", caller, "5550100", at, None)


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


def test_who_rings_again_and_is_served_is_rung_back_no_more(store: Store, now: datetime) -> None:
    """Of his number and of his earlier call; the row and both journals say by which call."""
    later, number = now + timedelta(minutes=5), "+8613800138001"
    for ident, caller in (("n1-1.1", number), ("n1-2.1", number), ("n1-3.1", "+8613800138002")):
        store.run_now(calls.open_call, opened(ident, caller, now))
    store.run_now(callbacks.add, "n1-1.1", number, "zh", now, now)
    store.run_now(callbacks.add, "n1-2.1", "+8613800138077", "zh", now, now)
    store.run_now(callbacks.add, "n1-3.1", "+8613800138002", "zh", now, now)
    for ident, outcome in (("n1-4.1", "hung_up"), ("n1-5.1", "talked")):
        store.run_now(calls.open_call, opened(ident, number, later))
        assert len(store.run_now(callbacks.listing)) == 3
        store.run_now(calls.close, ident, later, outcome)
    assert [each.call_id for each in store.run_now(callbacks.listing)] == ["n1-3.1"]
    done = store.run_now(callbacks.listing, done=True)
    assert {(each.done, each.done_by) for each in done} == {(later, "n1-5.1")}
    (last,) = store.run_now(calls.events, "n1-1.1")
    assert (last.event, last.data["call"]) == ("callback_done", "n1-5.1")
    names = [each.event for each in store.run_now(calls.events, "n1-5.1")]
    assert names == ["rang_again", "rang_again"]


def test_a_call_without_a_number_ends_nobodys_callback(store: Store, now: datetime) -> None:
    store.run_now(callbacks.add, "n1-1.1", "+8613800138001", "zh", now, now)
    store.run_now(calls.open_call, opened("n1-2.1", "", now))
    store.run_now(calls.close, "n1-2.1", now, "talked")
    assert len(store.run_now(callbacks.listing)) == 1
