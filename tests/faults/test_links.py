"""The lines between app and Asterisk break for moments: callers go on as if nothing had been."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.conftest import Wires
from tests.faults.stages import gave, in_notice
from tests.real import plan
from tests.real.caller import Caller
from tests.real.house import House
from tests.real.talks import Talking, hear_each_other, is_served, talk

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]

NOBODY = plan.hotline(plan.SINGLE[-2])


async def answers(caller: Caller) -> None:
    """He answers two questions."""
    await caller.presses("1")
    await caller.hears("confirm-phone-caller", limit=15)
    await caller.presses("1")
    await caller.hears("ask-policy", "policy-known-keys", "ask-line", limit=15)


async def test_a_reset_of_the_event_socket_in_mid_question_loses_no_answer(
    house: House, wires: Wires
) -> None:
    async with house.agent() as desk:
        notice, talking = await asyncio.gather(in_notice(house, NOBODY), talk(house, desk, "120"))
        for _ in range(3):
            wires.ari.reset()
            await asyncio.sleep(0.4)
        await answers(notice)
        await is_unharmed(talking)
    await notice.hangs_up()
    given = await gave(house, (await house.closed(notice))["call_id"])
    assert given["any_injury"] == ("no", 1) and given["safe_place"] == ("yes", 2), given
    assert not {"sorry-fault", "fallback-sorry"} & set(notice.heard_names())


async def is_unharmed(talking: Talking) -> None:
    await hear_each_other(talking.caller, talking.leg)
    await talking.leg.hang_up()
    await is_served(talking.caller)


async def test_without_ami_callers_go_on_and_wait_longer_than_their_timer(
    house: House, wires: Wires
) -> None:
    await wires.ami.refuse(True)
    try:
        notice = await in_notice(house, NOBODY)
        await asyncio.sleep(8)  # questions are repeated, and prompts go on over the timer
        await answers(notice)
        await notice.hangs_up()
    finally:
        await wires.ami.refuse(False)
    await house.closed(notice)
    assert not {"sorry-fault", "fallback-sorry"} & set(notice.heard_names())
