"""The app is killed and stays dead: the timers of Asterisk lead every caller to the net."""

from __future__ import annotations

import asyncio
import time

import pytest

from ari_app.outside.phone import NOBODY as RINGS_ON
from ari_app.render import DEAD_MAN
from tests.faults.breaking import dead, nothing_left
from tests.faults.reporting import longest_silence
from tests.faults.stages import in_menu, waiting
from tests.real import plan
from tests.real.caller import Caller
from tests.real.house import Desk, House
from tests.real.talks import talk

pytestmark = [pytest.mark.faults, pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]

NOBODY = plan.hotline(plan.SINGLE[-2])
NET_LIMIT = DEAD_MAN + 2
MANY = 100
AT_ONCE = 8
COMPARED = 8.0
"""Seconds in which an app that is back has compared all calls."""
SILENT = 3.0


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


async def test_a_hundred_who_wait_are_all_in_the_net_in_time_and_stay_there(house: House) -> None:
    """Their timers fire at once. A phone is there, so the net has a queue; nobody answers it. When
    an app is back it leaves them alone."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one() -> Caller:
        async with slots:
            caller = house.caller()
            await caller.dial(NOBODY)
            await caller.starts_with("*0")
            await caller.hears("agents-none", "person-next")
            return caller

    async with house.agent() as desk:
        callers = await asyncio.gather(*(one() for _ in range(MANY)))
        try:
            await _are_saved(house, desk, callers)
        finally:
            await asyncio.gather(*(each.leaves() for each in callers))
    await nothing_left(house, 30)


async def _are_saved(house: House, desk: Desk, callers: list[Caller]) -> None:
    first_word: dict[str, int] = {}
    desk.phone.manner = RINGS_ON
    async with dead(house):
        began = time.monotonic()

        async def saved(caller: Caller) -> float:
            found = await caller.hears("fallback-sorry", limit=NET_LIMIT + 10)
            first_word[caller.number] = found.at
            return time.monotonic() - began

        seconds = sorted(await asyncio.gather(*(saved(each) for each in callers)))
    await asyncio.sleep(COMPARED)
    silent = sorted(
        longest_silence(bytes(each.sound[first_word[each.number] :])) for each in callers
    )
    print(
        f"in the net after {seconds[0]:.1f} s (first), {seconds[MANY // 2]:.1f} s (half), "
        f"{seconds[-1]:.1f} s (last of {MANY}); longest silence then {silent[-1]:.1f} s"
    )
    assert seconds[-1] < NET_LIMIT + 3 and silent[-1] < SILENT, (seconds[-5:], silent[-5:])
    await are_left_alone(house, callers)


async def are_left_alone(house: House, callers: list[Caller]) -> None:
    """Each is in the net yet, though an app is there."""
    assert not [each.number for each in callers if each.customer.over]
    contexts = {each["dialplan"]["context"] for each in await house.channels()
                if each["name"].startswith("PJSIP/trunk-")}  # fmt: skip
    assert contexts <= {"fallback", "net-announce", "net-queue", "net-leg"}, contexts
    for each in callers:
        assert not {"sorry-fault", "fallback-report"} & set(each.heard_names())
