"""What was set aside is done once more or dropped, and who said so stands with it."""

from __future__ import annotations

from datetime import datetime

import pytest

from claims_store import backlog, outbox
from claims_store.store import Store

pytestmark = pytest.mark.store


@pytest.fixture
def id(store: Store, now: datetime) -> int:
    store.run_now(outbox.put, "transcribe", "transcribe:1", {}, now)
    store.run_now(outbox.put, "deadline", "deadline:1", {}, now)
    row = next(each for each in store.run_now(outbox.due, now) if each.kind == "transcribe")
    store.run_now(outbox.again, row.id, now, "no model")
    store.run_now(outbox.set_aside, row.id, "gave up: no model")
    return row.id


def test_what_was_set_aside_begins_anew(store: Store, now: datetime, id: int) -> None:
    (aside,) = store.run_now(backlog.listing, aside=True)
    assert (aside.id, aside.error, aside.tries) == (id, "gave up: no model", 1)
    assert store.run_now(backlog.retry, id, now, "super")
    row = store.run_now(outbox.get, id)
    assert row is not None and (row.set_aside, row.tries, row.due_at) == (False, 0, now)
    assert row.error == "once more, by super"
    assert not store.run_now(backlog.retry, id, now, "super")
    assert not store.run_now(backlog.drop, id, now, "super", "not needed")


def test_what_is_dropped_is_off_the_list(store: Store, now: datetime, id: int) -> None:
    assert store.run_now(backlog.drop, id, now, "super", "nobody hears it")
    assert store.run_now(backlog.listing, aside=True) == []
    (told,) = store.run_now(outbox.progress, ["1"])[:1]
    assert (told.done, told.error) == (now, "dropped by super: nobody hears it")
    assert not store.run_now(backlog.retry, id, now, "super")


def test_a_kind_is_listed_alone(store: Store, now: datetime, id: int) -> None:
    rows = store.run_now(backlog.listing, kind="deadline")
    assert [each.key for each in rows] == ["deadline:1"]
    counted = store.run_now(backlog.counted, now)
    assert (counted["transcribe"].set_aside, counted["deadline"].late) == (1, 1)
