"""What the telephone side does to a call: Asterisk dies, a phone loses power in a talk."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from ari_app import tasks
from ari_app.clock import SystemClock
from claims_store import reports
from tests.faults import deaths
from tests.faults.breaking import nothing_left
from tests.real.evidence import sealed, tones
from tests.real.house import House
from tests.real.talks import LOW, hear_each_other, says, talk

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]

SPOKEN = 12.0
"""Seconds of a tone that a talk holds before the end: Asterisk writes in blocks of four seconds."""


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
            assert tone[1] - tone[0] > SPOKEN - 5, tone
    reporter = party.callers[1]
    draft = await house.store.run(reports.open_draft, reporter.number, SystemClock().now())
    assert draft is not None and draft.values["any_injury"].value == "no"
    await nothing_left(house)
