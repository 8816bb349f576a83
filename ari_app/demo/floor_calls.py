"""A small floor: several customers call, so many a minute, and some agents answer."""

from __future__ import annotations

import asyncio

from ari_app import tasks
from ari_app.demo.cast import Cast
from ari_app.demo.customer_side import LEADS_TO_AGENT, follow
from ari_app.demo.scene import RING, until_ready
from ari_app.demo.telling import Teller
from ari_app.outside.phone import Manner
from ari_app.outside.world import OutsideWorld
from claims_store import calls
from claims_store.store import Store

TALK = 8.0


async def small_floor(
    number: int, cast: Cast, world: OutsideWorld, store: Store, tell: Teller
) -> list[str]:
    """`number` calls within a minute; the ids of all of them, newest first."""
    for player in cast.agents:
        phone = world.phone(player.agent.phone)
        phone.manner = Manner(after=RING)
        await phone.register()
        await until_ready(store, player.agent.name)
        tasks.start(_answer(world, player.agent.phone, tell), name=f"agent {player.agent.name}")
    callers = [
        tasks.start(_one(index, number, cast, world, tell), name=f"customer {index}")
        for index in range(number)
    ]
    await asyncio.gather(*callers)
    tasks.cancel("agent ")
    rows = await store.run(calls.listing, number)
    return [row.call_id for row in rows]


async def _answer(world: OutsideWorld, number: str, tell: Teller) -> None:
    """Take calls for ever, each for some seconds."""
    while True:
        leg = await world.phone(number).answered_call(3600)
        tell("agent", f"{number} answers")
        await asyncio.sleep(TALK)
        await leg.hang_up()


async def _one(index: int, number: int, cast: Cast, world: OutsideWorld, tell: Teller) -> None:
    await asyncio.sleep(index * 60 / number)
    who, _ = cast.customers[index % len(cast.customers)]
    customer = world.customer()
    tell("customer", f"{index + 1}: {who.name} dials")
    if await customer.dial(cast.hotline, who.phone):
        return
    await follow(customer, LEADS_TO_AGENT, tell)
    await customer.ended(180)
