"""Nothing holds the app's event loop: measured by itself in a whole call."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from ari_app import health
from ari_app.loop_watch import LIMIT_S
from tests.real.house import House
from tests.real.talks import talk

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]


async def test_no_call_has_held_the_loop(quiet: House) -> None:
    before = await _loop(quiet)
    async with quiet.agent() as desk:
        talking = await talk(quiet, desk)
        await talking.leg.hang_up()
        await talking.caller.hears("goodbye", limit=15)
        await talking.caller.ended()
        await quiet.closed(talking.caller)
    after = await _loop(quiet)
    assert after["callbacks"] - before["callbacks"] > 500
    assert after["over"] == before["over"], f"above {1000 * LIMIT_S:.0f} ms: {after['last']}"


async def _loop(house: House) -> dict[str, Any]:
    """What the app says of its loop; it says it anew each second."""
    await asyncio.sleep(1.5 * health.EVERY)
    code, said = await house.claimline("status", "--json")
    assert code == 0, said
    found: dict[str, Any] = json.loads(said)["health"]["app"]["loop"]
    return found
