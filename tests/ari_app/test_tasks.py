"""Tasks are named, kept until they end, and their failure is told."""

from __future__ import annotations

import asyncio
import gc
import logging
from datetime import UTC

import pytest

from ari_app import tasks
from ari_app.clock import SystemClock

pytestmark = pytest.mark.unit


async def test_a_task_is_kept_though_nobody_holds_it() -> None:
    done = asyncio.Event()

    async def work() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
            gc.collect()
        done.set()

    tasks.start(work(), name="kept")
    await asyncio.wait_for(done.wait(), 5)


async def test_a_failure_is_told_with_the_name(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise ValueError("no")

    task = tasks.start(fail(), name="bad one")
    with caplog.at_level(logging.ERROR):
        await asyncio.wait({task})
        await asyncio.sleep(0)
    (record,) = caplog.records
    assert record.__dict__["task"] == "bad one" and record.exc_info


async def test_tasks_are_cancelled_by_the_beginning_of_their_names() -> None:
    waits = [tasks.start(asyncio.sleep(60), name=name) for name in ("keep a", "keep b", "other")]
    tasks.cancel("keep ")
    await asyncio.wait(set(waits), timeout=0.01)
    assert [task.cancelled() for task in waits] == [True, True, False]
    waits[2].cancel()
    await asyncio.wait({waits[2]})


def test_the_clock_tells_time_with_its_zone() -> None:
    assert SystemClock().now().tzinfo is UTC
