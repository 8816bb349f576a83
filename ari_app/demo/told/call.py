"""The call with which it begins."""

from __future__ import annotations

import asyncio

from ari_app.demo.scene import play
from ari_app.demo.told.house import House
from claims_store import calls, claims

LIMIT = 20.0


async def reported(house: House) -> str:
    """A customer reports his collision; the number of the claim, once a handler has it."""
    call_id = await play(house.cast, house.world, house.store, house.settings, house.tell, house)
    call = await house.store.run(calls.get, call_id)
    assert call is not None and call.report_number is not None
    claim = await house.store.run(claims.by_report, call.report_number)
    assert claim is not None, "the story's report is complete enough for a claim"
    house.tell("house", f"claim {claim.number} is open; the recording is sealed, and being heard")
    async with asyncio.timeout(LIMIT):
        while not (found := await house.store.run(claims.state_of, claim.number)).owner:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    house.tell("house", f"{found.owner} has it: line, region, language, load")
    return claim.number
