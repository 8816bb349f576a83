"""A process says how it is; only what the running one said counts."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app import health, tasks

pytestmark = pytest.mark.unit


def test_what_a_process_says_is_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "health"
    health.write(folder, "app", {"alarms": []})
    health.write(folder, "app", {"alarms": ["disk_low"]})
    pids = {"app": os.getpid(), "worker": 1}
    assert health.read(folder, pids) == {"app": {"pid": os.getpid(), "alarms": ["disk_low"]}}
    assert (folder / "app.json").stat().st_mode & 0o077 == 0
    assert [file.name for file in folder.iterdir()] == ["app.json"]


def test_what_another_process_left_or_nobody_can_read_is_nothing(tmp_path: Path) -> None:
    health.write(tmp_path, "app", {})
    (tmp_path / "worker.json").write_text("{")
    assert health.read(tmp_path, {"app": os.getpid() + 1, "worker": 1}) == {}


def test_when_a_process_spoke_last_is_known_though_it_is_gone(tmp_path: Path) -> None:
    at = datetime(2026, 11, 24, 0, 33, tzinfo=UTC)
    assert health.last(tmp_path, "app") is None
    for said, known in (({}, None), ({"at": 7}, None), ({"at": at.isoformat()}, at)):
        health.write(tmp_path, "app", said)
        assert health.last(tmp_path, "app") == known


async def test_a_folder_that_takes_nothing_keeps_nobody_from_work(tmp_path: Path) -> None:
    (tmp_path / "health").write_text("a file is in the way")
    said = asyncio.Event()

    def say() -> health.Said:
        said.set()
        return {}

    keeping = tasks.start(health.keep(tmp_path / "health", "app", say), name="health")
    await said.wait()
    await asyncio.sleep(0)
    assert not keeping.done()
    keeping.cancel()
    await asyncio.wait({keeping})
