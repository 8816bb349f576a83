"""The lines between app and Asterisk hang: half-open, stalled, silent. Each under live calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.faults.conftest import Wires
from tests.faults.stages import gave, in_notice, waiting
from tests.real import plan
from tests.real.caller import Caller
from tests.real.house import House
from tests.real.talks import hear_each_other, is_served, talk

pytestmark = [pytest.mark.faults, pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]

NOBODY = plan.hotline(plan.SINGLE[-2])
NOTICED = 7.0
"""Seconds in which a dead line is found and laid again."""
APOLOGIES = {"sorry-fault", "fallback-sorry"}


@asynccontextmanager
async def broken(wire: Callable[[bool], None], seconds: float) -> AsyncIterator[None]:
    """A fault of so many seconds, over at the end at the latest."""
    wire(True)
    try:
        yield
        await asyncio.sleep(seconds)
    finally:
        wire(False)


async def answers(caller: Caller) -> None:
    """He answers the question that he hears next."""
    await caller.hears("ask-safe", limit=20)
    await caller.presses("1")
    await caller.hears("confirm-phone-caller", limit=20)


async def every_call_goes_on(house: House, wire: Callable[[bool], None], seconds: float) -> None:
    """Somebody talks, waits and answers while the line is broken; nobody notices but by a pause."""
    async with house.agent() as desk:
        notice, (waits, _), talking = await asyncio.gather(
            in_notice(house, NOBODY), waiting(house, NOBODY), talk(house, desk, "120")
        )
        async with broken(wire, seconds):
            await hear_each_other(talking.caller, talking.leg)
        await asyncio.sleep(NOTICED)
        await answers(notice)
        await talking.leg.hang_up()
        await is_served(talking.caller)
    await asyncio.gather(notice.hangs_up(), waits.hangs_up())
    given = await gave(house, (await house.closed(notice))["call_id"])
    assert given["any_injury"] == ("no", 1) and given["safe_place"][0] == "yes", given
    for each in (notice, waits, talking.caller):
        assert not APOLOGIES & set(each.heard_names()), each.heard_names()
    assert await house.outcome(talking.call_id) == "talked"


async def test_a_half_open_event_socket_is_found_and_laid_again(house: House, wires: Wires) -> None:
    def half_open(on: bool) -> None:
        wires.ari.swallow(on)
        if not on:
            wires.ari.reset()

    await every_call_goes_on(house, half_open, 5)


async def test_an_event_socket_that_stalls_for_five_seconds(house: House, wires: Wires) -> None:
    await every_call_goes_on(house, wires.ari.hold, 5)


async def test_an_ami_that_hangs_longer_than_the_timer(house: House, wires: Wires) -> None:
    await every_call_goes_on(house, wires.ami.hold, 14)


async def test_an_ami_that_swallows_everything_longer_than_the_timer(
    house: House, wires: Wires
) -> None:
    await every_call_goes_on(house, wires.ami.swallow, 14)
