"""The machine's clock is set by an hour under app, worker and supervisor (libfaketime), with calls
in the air: nobody's waits, timers, promises and leases jump; it is followed when nobody calls."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
import pytest_asyncio

from claims_store import calls
from tests.faults.breaking import nothing_left, pid_of
from tests.faults.conftest import READY
from tests.faults.long.test_disk import alarms
from tests.faults.reporting import reporter, whole
from tests.faults.stages import waiting
from tests.real import plan
from tests.real.evidence import sealed
from tests.real.house import House, running_house, until
from tests.real.talks import hear_each_other, is_served, talk

pytestmark = [pytest.mark.faults, pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

NOBODY = plan.hotline(plan.SINGLE[-2])
HOUR = 3600
NOTICED = 6.0
SLACK = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Served:
    """A house whose machine goes by the clock in this file."""

    house: House
    file: Path

    def set(self, seconds: int) -> None:
        """Its clock is so many seconds before the real one."""
        self.file.write_text(f"{seconds:+}\n", "ascii")


def _library() -> Path:
    found = find_spec("libfaketime")
    assert found is not None and found.origin is not None, "pip install -r requirements/test.txt"
    return Path(found.origin).parent / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    file = tmp_path_factory.mktemp("clock") / "offset"
    file.write_text("+0\n", "ascii")
    faked = {
        "LD_PRELOAD": str(_library()), "FAKETIME_TIMESTAMP_FILE": str(file),
        "DONT_FAKE_MONOTONIC": "1", "FAKETIME_CACHE_DURATION": "1",
    }  # fmt: skip
    starting = running_house(plan.text(), wishes=READY)
    os.environ.update(faked)
    try:
        house = await starting.__aenter__()
    finally:
        for name in faked:
            del os.environ[name]
    try:
        yield Served(house, file)
    finally:
        await starting.__aexit__(None, None, None)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
async def test_no_wait_timer_promise_or_lease_feels_the_step(served: Served, step: int) -> None:
    house = served.house
    before = {name: pid_of(house, name) for name in ("app", "worker")}
    base = datetime.now(UTC)
    async with house.agent() as desk:
        (waits, wait_id), talking, reports = await asyncio.gather(
            waiting(house, NOBODY), talk(house, desk, "120"), reporter(house)
        )
        await reports.until("ask-loss-day")
        served.set(step)
        await told(house, "clock_stepped")
        await reports.files()
        await waits.hears("agents-none", "wait-busy", "wait-next", "wait-position", limit=30)
        await hear_each_other(talking.caller, talking.leg)
        await talking.leg.hang_up()
        await is_served(talking.caller)
        await waits.hangs_up()
        await house.state_of(desk.agent.name, "ready", limit=10)
    await whole(house, reports)
    for ident in (wait_id, talking.call_id, await house.call_of(reports.caller)):
        await times_went_on(house, ident, base)
    assert not (await sealed(house, talking.call_id)).recording.partial
    assert {name: pid_of(house, name) for name in before} == before, "nobody was replaced"
    await nothing_left(house)
    await followed(served, step)
    served.set(0)
    await followed(served, 0)


async def told(house: House, code: str) -> None:
    async def there() -> bool:
        return code in await alarms(house)

    await until(there, NOTICED)


async def times_went_on(house: House, call_id: str, base: datetime) -> None:
    """All that happened in the call is in order and of this minute, its promise is of this week."""
    shown = await house.show(call_id)
    at = [datetime.fromisoformat(each["at"]) for each in shown["events"]]
    assert at == sorted(at) and at[0] > base - SLACK
    assert at[-1] - base < 3 * SLACK, at
    call = await house.store.run(calls.get, call_id)
    assert call is not None and call.ended is not None
    assert (call.waited_s or 0.0) < 90 and (call.talk_s or 0.0) < 90, call


async def followed(served: Served, seconds: int) -> None:
    """With nobody on the line the new time of day counts: for the next call, and no alarm is up."""
    house = served.house

    async def quiet() -> bool:
        return not await alarms(house)

    await until(quiet, NOTICED)
    await asyncio.sleep(2)  # the file of the clock is read once a second
    caller, call_id = await waiting(house, NOBODY)
    call = await house.store.run(calls.get, call_id)
    assert call is not None
    assert abs(call.started - datetime.now(UTC) - timedelta(seconds=seconds)) < timedelta(seconds=9)
    await caller.hangs_up()
    await nothing_left(house)
