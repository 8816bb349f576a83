"""Twenty callers at once and five phones: all are served in order, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ari_app.outside.phone import Manner, Phone
from claims_store import calls
from tests.real import plan
from tests.real.caller import Caller
from tests.real.house import House, until
from tests.real.talks import PERSON
from tests.real.talks import calls as dials

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]

CALLERS = 20
TALK_S = 0.5
TOGETHER_S = 0.15
"""Who came, or was written down, within this time came in one burst: any order is fair."""
SPARE = 6
"""Handles that may stay open: pooled connections to the database, a log that was rotated."""


async def test_twenty_callers_are_served_in_order_by_five_agents(quiet: House) -> None:
    house = quiet
    before = _handles(house)
    async with AsyncExitStack() as stack:
        desks = [await stack.enter_async_context(house.desk(each)) for each in plan.CREW_DESKS]
        talking = [asyncio.create_task(_answer(desk.phone)) for desk in desks]  # noqa: TID251
        callers = await asyncio.gather(*(dials(house, plan.CREW, PERSON) for _ in range(CALLERS)))
        await asyncio.gather(*(_goodbye(caller) for caller in callers))
        for task in talking:
            task.cancel()
        shown = [await house.closed(caller) for caller in callers]
    assert len({call["call_id"] for call in shown}) == CALLERS
    assert [await house.outcome(call["call_id"]) for call in shown] == ["talked"] * CALLERS
    assert {call["agent"] for call in shown} == {desk.agent.name for desk in desks}
    rows = [await house.store.run(calls.get, call["call_id"]) for call in shown]
    arrived = [row.waiting_since.timestamp() for row in rows if row and row.waiting_since]
    assert _overtaken(list(zip(arrived, map(_offered, shown), strict=True))) == []
    assert await house.store.run(calls.unfinished, house.settings.node) == []
    await _empty(house)
    await until(lambda: _few(house, before), 20)


async def _answer(phone: Phone) -> None:
    """An agent who takes one call after the other."""
    phone.manner = Manner(after=0.1)
    while True:
        leg = await phone.answered_call(120)
        await asyncio.sleep(TALK_S)
        await leg.hang_up()


async def _goodbye(caller: Caller) -> None:
    await caller.hears_whole("goodbye", limit=90)
    await caller.ended()


def _overtaken(served: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Waits, in seconds, of pairs of callers of whom the later one was offered to an agent first;
    by when they arrived and when they were offered."""
    rows = sorted(served)
    return [
        (early[1] - early[0], late[1] - late[0])
        for place, early in enumerate(rows)
        for late in rows[place + 1 :]
        if late[0] - early[0] > TOGETHER_S and early[1] - late[1] > TOGETHER_S
    ]


def _offered(call: dict[str, Any]) -> float:
    found = next(each["at"] for each in call["events"] if each["event"] == "offered")
    return datetime.fromisoformat(found).timestamp()


async def _empty(house: House) -> None:
    async def empty() -> bool:
        return not await house.channels() and not await house.world.leftovers()

    await until(empty, 10)


def _handles(house: House) -> dict[str, int]:
    """Open files of each process, and the processes that each has started."""
    pids = house.endpoints["processes"]
    found = {name: len(os.listdir(f"/proc/{pid}/fd")) for name, pid in pids.items()}
    for name, pid in pids.items():
        found[f"children of {name}"] = len(_children(pid))
    return found


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()


async def _few(house: House, before: dict[str, int]) -> bool:
    now = _handles(house)
    return all(now[name] <= before[name] + (SPARE if "of" not in name else 0) for name in before)
