"""Callers who hang up, wherever they are: the ledger is closed, what they said is kept, and no
channel is left.
"""

from __future__ import annotations

import asyncio

import pytest

from ari_app import tasks
from ari_app.demo import story
from ari_app.outside.phone import NOBODY
from tests.real.caller import Caller
from tests.real.calls.test_journeys_notice import HOTLINE, WHOLE
from tests.real.house import House, until
from tests.real.talks import calls, event, talk
from tests.real.together import together

pytestmark = pytest.mark.real


async def _is_closed(house: House, caller: Caller, outcome: str = "hung_up") -> str | None:
    """The number of his report, if there is one. Fails when anything of the call is left."""
    call = await house.closed(caller)
    assert await house.outcome(call["call_id"]) == outcome

    async def gone() -> bool:
        return call["call_id"] not in [channel["id"] for channel in await house.channels()]

    await until(gone, 5)
    return str(call["report_number"]) if call["report_number"] else None


async def _at(house: House, prompt: str) -> Caller:
    """A caller in mid-notice, at this question."""
    caller = house.caller()
    await caller.dial(HOTLINE)
    await caller.starts_with("1")
    await caller.answers(WHOLE, until=prompt)
    return caller


@together
async def test_given_a_hang_up_before_the_menu_then_the_row_is_closed(house: House) -> None:
    async def one(prompt: str) -> None:
        caller = house.caller()
        await caller.dial(HOTLINE)
        await caller.hears(prompt)
        await caller.hangs_up()
        assert await _is_closed(house, caller) is None

    await asyncio.gather(*(one(name) for name in ("greeting", "recording-notice", "menu-main")))


@together
async def test_given_a_hang_up_at_a_question_then_the_answers_are_kept(house: House) -> None:
    caller = await _at(house, "ask-region-code")
    await caller.hangs_up()
    assert await _is_closed(house, caller)
    call = await house.closed(caller)
    assert call["report"]["loss_time"].endswith("T08:30+08:00")


@together
async def test_given_a_hang_up_while_he_speaks_then_the_draft_is_kept(house: House) -> None:
    caller = await _at(house, "ask-place")
    await caller.hears_whole("beep")
    narrative = story.sound("en", "customer-narrative")
    speaking = tasks.start(caller.customer.speak(narrative), name="speaks")
    await asyncio.sleep(1.2)  # in the middle of his sentence
    await caller.hangs_up()
    await speaking
    assert await _is_closed(house, caller)


@together
async def test_given_a_hang_up_while_he_waits_then_nobody_is_rung_for_him(house: House) -> None:
    async with house.nobody() as hotline:
        caller = await calls(house, hotline)
        call_id = await house.call_of(caller)

        async def waits() -> bool:
            return any(e["event"] == "queued" for e in (await house.show(call_id))["events"])

        await until(waits, 20)
        await caller.hangs_up()
        await _is_closed(house, caller)


@together
async def test_given_a_hang_up_while_it_rings_then_the_agent_is_ready_again(house: House) -> None:
    async with house.agent() as desk:
        desk.phone.manner = NOBODY
        caller = await calls(house, desk.hotline)
        leg = await desk.phone.call()
        await caller.hangs_up()
        await leg.ended()
        await _is_closed(house, caller)
        await house.state_of(desk.agent.name, "ready")


@together
async def test_given_a_hang_up_in_the_talk_then_the_agents_leg_ends_too(house: House) -> None:
    async with house.agent() as desk:
        talking = await talk(house, desk)
        await event(house, talking.call_id, "answered")
        await talking.caller.hangs_up()
        await talking.leg.ended()
        await _is_closed(house, talking.caller, "talked")
        await house.state_of(desk.agent.name, "ready")
