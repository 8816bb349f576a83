"""The handler: files the claim; a promise nearly breaks, he is warned, and keeps it by calling."""

from __future__ import annotations

import asyncio

from ari_app.demo.desk_agent import DeskAgent
from ari_app.demo.told.house import House
from ari_app.demo.told.surveying import connected
from claims_store import clocks, tasks
from claims_store.customers import Customer
from claims_store.rules.deadlines import PROMISE

CALL_FIRST = "call_before_promise_breaks"


async def filed(house: House, claim: str) -> None:
    """The handler files the claim; a surveyor is looked for at once."""
    async with _desk(house) as desk:
        await desk.post(f"/api/claims/{claim}/moves", {"move": "claim_filed", "data": {}})
    house.tell("handler", "files the claim at the desk")


async def kept(house: House, who: Customer, claim: str) -> None:
    """He was promised a call when he reported. Half of its time: a warning. Four fifths: a task,
    and the call before it breaks."""
    (promise,) = [each for each in await house.store.run(clocks.of, claim)
                  if each.kind == "call" and each.state == "open"]  # fmt: skip
    assert promise.due is not None
    due = promise.due.astimezone(house.zone)
    warn, first = (promise.started + (due - promise.started) * step.share
                   for step in PROMISE.steps[:2])  # fmt: skip
    await house.later(warn.astimezone(house.zone), "half of the promised time is over")
    await house.posts.until(house.handler.phone, claim)
    await house.later(first.astimezone(house.zone), "four fifths of it")
    await _task(house, claim)
    house.tell("house", "the promise is about to break: a task to call the customer first")
    async with _desk(house) as desk:
        ask = desk.post("/api/calls-out", {"about": claim})
        await connected(house, house.handler.phone, who.phone, "handler", ask)
        await desk.post(f"/api/claims/{claim}/moves", {"move": "promise_kept", "data": {}})
    left = (due - house.now()).total_seconds() / 60
    house.tell("handler", f"has kept the promise, {left:.0f} minutes before it would have broken")


async def _task(house: House, claim: str, limit: float = 20) -> None:
    async with asyncio.timeout(limit):
        while True:
            found = await house.store.run(tasks.listing, about=claim)
            if any(each.kind == CALL_FIRST and each.done is None for each in found):
                return
            await asyncio.sleep(0.1)


def _desk(house: House) -> DeskAgent:
    name = house.handler.name
    return DeskAgent(house.cast.web, name, house.passwords[name])
