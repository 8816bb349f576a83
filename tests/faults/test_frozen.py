"""The app freezes: who watches over it ends it and starts another before its callers notice."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

from ari_app import heart
from ari_app.render import DEAD_MAN
from tests.faults.breaking import pid_of, replaced
from tests.faults.stages import goes_on, in_menu, waiting
from tests.real import plan
from tests.real.house import House

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]

NOT_THERE = plan.hotline(plan.SINGLE[-2])


async def test_a_frozen_app_is_ended_and_replaced_before_the_net_takes_its_callers(
    house: House,
) -> None:
    menu, (waits, _) = await asyncio.gather(in_menu(house, NOT_THERE), waiting(house, NOT_THERE))
    pid, began = pid_of(house, "app"), time.monotonic()
    os.kill(pid, signal.SIGSTOP)
    await replaced(house, pid, DEAD_MAN)
    assert time.monotonic() - began > heart.FROZEN - heart.EVERY - heart.TICK
    await goes_on(menu, "menu-main")
    await menu.hangs_up()
    await house.closed(menu)
    await waits.hangs_up()
    call = await house.closed(waits)
    assert "app_restarted" in [each["event"] for each in call["events"]]
    for each in (menu, waits):
        assert "fallback-sorry" not in each.heard_names()
