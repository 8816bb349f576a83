"""Consequences: once per key, due in order, tried again, set aside."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import outbox
from claims_store.store import Session, Store

pytestmark = pytest.mark.store


def test_a_key_is_written_once(store: Store, now: datetime) -> None:
    assert store.run_now(outbox.put, "seal", "seal:1", {"call_id": "1"}, now)
    assert not store.run_now(outbox.put, "seal", "seal:1", {"call_id": "2"}, now)
    (row,) = store.run_now(outbox.due, now)
    assert (row.kind, row.key, row.payload, row.tries) == ("seal", "seal:1", {"call_id": "1"}, 0)
    assert store.run_now(outbox.get, row.id) == row
    assert store.run_now(outbox.get, 99) is None


def test_the_longest_due_comes_first(store: Store, now: datetime) -> None:
    for key, minutes in (("b", 2), ("a", 1), ("c", 3), ("d", 9)):
        store.run_now(outbox.put, "message", key, {}, now + timedelta(minutes=minutes))
    at = now + timedelta(minutes=3)
    assert [row.key for row in store.run_now(outbox.due, at)] == ["a", "b", "c"]
    assert [row.key for row in store.run_now(outbox.due, at, 2)] == ["a", "b"]


def test_what_failed_is_tried_again_later_and_then_set_aside(store: Store, now: datetime) -> None:
    store.run_now(outbox.put, "message", "m", {"to": "x"}, now)
    (row,) = store.run_now(outbox.due, now)
    later = now + timedelta(minutes=5)
    assert store.run_now(outbox.again, row.id, later, "no gateway") == 1
    assert store.run_now(outbox.due, now) == []
    (row,) = store.run_now(outbox.due, later)
    assert (row.tries, row.error) == (1, "no gateway")
    store.run_now(outbox.set_aside, row.id, "gave up")
    assert store.run_now(outbox.due, later) == []
    (row,) = store.run_now(outbox.aside)
    assert (row.error, row.set_aside) == ("gave up", True)
    assert store.run_now(outbox.again, 99, later, "") == 0


def test_what_is_done_is_done(store: Store, now: datetime) -> None:
    store.run_now(outbox.put, "message", "m", {}, now)
    (row,) = store.run_now(outbox.due, now)
    store.run_now(outbox.done, row.id, now)
    assert store.run_now(outbox.due, now) == []
    assert not store.run_now(outbox.put, "message", "m", {}, now)


def test_a_message_about_an_erased_report_has_lost_its_words(store: Store, now: datetime) -> None:
    store.run_now(outbox.put, "message", "m", {"to": "+8613800138001", "report": "BA-1"}, now)
    store.vault.erase("report:BA-1")
    (row,) = store.run_now(outbox.due, now)
    assert row.payload == {}


def test_a_consequence_goes_down_with_its_change(store: Store, now: datetime) -> None:
    def broken(s: Session) -> None:
        outbox.put(s, "message", "m", {}, now)
        raise KeyError

    with pytest.raises(KeyError):
        store.run_now(broken)
    assert store.run_now(outbox.due, now) == []
