"""The app is killed in the stages that the quick test does not hold."""

from __future__ import annotations

import asyncio

import pytest

from ari_app.calls.resuming import RESTARTS
from tests.faults.breaking import dead, restarted
from tests.faults.stages import goes_on, in_menu
from tests.real import plan
from tests.real.evidence import sealed, tones
from tests.real.house import House, until
from tests.real.talks import HIGH, LOW, both_say, says, talk

pytestmark = [pytest.mark.faults, pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]

NOBODY = plan.hotline(plan.SINGLE[-2])


async def test_in_the_greeting_it_is_said_again_and_recorded_only_after_the_notice(
    house: House,
) -> None:
    caller = house.caller()
    await caller.dial(NOBODY)
    await caller.hears("greeting")
    await restarted(house)
    await goes_on(caller, "emergency")
    await caller.hears("recording-short")
    await caller.hears("menu-main", "language-other-zh", limit=20)
    await caller.hangs_up()
    call = await house.closed(caller)
    assert [each["event"] for each in call["events"]].count("consent") == 1


async def test_in_the_wrap_up_the_agent_is_ready_again_in_time(house: House) -> None:
    async with house.agent() as desk:
        talking = await talk(house, desk, "120")
        await talking.leg.hang_up()
        await house.state_of(desk.agent.name, "wrap_up")
        await restarted(house)
        await is_served_or_told(house, talking.call_id)
        await house.state_of(desk.agent.name, "ready", limit=15)
        await talking.caller.ended()


async def is_served_or_told(house: House, call_id: str) -> None:
    """His last words are said again, and the call is closed as talked."""

    async def over() -> bool:
        return await house.outcome(call_id) is not None

    await until(over, 30)
    assert await house.outcome(call_id) == "talked"


async def test_whom_a_fault_hits_four_times_in_a_minute_the_net_leads_to_an_agent(
    house: House,
) -> None:
    async with house.agent() as desk:
        caller = await in_menu(house, desk.hotline)
        for _ in range(RESTARTS):
            await restarted(house)
            await goes_on(caller, "menu-main")
        await restarted(house)
        await caller.hears("fallback-sorry", limit=5)
        leg = await desk.phone.answered_call(30)
        await both_say(caller.customer, leg, LOW, HIGH, 6)
        await leg.hang_up()
        await caller.hears_whole("goodbye")
        await caller.ended()
        call_id = await house.call_of(caller)
        kept = await sealed(house, call_id)
    assert await house.outcome(call_id) == "fallback"
    assert not kept.recording.partial
    for side, hertz in ((kept.customer, LOW), (kept.agents, HIGH)):
        (tone,) = tones(side, hertz)
        assert tone[1] - tone[0] > 5.5, tone


async def test_in_a_report_by_voice_nothing_happens(house: House) -> None:
    """The net's script needs no app: neither its death nor its return is heard."""
    async with dead(house):
        caller = house.caller()
        await caller.dial(NOBODY)
        await caller.hears("fallback-sorry", limit=5)
        await caller.hears("fallback-report", "fallback-keys", limit=60)
    await caller.hears_whole("beep", limit=30)
    await says(caller.customer, 440.0, 1.5)
    await caller.presses("#")
    await asyncio.sleep(1)
    assert not caller.customer.over
    await caller.hangs_up()
