from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from ari_app.jobs import carrying as carrying_
from ari_app.jobs.carrying import Carrying, NotYet
from ari_app.jobs.executor import Stopping
from claims_store import outbox
from claims_store.consequences.effects import Effect, Message
from claims_store.errors import StoreAway
from claims_store.outbox import Consequence
from claims_store.store import Store

pytestmark = pytest.mark.store


class Now:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class World:
    """Takes effects, or fails as told."""

    def __init__(self) -> None:
        self.seen: list[Effect] = []
        self.fault: Exception | None = None

    def do(self, effect: Effect, now: datetime) -> None:
        if self.fault is not None:
            raise self.fault
        self.seen.append(effect)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def clock(now: datetime) -> Now:
    return Now(now)


@pytest.fixture
def carrying(store: Store, world: World, clock: Now) -> Carrying:
    return Carrying(store, world.do, clock)


@pytest.fixture
def row(store: Store, now: datetime) -> Consequence:
    payload = {"to": "+8613800138000", "text": "report_draft", "values": {"number": "BA-1"}}
    store.run_now(outbox.put, "message", "message:1", payload | {"language": "zh"}, now)
    return store.run_now(outbox.due, now)[0]


def as_stored(store: Store, row: Consequence) -> Consequence:
    found = store.run_now(outbox.get, row.id)
    assert found is not None
    return found


def test_given_a_row_when_carried_out_then_its_effect_and_done(
    store: Store, carrying: Carrying, world: World, row: Consequence, now: datetime
) -> None:
    assert carrying.effects(row.id, row.due_at, now) == 1
    assert carrying.carry_out(row.id, row.due_at, now, 0)
    carrying.finish(row.id, row.due_at)
    assert world.seen == [
        Message("message:1", "+8613800138000", "report_draft", {"number": "BA-1"}, "zh")
    ]
    assert store.run_now(outbox.due, now + timedelta(days=9)) == []


def test_given_three_failures_then_longer_pauses_and_set_aside(
    store: Store, carrying: Carrying, world: World, row: Consequence, now: datetime
) -> None:
    world.fault = OSError("the phone number 13800138000 is in here")
    pauses = []
    for tries in (1, 2, 3):
        before = as_stored(store, row)
        assert not carrying.carry_out(row.id, before.due_at, now, 0)
        after = as_stored(store, row)
        assert (after.tries, after.error) == (tries, "OSError")
        pauses.append((after.due_at - now).total_seconds())
    assert pauses[:2] == [5.0, 30.0]
    assert as_stored(store, row).set_aside
    assert carrying.effects(row.id, as_stored(store, row).due_at, now) == -1


def test_given_its_time_has_not_come_then_it_waits_and_no_try_counts(
    store: Store, carrying: Carrying, world: World, row: Consequence, now: datetime
) -> None:
    world.fault = NotYet("waiting_for_model", 60)
    for _ in range(5):
        assert not carrying.carry_out(row.id, as_stored(store, row).due_at, now, 0)
    waiting = as_stored(store, row)
    assert (waiting.tries, waiting.error, waiting.set_aside) == (0, "waiting_for_model", False)
    assert waiting.due_at == now + timedelta(seconds=60)
    world.fault = None
    assert carrying.carry_out(row.id, waiting.due_at, now, 0)


def test_given_a_try_that_was_settled_when_it_is_repeated_then_nothing_happens_twice(
    store: Store, carrying: Carrying, world: World, row: Consequence, now: datetime
) -> None:
    world.fault = OSError()
    carrying.carry_out(row.id, row.due_at, now, 0)
    world.fault = None
    assert not carrying.carry_out(row.id, row.due_at, now, 0)
    assert carrying.effects(row.id, row.due_at, now) == -1
    assert world.seen == [] and as_stored(store, row).tries == 1


def test_given_the_worker_stops_when_a_job_fails_then_the_try_stays_open(
    store: Store, carrying: Carrying, world: World, row: Consequence, now: datetime
) -> None:
    world.fault = OSError()
    carrying.stop()
    with pytest.raises(Stopping):
        carrying.carry_out(row.id, row.due_at, now, 0)
    assert as_stored(store, row) == row


def test_given_a_worker_that_died_of_it_then_that_counts_as_a_try(
    store: Store, carrying: Carrying, row: Consequence
) -> None:
    carrying.stranded(row.id, row.due_at)
    assert as_stored(store, row).tries == 1


def test_a_database_that_is_away_is_no_failed_try(
    carrying: Carrying, row: Consequence, now: datetime, store: Store, world: World
) -> None:
    world.fault = StoreAway("in the middle")
    assert not carrying.carry_out(row.id, row.due_at, now, 0)
    waits = store.run_now(outbox.get, row.id)
    assert waits is not None and (waits.tries, waits.error) == (0, "the database was away")
    assert waits.due_at == now + timedelta(seconds=1)


def test_what_cannot_be_read_is_read_later(
    carrying: Carrying, row: Consequence, now: datetime, store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(carrying_, "AGAIN_S", 0.01)
    run_now, away = store.run_now, [1, 2, 3]

    def shaky(query: Any, *args: Any) -> Any:
        if away:
            away.pop()
            raise StoreAway("for the test")
        return run_now(query, *args)

    monkeypatch.setattr(store, "run_now", shaky)
    assert carrying.effects(row.id, row.due_at, now) == 1 and not away


def test_a_worker_that_ends_does_not_wait_for_the_database(
    carrying: Carrying, row: Consequence, now: datetime, store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def gone(query: Any, *args: Any) -> Any:
        raise StoreAway("for the test")

    monkeypatch.setattr(store, "run_now", gone)
    carrying.stop()
    with pytest.raises(Stopping):
        carrying.finish(row.id, row.due_at)
