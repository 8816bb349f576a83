"""Callers vanish without a word: no BYE, no sound. Asterisk notices it by the silence."""

from __future__ import annotations

import asyncio
import time

import pytest

from ari_app.clock import SystemClock
from claims_store import calls, reports
from tests.faults.breaking import nothing_left
from tests.faults.packets import PacketCaller
from tests.real import plan
from tests.real.evidence import sealed, tones
from tests.real.house import House, until
from tests.real.talks import LOW, PERSON, RING_LIMIT, event, hears_tone

pytestmark = [pytest.mark.faults, pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]

NOBODY = plan.hotline(plan.SINGLE[-2])
SILENCE = 60
"""Seconds without sound after which a caller is taken for gone; on hold it is five minutes."""
SLACK = 5
SPOKEN = 2.0


async def dials(house: House, hotline: str, keys: str) -> tuple[PacketCaller, str]:
    """Somebody who presses these keys at the first word; and his call."""
    caller = PacketCaller(house)
    await caller.dials(hotline)
    await caller.hears("emergency")
    caller.voice.presses(keys)
    return caller, await house.call_of(caller)  # type: ignore[arg-type]  # it has a Call-ID


async def closed_after(house: House, call_id: str, began: float) -> float:
    """Seconds until its row was closed."""

    async def over() -> bool:
        call = await house.store.run(calls.get, call_id)
        return call is not None and call.ended is not None

    await until(over, SILENCE + 2 * SLACK)
    return time.monotonic() - began


async def test_a_caller_who_vanishes_is_gone_after_a_minute_and_one_on_hold_is_not(
    house: House,
) -> None:
    async with house.agent() as desk:
        (talks, talk_id), (reporting, report_id), (holds, hold_id) = await asyncio.gather(
            dials(house, desk.hotline, PERSON), dials(house, NOBODY, "12"),
            dials(house, NOBODY, PERSON),
        )  # fmt: skip
        leg = await desk.phone.answered_call(RING_LIMIT)
        talks.voice.says(LOW, SPOKEN)
        await asyncio.gather(reporting.hears("ask-safe"), event(house, hold_id, "queued", 15))
        await holds.holds()
        await asyncio.sleep(SPOKEN)
        assert hears_tone(leg, LOW, SPOKEN / 2)
        for each in (talks, reporting):
            each.vanishes()
        holds.voice.close()
        began = time.monotonic()
        seconds = await asyncio.gather(
            closed_after(house, talk_id, began), closed_after(house, report_id, began)
        )
        print(f"noticed after {seconds[0]:.1f} s in a talk, {seconds[1]:.1f} s with the line")
        assert all(SILENCE - 2 < each < SILENCE + SLACK for each in seconds), seconds
        await leg.ended(5)
        await house.state_of(desk.agent.name, "ready", limit=10)
    kept = await sealed(house, talk_id)
    spoken = sum(end - begin for begin, end in tones(kept.customer, LOW))
    assert spoken > SPOKEN - 0.5
    assert await house.outcome(talk_id) == "talked"
    draft = await house.store.run(reports.open_draft, reporting.number, SystemClock().now())
    assert draft is not None and draft.values["any_injury"].value == "no"
    (kept_up,) = [each["id"] for each in await house.channels()]
    assert kept_up == hold_id, "who put us on hold is waited for"
    await holds.call.hang_up()
    holds.vanishes()
    await nothing_left(house)
