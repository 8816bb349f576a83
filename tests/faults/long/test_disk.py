"""The folder of the recorders is full, or gone, in the middle of a talk: the talk goes on."""

from __future__ import annotations

import asyncio
import json
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from claims_store import recordings
from claims_store.recordings import Recording
from tests.faults.breaking import nothing_left, pid_of
from tests.real.evidence import sealed
from tests.real.house import Desk, House, until
from tests.real.talks import Talking, event, hear_each_other, is_served, says, talk

pytestmark = [pytest.mark.faults, pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]

SPOKEN = 10.0
"""Seconds of talk of which nothing can be kept: Asterisk writes in blocks of two to four."""
NOTICED = 5.0
DISK = 4 << 20
ROOM = 64 << 10
BALLAST = "ballast"


async def say(house: House, *words: str) -> Any:
    """What a command says as JSON."""
    _, said = await house.claimline(*words, "--json")
    return json.loads(said)


async def alarms(house: House) -> set[str]:
    told = await say(house, "status")
    return {each["code"] for each in told["health"]["app"]["alarms"]}


@contextmanager
def on_a_small_disk(house: House, wanted: bool) -> Iterator[bool]:
    """Recorders write to a disk of their own; whether this machine let us mount one."""
    folder = house.settings.incoming_recordings
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0700", "claimline", str(folder)]
    mounted = wanted and subprocess.run(mount, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(house: House, mounted: bool) -> Iterator[None]:
    """The recorders' disk takes nothing; without one of its own no file of Asterisk may grow."""
    ballast = house.settings.incoming_recordings / BALLAST
    asterisk = pid_of(house, "asterisk")
    before = resource.prlimit(asterisk, resource.RLIMIT_FSIZE)
    if mounted:
        left = shutil.disk_usage(ballast.parent).free
        ballast.write_bytes(bytes(left))
    else:
        resource.prlimit(asterisk, resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.prlimit(asterisk, resource.RLIMIT_FSIZE, before)
        ballast.unlink(missing_ok=True)


async def is_told(house: House, code: str) -> None:
    """`claimline status` says it, then the page's data and the doctor do."""

    async def there() -> bool:
        return code in await alarms(house)

    await until(there, NOTICED)
    told = await say(house, "doctor")
    (found,) = [each for each in told if each["check"] == "system.alarms"]
    assert found["state"] == "fail" and code in str(found), found


async def goes_on(house: House, talking: Talking) -> None:
    """They hear each other to the end, and he is said goodbye."""
    await says(talking.caller.customer, 440.0, SPOKEN)
    await hear_each_other(talking.caller, talking.leg)
    await talking.leg.hang_up()
    await is_served(talking.caller)


@pytest.mark.parametrize("own_disk", [True, False])
async def test_a_disk_that_fills_up_in_a_talk(house: House, own_disk: bool) -> None:
    with on_a_small_disk(house, own_disk) as mounted:
        async with house.agent() as desk:
            talking = await talk(house, desk, "120")
            with full(house, mounted):
                if mounted:
                    await is_told(house, "recordings_failed")
                await goes_on(house, talking)
                assert (await sealed(house, talking.call_id)).recording.partial
                if mounted:
                    await is_not_recorded(house, desk)
            await all_is_well(house, desk)
    await nothing_left(house)


async def is_not_recorded(house: House, desk: Desk) -> None:
    """Who comes while the disk is full; what the worker made free is taken again."""
    folder = house.settings.incoming_recordings
    with (folder / BALLAST).open("ab") as file:
        file.write(bytes(shutil.disk_usage(folder).free))
    await is_told(house, "recordings_failed")
    other = await talk(house, desk, "120")
    await event(house, other.call_id, "not_recorded")
    await goes_on(house, other)


async def all_is_well(house: House, desk: Desk) -> None:
    """The next one is recorded whole."""

    async def quiet() -> bool:
        return not await alarms(house)

    await until(quiet, NOTICED)
    again = await talk(house, desk, "120")
    await goes_on(house, again)
    assert not (await sealed(house, again.call_id)).recording.partial


async def test_a_folder_that_is_removed_in_a_talk_is_made_again(house: House) -> None:
    folder = house.settings.incoming_recordings
    async with house.agent() as desk:
        talking = await talk(house, desk, "120")
        await asyncio.to_thread(shutil.rmtree, folder)
        await goes_on(house, talking)

        async def closed() -> Recording | None:
            return await house.store.run(recordings.of_call, talking.call_id)

        kept = await until(closed, 30)
        assert kept is not None and kept.partial, "and what was written before is gone with it"
        told = await say(house, "status")
        healed = told["health"]["app"]["healed"]["newest"]
        assert {"directory_gone"} == {
            each["fault"] for each in healed if each["about"] == "monitor"
        }
        await all_is_well(house, desk)
    await nothing_left(house)
