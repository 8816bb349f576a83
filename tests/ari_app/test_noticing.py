"""What anybody writes is noticed at once, and nothing is asked of the rows while nobody writes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from ari_app import tasks
from ari_app.noticing import ASK_EVERY, LEAST, Noticing
from claims_store import outbox
from claims_store.changes import Changes
from claims_store.errors import StoreAway
from claims_store.store import Store
from tests.claims_store.conftest import server as server
from tests.claims_store.conftest import store as store

pytestmark = pytest.mark.store

AT = datetime(2026, 11, 24, 0, 33, 5, tzinfo=UTC)
WRITES = 20


def write(store: Store, nth: int) -> None:
    """As another process does, by its own connection."""
    store.run_now(outbox.put, "message", f"m{nth}", {}, AT + timedelta(seconds=nth))


@pytest.fixture
async def noticing(store: Store) -> AsyncIterator[Noticing]:
    made = Noticing(store.changes())
    running = tasks.start(made.run(), name="noticing")
    yield made
    running.cancel()
    await asyncio.wait({running})


async def test_what_others_commit_is_noticed_within_a_quarter_of_a_second(
    store: Store, noticing: Noticing
) -> None:
    watch = noticing.watch()
    await watch.wait()
    delays = []
    for nth in range(WRITES):
        noticed = tasks.start(watch.wait(), name="watch")
        await asyncio.sleep(LEAST + 0.013 * (nth % 8))
        await asyncio.to_thread(write, store, nth)
        began = time.monotonic()
        await noticed
        delays.append(time.monotonic() - began)
    delays.sort()
    print(f"noticed after {delays[WRITES // 2] * 1000:.0f} ms, p95 {delays[-2] * 1000:.0f} ms")
    assert delays[WRITES // 2] < 0.25


async def test_while_nobody_writes_rows_are_looked_at_once_a_second(noticing: Noticing) -> None:
    watch = noticing.watch()
    await watch.wait()
    began = time.monotonic()
    await watch.wait()
    assert time.monotonic() - began > 10 * ASK_EVERY


async def test_a_database_that_is_away_wakes_those_who_wait(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Changes) -> object:
        raise StoreAway("gone")

    changes = store.changes()
    monkeypatch.setattr(Changes, "version", away)
    woken = asyncio.Event()
    noticing = Noticing(changes)
    monkeypatch.setattr(noticing, "_tell", woken.set)
    running = tasks.start(noticing.run(), name="noticing")
    async with asyncio.timeout(5):
        await woken.wait()
    running.cancel()
    await asyncio.wait({running})
