from __future__ import annotations

import asyncio

import pytest

from ari_app.notify.pace import Pace

pytestmark = pytest.mark.unit


async def test_no_more_go_through_in_a_second_than_may() -> None:
    pace, loop = Pace(50), asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*(pace.turn() for _ in range(11)))
    assert 0.19 < loop.time() - began < 1.0
