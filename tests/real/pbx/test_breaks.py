"""Asterisk frozen, thawed and killed: the client and the door notice, and come back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path

import pytest

from ari_app import tasks
from ari_app.boot import wait_until
from ari_app.installed import find_asterisk
from ari_app.outside.world import outside_world
from ari_app.pbx import verbs
from ari_app.pbx.ami import Ami
from ari_app.pbx.client import Client, Pace
from ari_app.pbx.decoding import Disconnected
from ari_app.pbx.errors import Away
from ari_app.pbx.results import Done, Gone
from tests.fakes.ari_contract import expect
from tests.real.bare import Bare, bare_pbx

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]


async def test_a_frozen_asterisk_is_noticed_on_both_doors_and_found_again() -> None:
    async with bare_pbx(find_asterisk()) as own:
        client = Client(own.server, "watch", Pace(beat=0.2, beat_limit=0.5))
        door = Ami(own.login, limit=0.5, watch=0.2)
        running = [tasks.start(client.run(), name="ARI"), tasks.start(door.run(), name="AMI")]
        await client.wait_connected()
        await door.wait_connected()
        os.killpg(own.pid, signal.SIGSTOP)
        await expect(client.news, Disconnected, 3)
        await wait_until(lambda: not door.connected, 3, "AMI is away")
        with pytest.raises(Away):
            await client.do(verbs.channels(), limit=0.2)
        with pytest.raises(Away):
            await door.set_variable("n1-1.0", "A", "b")
        os.killpg(own.pid, signal.SIGCONT)
        await wait_until(lambda: client.connected and door.connected, 10, "both are back")
        assert await client.do(verbs.ping()) == Done()
        assert isinstance(await door.set_variable("n1-1.0", "A", "b"), Gone)
        for task in running:
            task.cancel()
        await asyncio.wait(running)


async def test_a_killed_asterisk_is_noticed_at_once() -> None:
    async with bare_pbx(find_asterisk()) as own:
        asking = tasks.start(own.ami.set_variable("n1-1.0", "A", "b"), name="asking")
        os.killpg(own.pid, signal.SIGKILL)
        await expect(own.client.news, Disconnected, 2)
        await wait_until(lambda: not own.ami.connected, 2, "AMI is away")
        await asyncio.wait([asking], timeout=2)
        assert asking.done()
        asking.exception()


def run_folder(state: Path) -> Path:
    """Where Asterisk's sockets are, by its own configuration."""
    lines = (state / "etc" / "asterisk.conf").read_text().splitlines()
    return Path(next(line for line in lines if line.startswith("astrundir")).split("=> ")[1])


def processes_of(folder: Path) -> list[str]:
    """Command lines that name a folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(file.read_text(errors="replace"))
    return [line for line in found if str(folder) in line]


async def test_the_outside_leaves_no_process_and_no_folder(bare: Bare, tmp_path: Path) -> None:
    state = tmp_path / "state with blanks"
    async with outside_world(bare.target, bare.asterisk, state) as world:
        await world.phone("204").register()
        sockets = run_folder(state)
        assert (sockets / "asterisk.ctl").is_socket()
        assert len(processes_of(state)) == 1
    assert not sockets.exists()
    assert processes_of(state) == []
    assert (state / "etc" / "pjsip.conf").stat().st_mode & 0o077 == 0
