"""Outgoing calls: asked for once, and never more minutes than a trunk has, whatever happens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from claims_store import outgoing
from claims_store.store import Store
from routing.outgoing import Chosen, Declined, Used

pytestmark = pytest.mark.store

NUMBER = "+8613800138001"


def chosen(number: str, used: Mapping[str, Used]) -> Chosen | Declined:
    return Chosen("north", 120)


def refused(number: str, used: Mapping[str, Used]) -> Chosen | Declined:
    return Declined((("north", "not_allowed"),))


def begin(store: Store, key: str, at: datetime) -> Chosen | Declined:
    return store.run_now(outgoing.begin, key, "n1", chosen, at, at - timedelta(hours=1))


def test_a_call_is_asked_for_once(store: Store, now: datetime) -> None:
    assert store.run_now(outgoing.ask, "try-1", "138 0013 8001", "try", "admin", now, "north")
    assert not store.run_now(outgoing.ask, "try-1", NUMBER, "try", "admin", now)
    (due,) = store.run_now(outgoing.due)
    assert (due.number, due.wish, due.by, due.state) == (NUMBER, "north", "admin", "asked")
    assert store.run_now(outgoing.get, "nobody") is None


def test_what_runs_counts_with_all_it_may_use_and_what_ended_with_what_it_used(
    store: Store, now: datetime
) -> None:
    for key in ("a", "b"):
        store.run_now(outgoing.ask, key, NUMBER, "try", "admin", now)
        assert begin(store, key, now) == Chosen("north", 120)
    midnight = now - timedelta(hours=1)
    assert store.run_now(outgoing.due) == []
    assert store.run_now(outgoing.used, midnight) == {"north": Used(2, 240)}
    assert store.run_now(outgoing.used, midnight, besides="a") == {"north": Used(1, 120)}
    store.run_now(outgoing.answered, "a", now)
    assert store.run_now(outgoing.end, "a", now + timedelta(seconds=10.2), "answered")
    assert not store.run_now(outgoing.end, "a", now + timedelta(seconds=99), "lost")
    assert store.run_now(outgoing.end, "b", now, "busy")
    assert store.run_now(outgoing.used, midnight) == {"north": Used(0, 11)}
    assert store.run_now(outgoing.used, now + timedelta(days=1)) == {}


def test_a_call_that_runs_at_midnight_still_counts(store: Store, now: datetime) -> None:
    store.run_now(outgoing.ask, "a", NUMBER, "try", "admin", now)
    begin(store, "a", now)
    assert store.run_now(outgoing.used, now + timedelta(hours=1)) == {"north": Used(1, 120)}
    assert [each.key for each in store.run_now(outgoing.unfinished, "n1")] == ["a"]
    assert store.run_now(outgoing.unfinished, "n2") == []


def test_what_no_trunk_may_carry_is_refused_with_its_reason(store: Store, now: datetime) -> None:
    store.run_now(outgoing.ask, "a", NUMBER, "try", "admin", now)
    store.run_now(outgoing.begin, "a", "n1", refused, now, now)
    call = store.run_now(outgoing.get, "a")
    assert call is not None and (call.state, call.outcome) == ("refused", "not_allowed")
    assert store.run_now(outgoing.used, now) == {}
