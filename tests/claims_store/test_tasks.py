"""Tasks with a time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import tasks
from claims_store.store import Store

pytestmark = pytest.mark.store


def test_a_task_is_due_from_its_time_until_it_is_done(store: Store, now: datetime) -> None:
    due = now + timedelta(hours=1)
    id = store.run_now(tasks.add, "handler_calls", "CL-1", now, due, "handler1")
    other = store.run_now(tasks.add, "handler_calls", "CL-2", now, due + timedelta(hours=1))
    assert store.run_now(tasks.due, due - timedelta(seconds=1)) == []
    (task,) = store.run_now(tasks.due, due)
    assert (task.id, task.owner, task.about, task.done) == (id, "handler1", "CL-1", None)
    assert [task.id for task in store.run_now(tasks.listing)] == [id, other]
    assert [task.id for task in store.run_now(tasks.listing, about="CL-2")] == [other]
    assert store.run_now(tasks.done, id, due, "handler1")
    assert not store.run_now(tasks.done, id, due, "handler2")
    assert store.run_now(tasks.due, due) == []
    (done,) = store.run_now(tasks.listing, done=True)
    assert (done.done, done.done_by) == (due, "handler1")
