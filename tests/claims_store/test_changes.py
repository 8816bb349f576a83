"""One question tells whether anybody wrote something, and costs next to nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from claims_store import outbox
from claims_store.store import Store

pytestmark = pytest.mark.store

A_SECOND = 20
"""How often the app asks."""


def test_reading_changes_nothing_and_each_commit_does(store: Store, now: datetime) -> None:
    changes = store.changes()
    before = changes.version()
    store.run_now(outbox.due, now)
    assert changes.version() == before
    seen = [before]
    for nth in range(3):
        store.run_now(outbox.put, "message", f"m{nth}", {}, now + timedelta(seconds=nth))
        seen.append(changes.version())
    assert len(set(seen)) == 4
    changes.close()
    assert changes.version() is not None, "another connection"
    changes.close()


def cpu_of(work: Callable[[], object], times: int = 2000) -> float:
    """Microseconds of processor time that a call costs."""
    began = time.thread_time()
    for _ in range(times):
        work()
    return (time.thread_time() - began) / times * 1e6


def test_asking_costs_less_than_a_hundredth_of_a_core(store: Store) -> None:
    changes = store.changes()
    changes.version()
    cost = cpu_of(changes.version)
    print(f"{cost:.0f} us a question, {cost * A_SECOND / 1000:.1f} ms a second")
    assert cost / 1e6 * A_SECOND < 0.01
    changes.close()
