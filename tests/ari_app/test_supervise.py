"""`claimline up` with processes that only say that they are ready."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ari_app import supervise, tasks
from ari_app.boot import wait_until
from ari_app.service import READY_LINE
from ari_app.settings import Settings, choose_ports, load_ports
from ari_app.supervise import AlreadyRunning, Child, Up, until_signal
from tests import virtual_time
from tests.fakes.asterisk import fake_asterisk

pytestmark = pytest.mark.unit


class Dies:
    """A process that lives for some seconds."""

    def __init__(self, pid: int, lives: float) -> None:
        self.pid = pid
        self._lives = lives

    async def wait(self) -> int:
        lives, self._lives = self._lives, 0.0
        await asyncio.sleep(lives)
        return 1


def restarts(lives: list[float], until: float, *, failing: int = 0) -> list[float]:
    """When a child is started that lives so long each time; the first restarts may fail."""
    began: list[float] = []
    told: list[int] = []

    async def start() -> Dies:
        began.append(asyncio.get_running_loop().time())
        if 1 < len(began) <= 1 + failing:
            raise OSError("no")
        return Dies(len(began), lives[min(len(began), len(lives)) - 1])

    async def scene() -> None:
        child = Child("app", start, lambda: told.append(child.pid))
        keeps = tasks.start(child.keep(await child.begin()), name="keep app")
        await asyncio.sleep(until)
        keeps.cancel()
        await asyncio.wait({keeps})
        assert told == [n for n in range(2, len(began) + 1) if n > 1 + failing]

    virtual_time.run(scene())
    return began


def test_a_child_that_dies_at_once_is_started_ever_more_slowly() -> None:
    began = restarts([0.0], until=60)
    pauses = [round(after - before, 3) for before, after in zip(began, began[1:], strict=False)]
    assert pauses[:9] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10]


def test_a_child_that_ran_well_is_started_again_at_once() -> None:
    began = restarts([0.0, 0.0, 0.0, 40.0, 600.0], until=100)
    assert round(began[4] - began[3] - 40, 3) == 0.05


def test_a_start_that_fails_is_tried_again() -> None:
    began = restarts([4.0], until=4.2, failing=2)
    assert [round(each, 3) for each in began] == [0, 4.05, 4.15]


SCRIPT = f"""#!/bin/sh
echo "$3 $$ $CLAIMLINE_LOG" >> "$5/started"
if [ "$3" = "serve" ] && [ -e "$5/mute" ]; then exec sleep 600; fi
echo loading
echo {READY_LINE}
exec sleep 600
"""


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In place of this Python: app and worker that only say that they are ready."""
    script = tmp_path / "python"
    script.write_text(SCRIPT)
    script.chmod(0o700)
    found = fake_asterisk(tmp_path / "asterisk")
    monkeypatch.setattr(supervise, "find_asterisk", lambda: found)
    monkeypatch.setattr(sys, "executable", str(script))
    return script


def started(state: Path) -> list[list[str]]:
    return [line.split() for line in (state / "started").read_text().splitlines()]


@asynccontextmanager
async def running(state: Path, seed: str | None = None) -> AsyncIterator[Up]:
    ready = asyncio.Event()
    up = Up(Settings(state=state), choose_ports())
    work = tasks.start(up.run(seed, ready.set), name="up")
    try:
        waits = tasks.start(ready.wait(), name="ready")
        await asyncio.wait({work, waits}, timeout=30, return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()
        if work.done():
            work.result()
        yield up
    finally:
        work.cancel()
        await asyncio.wait({work})


def told(state: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((state / "endpoints.json").read_text("utf-8"))
    return found


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_up_starts_everything_says_where_it_is_and_ends_it_again(
    tmp_path: Path, python: Path
) -> None:
    state = tmp_path / "state"
    async with running(state) as up:
        found = told(state)
        processes = found["processes"]
        assert set(processes) == {"supervisor", "asterisk", "app", "worker"}
        assert processes["supervisor"] == os.getpid()
        assert found["sip"]["port"] == load_ports(state).sip
        assert (state / "endpoints.json").stat().st_mode & 0o777 == 0o600
        assert {line[0] for line in started(state)} == {"serve", "work"}
        assert "Hotline 5550100" in up.summary() and "/first-run?token=" in up.summary()
        assert (state / "agi" / "voice-report").exists()
        assert (state / "etc" / "extensions.conf").exists()
    assert all(gone(pid) for name, pid in processes.items() if name != "supervisor")
    assert not (state / "endpoints.json").exists()


async def test_a_process_that_dies_is_started_again_and_its_new_pid_is_told(
    tmp_path: Path, python: Path
) -> None:
    state = tmp_path / "state"
    async with running(state):
        before = told(state)["processes"]
        os.kill(before["app"], signal.SIGKILL)
        await wait_until(lambda: told(state)["processes"]["app"] != before["app"], 10, "restart")
        after = told(state)["processes"]
        assert after["asterisk"] == before["asterisk"] and after["worker"] == before["worker"]
        assert not gone(after["app"])
    assert gone(after["app"])


async def test_two_never_run_in_one_directory(tmp_path: Path, python: Path) -> None:
    state = tmp_path / "state"
    async with running(state):
        with pytest.raises(AlreadyRunning, match=f"claimline down --state {state}"):
            await Up(Settings(state=state), choose_ports()).run(None, lambda: None)
        assert told(state), "the one that runs is left alone"


async def test_what_is_never_ready_fails_the_start_and_names_its_log(
    tmp_path: Path, python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "START_LIMIT", 1.0)
    state = tmp_path / "state"
    state.mkdir()
    (state / "mute").touch()
    with pytest.raises(RuntimeError, match=r"claimline serve did not start; see .*serve\.log"):
        async with running(state):
            pass
    assert all(gone(int(pid)) for _, pid, _ in started(state))


async def test_a_signal_ends_the_work_politely(caplog: pytest.LogCaptureFixture) -> None:
    asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGTERM)
    caplog.set_level("INFO")
    await until_signal(asyncio.sleep(60))
    assert "ended by signal" in caplog.text
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().remove_signal_handler(sign)
