"""Several real workers over one PostgreSQL: each row is done once, and what a killed one had begun
goes on at another."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app.jobs.worker import WorkerSettings
from claims_store import backlog, outbox
from claims_store.store import Store
from tests.ari_app.jobs.test_worker import ROOT, until
from tests.databases import Postgres, postgres

pytestmark = pytest.mark.store

SCRIPT = """
import asyncio, json, os, sys, threading, time
from pathlib import Path
from ari_app.jobs.effects import Hands
from ari_app.jobs.worker import WorkerSettings, run

given, said = json.loads(sys.argv[1]), Path(sys.argv[2])
settings = WorkerSettings(**{k: v if isinstance(v, int) or k in ("store_url", "node") else Path(v)
                             for k, v in given.items()})
do = Hands.do
def tells(self, effect, now):
    with said.open("a") as file:
        file.write(f"{settings.number} {effect.key}\\n")
    while effect.key == "held" and settings.number == 1:
        time.sleep(0.1)
    do(self, effect, now)
Hands.do = tells
asyncio.run(run(settings))
"""
HELD = "held"


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture
def store(server: Postgres, tmp_path: Path) -> Iterator[Store]:
    url = server.make(f"workers{time.monotonic_ns()}")
    opened = Store.open_now(url, tmp_path / "keys.db")
    opened.url = url  # type: ignore[attr-defined]
    yield opened
    opened.close_now()


class Workers:
    """So many processes that work for one installation."""

    def __init__(self, store: Store, folder: Path, count: int) -> None:
        self.said = folder / "said"
        self.said.touch()
        self.log = folder / "log"
        self._given = {
            "store_url": store.url, "keys": str(folder / "keys.db"),  # type: ignore[attr-defined]
            "state": str(folder / "state"), "models": str(folder / "models"),
            "spool": str(folder / "spool"), "incoming": str(folder / "in"),
            "recordings": str(folder / "kept"), "workers": count,
        }  # fmt: skip
        self.running = {number: self.start(number) for number in range(1, count + 1)}

    def start(self, number: int) -> subprocess.Popen[bytes]:
        given = json.dumps(self._given | {"number": number})
        command = [sys.executable, "-W", "error", "-c", SCRIPT, given, str(self.said)]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, start_new_session=True, stdout=log, stderr=log
            )

    def done(self) -> list[tuple[str, str]]:
        """(number of the worker, key of what it did)."""
        return [tuple(line.split()) for line in self.said.read_text().splitlines()]  # type: ignore[misc]

    async def end(self) -> list[int]:
        """End them; how each ended."""
        return list(
            await asyncio.gather(*(asyncio.to_thread(_end, p) for p in self.running.values()))
        )


def _end(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait()


def ask(store: Store, *keys: str) -> None:
    now = datetime.now(UTC)
    for nth, key in enumerate(keys):
        payload = {"to": f"+8613800138{nth:03d}", "text": "report_draft", "values": {"number": key},
                   "language": "en"}  # fmt: skip
        store.run_now(outbox.put, "message", key, payload, now)


def left(store: Store) -> list[str]:
    return [row.key for row in store.run_now(backlog.listing) if row.kind == "message"]


async def test_two_workers_share_what_is_due_and_none_is_done_twice(
    store: Store, tmp_path: Path
) -> None:
    keys = [f"m{nth}" for nth in range(60)]
    workers = Workers(store, tmp_path, 2)
    try:
        await until(lambda: all((tmp_path / "state" / f"{name}.lock").exists()
                                for name in ("worker", "worker2")), 30)  # fmt: skip
        ask(store, *keys)
        await until(lambda: not left(store), 60)
    finally:
        ends = await workers.end()
    done = workers.done()
    shares = Counter(number for number, _ in done)
    print("shares", dict(shares))
    assert sorted(key for _, key in done) == sorted(keys)
    assert set(shares) == {"1", "2"} and ends == [0, 0]
    assert len(list((tmp_path / "state" / "messages").iterdir())) == len(keys)


async def test_what_a_killed_worker_had_begun_goes_on_at_another(
    store: Store, tmp_path: Path
) -> None:
    ask(store, HELD)
    workers = Workers(store, tmp_path, 1)
    try:
        await until(lambda: ("1", HELD) in workers.done(), 30)
        workers.running[2] = workers.start(2)
        await until((tmp_path / "state" / "worker2.lock").exists, 30)
        others = itertools.count()

        def second_works() -> bool:
            """The first may be quicker: then the next row is for the second."""
            ask(store, f"other{next(others)}")
            return any(number == "2" for number, _ in workers.done())

        await until(second_works, 30)
        await until(lambda: left(store) == [HELD], 30)
        os.killpg(workers.running[1].pid, signal.SIGKILL)
        killed = time.monotonic()
        await until(lambda: left(store) == [], 30)
        print(f"went on and was done {time.monotonic() - killed:.1f} s after the kill")
    finally:
        await workers.end()
    done = workers.done()
    assert [number for number, key in done if key == HELD] == ["1", "2"]
    assert max(Counter(key for _, key in done if key != HELD).values()) == 1


async def test_a_place_is_taken_once(store: Store, tmp_path: Path) -> None:
    settings = WorkerSettings(
        store_url=store.url, keys=tmp_path / "keys.db", state=tmp_path,  # type: ignore[attr-defined]
        models=tmp_path, spool=tmp_path, incoming=tmp_path, recordings=tmp_path, number=2,
    )  # fmt: skip
    lock = store.lock(f"worker {settings.place}")
    assert settings.place == "n1-worker2" and lock.take()
    assert not store.lock(f"worker {settings.place}").take()
    lock.release()
