"""Starting an Asterisk: ready, or not started at all."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from ari_app import boot
from ari_app.boot import READY, BootFailed, end_group, start_asterisk, wait_until
from tests.fakes.asterisk import fake_asterisk

pytestmark = pytest.mark.unit


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_ready_asterisk_runs_in_a_group_of_its_own_until_it_is_stopped(
    tmp_path: Path,
) -> None:
    asterisk = fake_asterisk(tmp_path)
    running = await start_asterisk(asterisk, tmp_path / "etc")
    assert os.getpgid(running.pid) == running.pid != os.getpgid(0)
    assert (tmp_path / "asked").read_text() == f"-fn -C {tmp_path}/etc/asterisk.conf\n"
    await running.stop()
    assert not alive(running.pid)
    assert await running.wait() == -15
    await running.stop()


async def test_an_error_line_fails_the_boot_though_asterisk_says_it_is_ready(
    tmp_path: Path,
) -> None:
    error = "[Nov 24] ERROR[1]: loader.c: module res_x.so could not be loaded"
    asterisk = fake_asterisk(tmp_path, "NOTICE[1]: fine", error, READY)
    with pytest.raises(BootFailed) as fault:
        await start_asterisk(asterisk, tmp_path)
    assert error in str(fault.value) and "fine" not in str(fault.value)


async def test_an_asterisk_that_ends_is_told_by_its_last_words(tmp_path: Path) -> None:
    asterisk = fake_asterisk(tmp_path, "one", "Unable to bind", after="exit 1")
    with pytest.raises(BootFailed, match="ended while it started:\n(.|\n)*Unable to bind"):
        await start_asterisk(asterisk, tmp_path)


async def test_an_asterisk_that_is_never_ready_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boot, "BOOT_LIMIT", 0.3)
    here = tmp_path / "pid"
    asterisk = fake_asterisk(tmp_path, "loading", after=f"echo $$ > {here}; exec sleep 600")
    with pytest.raises(BootFailed, match="was not ready"):
        await start_asterisk(asterisk, tmp_path)
    assert not alive(int(here.read_text()))


async def test_a_boot_that_is_given_up_leaves_nothing_running(tmp_path: Path) -> None:
    here = tmp_path / "pid"
    asterisk = fake_asterisk(tmp_path, "loading", after=f"echo $$ > {here}; exec sleep 600")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await start_asterisk(asterisk, tmp_path)
    assert not alive(int(here.read_text()))


async def test_a_talkative_console_never_blocks_asterisk(tmp_path: Path) -> None:
    """A full pipe would stop it in the middle of a call."""
    done = tmp_path / "done"
    much = f"head -c 400000 /dev/zero | tr '\\0' x; touch {done}; exec sleep 600"
    running = await start_asterisk(fake_asterisk(tmp_path, READY, after=much), tmp_path)
    await wait_until(done.exists, 5, "the console")
    await running.stop()


async def test_what_does_not_end_politely_is_ended_by_force(tmp_path: Path) -> None:
    stubborn = "trap '' TERM; echo READY; while :; do sleep 0.05; done"
    process = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", stubborn, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    await process.stdout.readline()
    await end_group(process, limit=0.2)
    assert process.returncode == -9


async def test_what_is_awaited_without_end_is_named() -> None:
    with pytest.raises(TimeoutError, match="the moon: not within 0 s"):
        await wait_until(lambda: False, 0.06, "the moon")
