"""The app is killed and stays dead: the timers of Asterisk lead every caller to the net."""

from __future__ import annotations

import asyncio
import time

import pytest

from ari_app.render import DEAD_MAN
from tests.faults.breaking import dead
from tests.faults.stages import in_menu, waiting
from tests.real import plan
from tests.real.caller import Caller
from tests.real.house import House
from tests.real.talks import talk

pytestmark = [pytest.mark.faults, pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]

NOBODY = plan.hotline(plan.SINGLE[-2])
NET_LIMIT = DEAD_MAN + 2
MANY = 100
AT_ONCE = 5


async def test_every_caller_is_in_the_net_in_time_and_who_has_talked_is_not_queued_again(
    house: House,
) -> None:
    async with house.agent() as desk:
        menu, (waits, _), talking = await asyncio.gather(
            in_menu(house, NOBODY), waiting(house, NOBODY), talk(house, desk)
        )
        async with dead(house):
            began = time.monotonic()
            new = house.caller()
            await new.dial(NOBODY)
            await asyncio.gather(
                *(each.hears("fallback-sorry", limit=NET_LIMIT + 3) for each in (menu, waits, new))
            )
            assert time.monotonic() - began < NET_LIMIT
            await talking.leg.hang_up()
            await talking.caller.hears("goodbye", limit=5)
            await talking.caller.ended()
            assert "fallback-sorry" not in talking.caller.heard_names()
            await asyncio.gather(*(each.hangs_up() for each in (menu, waits, new)))


async def test_a_hundred_who_wait_are_all_in_the_net_in_time(house: House) -> None:
    slots = asyncio.Semaphore(AT_ONCE)

    async def one() -> Caller:
        async with slots:
            caller = house.caller()
            await caller.dial(NOBODY)
            await caller.starts_with("*0")
            await caller.hears("agents-none", "person-next")
            return caller

    callers = await asyncio.gather(*(one() for _ in range(MANY)))
    async with dead(house):
        began = time.monotonic()

        async def saved(caller: Caller) -> float:
            await caller.hears("fallback-sorry", limit=NET_LIMIT + 10)
            return time.monotonic() - began

        seconds = sorted(await asyncio.gather(*(saved(each) for each in callers)))
        assert len(seconds) == MANY and seconds[-1] < NET_LIMIT + 3, seconds[-5:]
        await asyncio.gather(*(each.hangs_up() for each in callers))
