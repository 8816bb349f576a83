"""A promised call that nobody makes: the line says so before the promise breaks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from claims_store import call_attempts, call_orders, claims, clocks, moves
from claims_store.call_attempts import Rule
from claims_store.call_orders import CallOrder
from claims_store.store import Store
from routing.outgoing import Chosen, Declined, Used
from tests.claims_store.examples import CALLER, HANDLER
from tests.claims_store.test_promises import HOUR, number, the_promise
from tests.claims_store.working import messages, work

pytestmark = pytest.mark.store

__all__ = ["number"]


def carried(to: str, used: Mapping[str, Used]) -> Chosen | Declined:
    return Chosen("north", 300)


def ordered(store: Store, about: str) -> list[CallOrder]:
    return store.run_now(call_orders.listing, about)


def call(store: Store, at: datetime, said: str, outcome: str = "answered") -> None:
    """The line calls, and this comes of it."""
    (due,) = store.run_now(call_attempts.due, at)
    store.run_now(call_attempts.begin, due.key, Rule("n1", carried, at, at))
    if outcome == "answered":
        store.run_now(call_attempts.answered, due.key, at)
        store.run_now(call_attempts.say, due.key, said, {})
    store.run_now(call_attempts.end, due.key, at, outcome)


def test_nobody_takes_the_call_then_the_line_says_why_and_the_new_time(
    store: Store, now: datetime, number: str
) -> None:
    work(store, now + 1.7 * HOUR, twice=True)
    assert ordered(store, number) == []
    at = now + 1.8 * HOUR
    work(store, at, twice=True)
    (order,) = ordered(store, number)
    assert (order.to, order.script, order.until) == (CALLER, "voice_notice", now + 2 * HOUR)
    new = datetime.fromisoformat(order.values["new_time"])
    assert new > now + 2 * HOUR
    call(store, at, "heard")
    work(store, at + timedelta(minutes=1), twice=True)
    promise = the_promise(store, number)
    assert (promise.state, promise.due, promise.broken) == ("open", new, None)
    (moved,) = [e for e in store.run_now(claims.journal, number) if e.event == "promise_moved"]
    assert moved.by == "system" and moved.data["reason"]
    assert [each.state for each in store.run_now(clocks.of, number)].count("moved") == 1


@pytest.mark.parametrize(
    ("said", "outcome"), [("wrong_person", "answered"), ("", "no_such_number")]
)
def test_who_does_not_hear_it_is_written_to_and_the_promise_breaks(
    store: Store, now: datetime, number: str, said: str, outcome: str
) -> None:
    at = now + 1.8 * HOUR
    work(store, at)
    call(store, at, said, outcome)
    work(store, now + 2 * HOUR)
    assert the_promise(store, number).broken == now + 2 * HOUR
    key = f"message:voice_notice:{number}:handler_calls:1"
    assert [row.key for row in messages(store, now + 2 * HOUR)].count(key) == 1


def test_a_promise_that_somebody_keeps_is_not_announced(
    store: Store, now: datetime, number: str
) -> None:
    work(store, now + 1.7 * HOUR)
    store.run_now(moves.move, number, "promise_kept", HANDLER, now + 1.7 * HOUR)
    work(store, now + 3 * HOUR)
    assert ordered(store, number) == []


def test_while_somebody_calls_the_line_does_not(store: Store, now: datetime, number: str) -> None:
    work(store, now + 1.7 * HOUR)
    at = now + 1.75 * HOUR
    store.run_now(call_orders.connect, "c", "201", CALLER, at, about=number, by="handler1")
    work(store, now + 1.8 * HOUR)
    assert [each.script for each in ordered(store, number)] == ["connect"]


def test_a_promise_that_was_kept_after_the_call_began_is_left_alone(
    store: Store, now: datetime, number: str
) -> None:
    at = now + 1.8 * HOUR
    work(store, at)
    store.run_now(moves.move, number, "promise_kept", HANDLER, at)
    call(store, at, "heard")
    work(store, at)
    events = [each.event for each in store.run_now(claims.journal, number)]
    assert "promise_moved" not in events
