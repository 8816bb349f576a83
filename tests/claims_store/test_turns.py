"""A step's turn: taken once, in order, with what it changes and its event, in one statement."""

from __future__ import annotations

from datetime import datetime

import pytest

from claims_store import calls, steps
from claims_store.errors import NotFound
from claims_store.steps import OutOfOrder, Step
from claims_store.store import Store
from tests.claims_store.examples import CALL, open_call

pytestmark = pytest.mark.store


def note(number: int | None, now: datetime, **changes: object) -> Step:
    """Opening the call was step 1."""
    data = {"at": now, "event": "queued", "data": {"queue": "motor"}}
    return Step(CALL, number, "note", {**data, **({"changes": changes} if changes else {})})


def test_a_note_with_changes_does_both_and_says_its_number(store: Store, now: datetime) -> None:
    open_call(store, now)
    assert store.run_now(steps.apply, note(2, now, stage="waiting", waiting_since=now)) == 1
    assert store.run_now(steps.apply, note(3, now)) == 2
    call = store.run_now(calls.get, CALL)
    assert call is not None and (call.stage, call.waiting_since) == ("waiting", now)
    found = store.run_now(calls.events, CALL)
    assert [(each.seq, each.event, each.data) for each in found] == [
        (1, "queued", {"queue": "motor"}), (2, "queued", {"queue": "motor"}),
    ]  # fmt: skip


def test_a_change_makes_no_event(store: Store, now: datetime) -> None:
    open_call(store, now)
    store.run_now(steps.apply, Step(CALL, 2, "change", {"stage": "menu", "language": "en"}))
    call = store.run_now(calls.get, CALL)
    assert call is not None and (call.stage, call.language) == ("menu", "en")
    assert store.run_now(calls.events, CALL) == []


def test_a_step_that_was_applied_is_passed_over(store: Store, now: datetime) -> None:
    open_call(store, now)
    store.run_now(steps.apply, note(2, now, stage="menu"))
    assert store.run_now(steps.apply, note(2, now, stage="notice")) is None
    store.run_now(steps.replay, [note(2, now, stage="notice")])
    call = store.run_now(calls.get, CALL)
    assert call is not None and call.stage == "menu"
    assert len(store.run_now(calls.events, CALL)) == 1


def test_a_step_too_early_waits_for_the_one_before_but_a_replay_does_not(
    store: Store, now: datetime
) -> None:
    open_call(store, now)
    with pytest.raises(OutOfOrder):
        store.run_now(steps.apply, note(4, now))
    store.run_now(steps.replay, [note(4, now, stage="menu")])
    assert store.run_now(steps.last, CALL) == 4


def test_what_no_step_may_change_is_a_mistake_and_nothing_is_written(
    store: Store, now: datetime
) -> None:
    open_call(store, now)
    for step in (note(2, now, ended=now), Step(CALL, 2, "change", {"node": "n2"})):
        with pytest.raises(TypeError):
            store.run_now(steps.apply, step)
    assert store.run_now(steps.last, CALL) == 1


def test_a_step_of_no_call_is_told(store: Store, now: datetime) -> None:
    with pytest.raises(NotFound):
        store.run_now(steps.apply, note(2, now))


def test_a_note_without_a_number_may_come_at_any_time(store: Store, now: datetime) -> None:
    open_call(store, now)
    store.run_now(steps.apply, note(None, now))
    assert len(store.run_now(calls.events, CALL)) == 1
