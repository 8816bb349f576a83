"""What the telephone side does to a call: Asterisk dies, a phone loses power in a talk."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from ari_app import tasks
from ari_app.clock import SystemClock
from ari_app.outside.phone import NOBODY, Manner
from claims_store import reports
from tests.faults import deaths
from tests.faults.breaking import nothing_left
from tests.faults.conftest import SILENCE
from tests.real import plan
from tests.real.evidence import sealed, tones
from tests.real.house import House
from tests.real.talks import LOW, RING_LIMIT, calls, had, hear_each_other, says, talk

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]

SPOKEN = 8.0
"""Seconds of a tone that a talk holds before the end: Asterisk writes in blocks of four seconds."""
NOTICED = SILENCE + 4
"""Seconds until a phone without power is noticed, and the caller is told."""


async def test_a_killed_asterisk_costs_its_callers_nothing_but_the_call(house: House) -> None:
    async with AsyncExitStack() as stack:
        party = await deaths.gathered(house, stack, 1, 2)
        await asyncio.gather(*(says(each.caller.customer, LOW, SPOKEN) for each in party.talks))
        pid, began = deaths.kill(house), time.monotonic()
        dialling = tasks.start(deaths.dials_until_answered(house, began), name="dials")
        ended = await deaths.all_closed(house, party.ids)
        closed_after = time.monotonic() - began
        assert set(ended.values()) == {"cut"}, ended
        backs = await deaths.rung_back(house, party.ids)
        assert {back.phone for back in backs} == {each.number for each in party.everybody}
        assert {back.reason for back in backs} == {"cut"}
        assert closed_after < deaths.CALLBACK_LIMIT
        await deaths.reborn(house, pid)
        next_caller, answered_after = await dialling
        print(f"closed after {closed_after:.1f} s, answered after {answered_after:.1f} s")
        assert answered_after < deaths.ANSWERED_LIMIT
        await next_caller.hangs_up()
        await party.go_home()
        for desk in party.desks:
            await house.state_of(desk.agent.name, "ready", limit=15)
        again = await talk(house, party.desks[0])
        await hear_each_other(again.caller, again.leg)
        await again.leg.hang_up()
        await again.caller.hears("goodbye", limit=15)
        await again.caller.ended()
        for each in party.talks:
            kept = await sealed(house, each.call_id)
            assert kept.recording.partial
            (tone,) = tones(kept.customer, LOW)
            assert tone[1] - tone[0] > SPOKEN - 4.5, tone
    reporter = party.callers[1]
    draft = await house.store.run(reports.open_draft, reporter.number, SystemClock().now())
    assert draft is not None and draft.values["any_injury"].value == "no"
    await nothing_left(house)


async def test_when_a_phone_loses_power_in_a_talk_another_agent_takes_its_caller(
    house: House,
) -> None:
    ours, others = plan.PAIRS[0]
    async with house.desk(ours) as first, house.desk(others) as second:
        second.phone.manner = NOBODY
        caller = await calls(house, plan.pair_hotline(first.phone.number))
        leg = await first.phone.answered_call(RING_LIMIT)
        await hear_each_other(caller, leg)
        first.phone.vanish(leg)
        began = time.monotonic()
        second.phone.manner = Manner(after=0.2)
        await caller.hears("talk-lost", limit=NOTICED)
        noticed = time.monotonic() - began
        other = await second.phone.answered_call(RING_LIMIT)
        print(f"a silent phone is noticed after {noticed:.1f} s")
        await hear_each_other(caller, other)
        await other.hang_up()
        await caller.hears("goodbye", limit=15)
        await caller.ended()
        call = await house.closed(caller)
        assert had(call) == [first.agent.name, second.agent.name]
        statuses = [each["status"] for each in call["events"] if each["event"] == "returned"]
        assert statuses == ["LOST", "ANSWER"]
        await house.state_of(first.agent.name, "offline")
        first.phone.cable.cut = False
        await leg.hang_up()
    await nothing_left(house)
