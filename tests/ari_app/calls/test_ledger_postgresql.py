"""PostgreSQL goes away and comes back under the ledger of live calls."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app import tasks
from ari_app.boot import wait_until
from ari_app.calls.ledger import WRITE_LIMIT, Book, Ledger
from ari_app.clock import SystemClock
from claims_store import calls
from claims_store.errors import StoreAway
from claims_store.journal import Journal
from claims_store.steps import OPEN
from claims_store.store import Store
from tests.databases import Postgres, postgres

pytestmark = pytest.mark.store

NOW = datetime(2026, 11, 24, 0, 33, tzinfo=UTC)
CALLS = tuple(f"n1-{number}.1" for number in range(10))


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        running.make("claims")
        yield running


@asynccontextmanager
async def running(server: Postgres, folder: Path) -> AsyncIterator[tuple[Ledger, Store]]:
    server.empty("claims")
    keys = folder / "keys.db"
    store = await Store.open(server.url("claims"), keys, patience=WRITE_LIMIT)
    journal = Journal(folder / "journal", store.vault)
    ledger = Ledger(store, journal, SystemClock(), lambda: None)
    keeper = tasks.start(ledger.run(), name="ledger")
    yield ledger, store
    keeper.cancel()
    await asyncio.wait({keeper})
    await store.close()


async def talking(ledger: Ledger) -> list[Book]:
    books = [ledger.book(name) for name in CALLS]
    for book in books:
        await book.write(
            OPEN, node="n1", sip_call_id="sip", caller="", dialled="1", at=NOW, plan_revision=1
        )
    return books


async def all_say(books: list[Book], event: str) -> float:
    """Every call notes something; how long the slowest waited."""
    began = time.monotonic()
    await asyncio.gather(*(book.write("note", at=NOW, event=event, data={}) for book in books))
    return time.monotonic() - began


async def whole(store: Store, names: list[str]) -> None:
    for call_id in CALLS:
        assert [each.event for each in await store.run(calls.events, call_id)] == names


async def test_a_server_that_is_gone_and_comes_back(server: Postgres, tmp_path: Path) -> None:
    async with running(server, tmp_path) as (ledger, store):
        books = await talking(ledger)
        await all_say(books, "before")
        with server.down():
            assert await all_say(books, "first") < WRITE_LIMIT + 0.5
            assert await all_say(books, "second") < 0.5, "only the first ones wait"
            with pytest.raises(StoreAway):
                await ledger.look(calls.get, CALLS[0])
        await wait_until(lambda: not ledger.late, 15, "the database")
        await all_say(books, "after")
        await whole(store, ["before", "first", "second", "after"])


async def test_a_server_that_is_read_only(server: Postgres, tmp_path: Path) -> None:
    async with running(server, tmp_path) as (ledger, store):
        books = await talking(ledger)
        with server.connect() as admin:
            admin.execute("ALTER DATABASE claims SET default_transaction_read_only = on")
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = 'claims' AND pid <> pg_backend_pid()"
            )
            await all_say(books, "kept")
            assert ledger.late
            admin.execute("ALTER DATABASE claims RESET default_transaction_read_only")
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = 'claims' AND pid <> pg_backend_pid()"
            )
        await wait_until(lambda: not ledger.late, 15, "the database")
        await whole(store, ["kept"])


async def test_a_table_that_somebody_has_locked(server: Postgres, tmp_path: Path) -> None:
    async with running(server, tmp_path) as (ledger, store):
        books = await talking(ledger)
        with server.connect("claims") as other, other.transaction():
            other.execute("LOCK TABLE calls IN ACCESS EXCLUSIVE MODE")
            assert await all_say(books, "kept") < WRITE_LIMIT + 0.5
            assert await all_say(books, "too") < 0.5
        await wait_until(lambda: not ledger.late, 15, "the database")
        await whole(store, ["kept", "too"])
