"""How long one answer takes until it is on disk, and how long the event loop is held meanwhile.

    python benchmarks/store_answers.py [--answers 200] [--callers 20]

Measured twice: one caller after the other, and many callers at once, beside a task that wakes
every 5 ms and notes how late it was.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from claims_store import calls, migrate, reports
from claims_store.calls import CallOpened
from claims_store.store import Store

FIELDS = ("any_injury", "safe_place", "third_party", "drivable", "at_scene", "reporter_drove")
NOW = datetime(2026, 11, 24, 0, 33, 5, tzinfo=UTC)


def told(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p50, p99 = statistics.median(ordered), ordered[int(len(ordered) * 0.99) - 1]
    print(
        f"{name:24} p50 {p50 * 1e3:.2f} ms, p99 {p99 * 1e3:.2f} ms, max {ordered[-1] * 1e3:.2f} ms"
    )


async def timed(work: Callable[[], Awaitable[object]], into: list[float]) -> None:
    begun = time.perf_counter()
    await work()
    into.append(time.perf_counter() - begun)


async def caller(store: Store, number: int, answers: int, into: list[float]) -> None:
    call_id = f"n1-{number}.1"
    opened = CallOpened(call_id, "n1", call_id, f"+8613800138{number:03d}", "5550100", NOW, None)
    await store.run(calls.open_call, opened)
    report = await store.run(reports.start, call_id, opened.caller, "zh", NOW)
    for turn in range(answers):
        value = ("yes", "no")[turn // len(FIELDS) % 2]
        await timed(
            lambda f=FIELDS[turn % len(FIELDS)], v=value: store.run(  # type: ignore[misc]
                reports.answer, report, f, v, by="line", source="line", at=NOW, call_id=call_id
            ),
            into,
        )


async def lateness(into: list[float]) -> None:
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.005)
        into.append(time.perf_counter() - begun - 0.005)


async def measure(url: str, keys: Path, answers: int, callers: int) -> None:
    store = await Store.open(url, keys)
    warm: list[float] = []
    await caller(store, 0, 12, warm)
    alone: list[float] = []
    await caller(store, 1, answers, alone)
    crowd: list[float] = []
    late: list[float] = []
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(lateness(late))
        async with asyncio.TaskGroup() as many:
            for number in range(2, 2 + callers):
                many.create_task(caller(store, number, max(1, answers // callers), crowd))
        watch.cancel()
    told("one caller", alone)
    told(f"{callers} callers at once", crowd)
    told("event loop late by", late)
    await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=200)
    parser.add_argument("--callers", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        url = f"sqlite:///{folder}/claimline.db"
        migrate.upgrade(url)
        asyncio.run(measure(url, Path(folder) / "keys.db", given.answers, given.callers))


if __name__ == "__main__":
    main()
