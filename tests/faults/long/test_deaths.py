"""Asterisk dies: once under twenty live calls, and twenty times in a row."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from tests.faults import deaths
from tests.faults.breaking import nothing_left
from tests.real import plan
from tests.real.evidence import sealed, tones
from tests.real.house import House
from tests.real.talks import LOW, hear_each_other, says, talk

pytestmark = [pytest.mark.faults, pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]

SPOKEN = 8.0
"""Seconds of a tone that a talk holds before the end: Asterisk writes in blocks of four seconds."""
ROUNDS = 20
SEAL_LIMIT = 60.0


async def test_twenty_live_calls_are_closed_rung_back_and_kept_as_far_as_they_were_written(
    house: House,
) -> None:
    async with AsyncExitStack() as stack:
        desks = [await stack.enter_async_context(house.desk(each)) for each in plan.SINGLE[:4]]
        party = await deaths.met(house, desks, 4)
        assert len(party.everybody) == 20
        await asyncio.gather(*(says(each.caller.customer, LOW, SPOKEN) for each in party.talks))
        pid, began = deaths.kill(house), time.monotonic()
        cut = await deaths.are_cut(house, party, began)
        assert await deaths.drafts_kept(house, party) == 4
        await deaths.reborn(house, pid)
        again = time.monotonic() - began
        await party.go_home()
        await asyncio.gather(*(house.state_of(d.agent.name, "ready", limit=15) for d in desks))
        ready = time.monotonic() - began
        for each in party.talks:
            kept = await sealed(house, each.call_id, SEAL_LIMIT)
            assert kept.recording.partial
            (tone,) = tones(kept.customer, LOW)
            assert tone[1] - tone[0] > SPOKEN - 4.5, tone
        print(f"cut and rung back {cut:.1f} s, Asterisk {again:.1f} s, agents {ready:.1f} s")
        served = await talk(house, desks[0])
        await hear_each_other(served.caller, served.leg)
        await served.leg.hang_up()
        await served.caller.hears("goodbye", limit=15)
        await served.caller.ended()
    await nothing_left(house)


async def test_twenty_deaths_in_a_row_lose_no_row(house: House) -> None:
    rows = drafts = 0
    seconds = []
    async with house.desk(plan.SINGLE[0]) as desk:
        for _ in range(ROUNDS):
            party = await deaths.met(house, [desk], 1)
            pid, began = deaths.kill(house), time.monotonic()
            seconds.append(await deaths.are_cut(house, party, began))
            rows += len(party.ids)
            drafts += await deaths.drafts_kept(house, party)
            await deaths.reborn(house, pid)
            await party.go_home()
            await house.state_of(desk.agent.name, "ready", limit=15)
    print(f"{ROUNDS} deaths: {rows} rows, {drafts} drafts, all there; {max(seconds):.1f} s at most")
    await nothing_left(house)
