"""The database is a PostgreSQL server that is stopped and started again under real calls: nobody on
the line notices, steps wait in the journal, and all is stored once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.databases import Postgres, postgres
from tests.faults import stores
from tests.faults.breaking import nothing_left
from tests.faults.conftest import READY
from tests.faults.reporting import USUAL, Reporter, reporter, whole
from tests.real import plan
from tests.real.house import House, running_house
from tests.real.talks import hear_each_other, is_served, talk

pytestmark = [pytest.mark.faults, pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

AWAY = 20.0
"""Seconds without a database, at least: a whole notice takes longer."""
NOT_HEARD = USUAL + 0.5


@dataclass(frozen=True, slots=True)
class Served:
    """A house whose store is a database of this server."""

    house: House
    server: Postgres


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served() -> AsyncIterator[Served]:
    with postgres(durable=True) as server:
        url = server.make("claimline")
        async with running_house(plan.text(), wishes=f'{READY}database = "{url}"\n') as house:
            yield Served(house, server)


async def test_a_database_that_is_stopped_and_started_is_not_heard_and_loses_nothing(
    served: Served,
) -> None:
    house, server = served.house, served.server
    async with house.agent() as desk:
        early, talking = await asyncio.gather(reporter(house), talk(house, desk, "120"))
        await early.until("ask-loss-day")
        await asyncio.to_thread(server.stop)
        try:
            late, _, _ = await asyncio.gather(comes(house), early.files(), asyncio.sleep(AWAY))
            await hear_each_other(talking.caller, talking.leg)
            steps = stores.waiting(house)
        finally:
            await asyncio.to_thread(server.start)
        assert steps, "steps wait"
        print(f"{steps} steps waited in the journal")
        await stores.caught_up(house)
        await talking.leg.hang_up()
        await is_served(talking.caller)
    for each in (early, late):
        await whole(house, each)
        assert each.gaps()[0][0] < NOT_HEARD, each.gaps()[:3]
    assert await house.outcome(talking.call_id) == "talked"
    await nothing_left(house)


async def comes(house: House) -> Reporter:
    """Somebody calls while the database is away."""
    late = await reporter(house)
    await late.files()
    return late
