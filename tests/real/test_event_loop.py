"""Nothing holds the app's event loop: measured by itself over all calls before this test."""

from __future__ import annotations

import json

import pytest

from ari_app.loop_watch import LIMIT_S
from tests.real.house import House
from tests.real.talks import talk

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]


async def test_no_call_has_held_the_loop(quiet: House) -> None:
    async with quiet.agent() as desk:
        talking = await talk(quiet, desk)
        await talking.leg.hang_up()
        await talking.caller.hears("goodbye", limit=15)
        await talking.caller.ended()
        await quiet.closed(talking.caller)
    code, said = await quiet.claimline("status", "--json")
    assert code == 0, said
    loop = json.loads(said)["health"]["app"]["loop"]
    print(loop)
    assert loop["callbacks"] > 500
    assert loop["longest_ms"] <= 1000 * LIMIT_S, loop
    assert loop["over"] == 0, loop
