from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from ari_app.jobs.carrying import Carrying, NotYet
from ari_app.jobs.executor import Stopping
from claims_store import outbox
from claims_store.consequences.effects import Effect, Message
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
