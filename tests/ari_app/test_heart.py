"""The heart of a process: it is heard, its silence is noticed, and a frozen one is ended."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ari_app import heart, tasks

pytestmark = pytest.mark.unit

BEATS = """
import asyncio, sys
from ari_app import heart
async def main():
    heart.say(heart.BEAT)
    print("up", flush=True)
    while True:
        heart.say(heart.BEAT)
        await asyncio.sleep(0.02)
asyncio.run(main())
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A socket's path must be short."""
    with tempfile.TemporaryDirectory(prefix="hb-") as folder:
        yield Path(folder) / "heart"


async def test_beats_are_heard_and_nothing_is_said_to_nobody(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(heart.SOCKET, raising=False)
    heart.say(heart.BEAT)
    monkeypatch.setenv(heart.SOCKET, str(place))
    heart.say(heart.BEAT)  # nobody listens yet
    monkeypatch.setattr(heart, "TICK", 0.05)
    with heart.Ear(place) as ear:
        assert os.stat(place).st_mode & 0o777 == 0o600
        waits = tasks.start(ear.silence(0.3), name="silence")
        for _ in range(8):
            heart.say(heart.BEAT)
            await asyncio.sleep(0.06)
        assert not waits.done()
        async with asyncio.timeout(2):
            await waits
    assert not os.path.exists(place)  # noqa: ASYNC240 - one look


async def test_other_words_are_no_beats(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(heart.SOCKET, str(place))
    monkeypatch.setattr(heart, "TICK", 0.05)
    with heart.Ear(place) as ear:
        speaks = tasks.start(_says(heart.READY), name="ready")
        async with asyncio.timeout(2):
            await ear.silence(0.2)
        speaks.cancel()


async def _says(word: str) -> None:
    while True:
        heart.say(word)
        await asyncio.sleep(0.02)


async def test_an_abstract_socket_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    name = f"claimline-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind("\0" + name)
        monkeypatch.setenv(heart.SOCKET, "@" + name)
        heart.say(heart.READY)
        assert ear.recv(100) == b"READY=1"


async def test_a_frozen_process_is_ended(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heart, "TICK", 0.05)
    monkeypatch.setattr(heart, "FROZEN", 0.3)
    with heart.Ear(place) as ear:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", BEATS, stdout=asyncio.subprocess.PIPE, start_new_session=True,
            env={**os.environ, heart.SOCKET: str(place)},
        )  # fmt: skip
        assert process.stdout is not None
        await process.stdout.readline()
        watched = heart.Watched(process, ear)
        assert watched.pid == process.pid
        ends = tasks.start(watched.wait(), name="ends")
        done, _ = await asyncio.wait({ends}, timeout=0.8)
        assert not done, "a heart that beats is left alone"
        os.kill(process.pid, signal.SIGSTOP)
        async with asyncio.timeout(5):
            assert await ends == -signal.SIGKILL


async def test_time_in_which_the_watcher_was_frozen_counts_for_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heart, "TICK", 0.05)
    with heart.Ear(place) as ear:
        waits = tasks.start(ear.silence(0.2), name="silence")
        for _ in range(6):
            await asyncio.sleep(0.06)
            _hold_the_loop(0.2)
        assert not waits.done()
        waits.cancel()


def _hold_the_loop(seconds: float) -> None:
    import time

    time.sleep(seconds)
