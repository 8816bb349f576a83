"""One query, one transaction: whole or not at all, whoever else is writing."""

from __future__ import annotations

import asyncio
import os
import threading
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from claims_store import access, calls, migrate, plans
from claims_store.store import Session, Store
from claims_store.tables import AccessRow, PlanRevisionRow
from tests.claims_store.examples import CALL, open_call

pytestmark = pytest.mark.store


def publish(s: Session, now: datetime) -> int:
    return plans.publish(s, "text", "admin", "because", now)


async def test_the_app_and_scripts_see_the_same(store: Store, now: datetime) -> None:
    assert await store.run(publish, now) == 1
    assert store.run_now(plans.current) == await store.run(plans.current)


def test_a_query_that_fails_leaves_nothing(store: Store, now: datetime) -> None:
    def fail(s: Session) -> None:
        publish(s, now)
        raise KeyError("bug")

    with pytest.raises(KeyError):
        store.run_now(fail)
    assert store.run_now(plans.current) is None


def test_sqlite_is_set_up_to_lose_nothing(store: Store) -> None:
    def pragmas(s: Session) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return {name: s.scalar(text(f"PRAGMA {name}")) for name in names}

    if store.run_now(lambda s: s.get_bind().dialect.name) == "sqlite":
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
        assert store.run_now(pragmas) == wanted
    else:
        assert store.run_now(lambda s: s.scalar(text("SHOW synchronous_commit"))) == "on"


async def test_who_hangs_up_while_his_answer_is_written_finds_it_written(
    store: Store, now: datetime
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(s: Session) -> None:
        begun.set()
        go_on.wait(10)
        publish(s, now)

    waiting = asyncio.ensure_future(store.run(slow))  # noqa: TID251
    await asyncio.to_thread(begun.wait, 10)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()
    await store.run(plans.listing)
    await asyncio.to_thread(store._threads.shutdown)
    assert store.run_now(plans.current) is not None


async def test_the_event_loop_is_free_while_sql_waits(store: Store) -> None:
    gate = threading.Event()
    waiting = asyncio.ensure_future(store.run(lambda s: gate.wait(10)))  # noqa: TID251
    for _ in range(100):
        await asyncio.sleep(0)
    assert not waiting.done()
    gate.set()
    assert await waiting


async def test_many_writers_at_once_all_get_their_turn(store: Store, now: datetime) -> None:
    open_call(store, now)
    work = [store.run(calls.note, CALL, now, "key_pressed", key=str(n)) for n in range(40)]
    work += [store.run(access.log, "agent1", "call", CALL, "offer", now) for _ in range(40)]  # type: ignore[misc]
    work += [store.run(publish, now) for _ in range(10)]
    await asyncio.gather(*work)
    events = await store.run(calls.events, CALL)
    assert [event.seq for event in events] == list(range(1, 41))
    assert {event.data["key"] for event in events} == {str(n) for n in range(40)}
    assert await store.run(access.verify) is None
    counted = select(func.count()).select_from(PlanRevisionRow)
    assert await store.run(lambda s: s.scalar(counted)) == 10


async def test_two_processes_worth_of_stores_do_not_lose_each_others_rows(
    tmp_path: Path, now: datetime, store: Store
) -> None:
    url = store._engine.url.render_as_string(hide_password=False)
    other = await Store.open(url, tmp_path / "keys.db")
    both = (store, other)
    await asyncio.gather(
        *(each.run(access.log, "agent1", "call", CALL, "offer", now) for each in both * 30)
    )
    counted = select(func.count()).select_from(AccessRow)
    assert await store.run(lambda s: s.scalar(counted)) == 60
    assert await other.run(access.verify) is None
    await other.close()


def test_a_row_that_cannot_be_is_refused_however_often_it_is_tried(store: Store) -> None:
    tried = []
    row = text("INSERT INTO access_head (id, seq, hash) VALUES (1, 0, '')")

    def twice(s: Session) -> None:
        tried.append(1)
        s.execute(row)
        s.execute(row)

    with pytest.raises(IntegrityError):
        store.run_now(twice)
    assert len(tried) == 6


def test_a_path_with_blanks_is_a_path_and_private(tmp_path: Path) -> None:
    where = tmp_path / "my state" / "claim line.db"
    migrate.upgrade(f"sqlite:///{where}")
    store = Store.open_now(f"sqlite:///{where}", tmp_path / "my state" / "keys.db")
    store.close_now()
    assert set(os.listdir(where.parent)) >= {"claim line.db", "keys.db"}
    for file in where.parent.iterdir():
        assert file.stat().st_mode & 0o077 == 0
