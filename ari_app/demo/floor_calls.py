"""A small floor: several customers call, so many a minute, and some agents answer.

Nobody knows who is at the other end: each speaks his part of the story when the other is quiet.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from ari_app import tasks
from ari_app.demo import story
from ari_app.demo.cast import Cast
from ari_app.demo.customer_side import LEADS_TO_AGENT, follow
from ari_app.demo.scene import RING, TURN, until_ready
from ari_app.demo.telling import Teller
from ari_app.outside.phone import Manner
from ari_app.outside.world import OutsideWorld
from claims_store import calls
from claims_store.store import Store


async def small_floor(
    number: int, cast: Cast, world: OutsideWorld, store: Store, tell: Teller
) -> list[str]:
    """`number` calls within a minute; the ids of all of them, newest first."""
    for player in cast.agents:
        phone = world.phone(player.agent.phone)
        phone.manner = Manner(after=RING)
        await phone.register()
        await until_ready(store, player.agent.name)
        work = _answer(world, player.agent.phone, cast.language, tell)
        tasks.start(work, name=f"agent {player.agent.name}")
    callers = [
        tasks.start(_one(index, number, cast, world, tell), name=f"customer {index}")
        for index in range(number)
    ]
    await asyncio.gather(*callers)
    tasks.cancel("agent ")
    rows = await store.run(calls.listing, number)
    return [row.call_id for row in rows]


async def _answer(world: OutsideWorld, number: str, language: str, tell: Teller) -> None:
    """Take calls for ever."""
    while True:
        leg = await world.phone(number).answered_call(3600)
        tell("agent", f"{number} answers")
        for clip in _part("agent", language):
            await leg.speak(clip)
            await leg.listen_until_quiet(TURN, start=4)
        await leg.hang_up()
        tell("agent", f"{number} hangs up")


def _part(who: str, language: str) -> list[Path]:
    """What one side says in the talk."""
    names = (name for name in story.load(language).talk if name.startswith(who))
    return [story.sound(language, name) for name in names]


async def _one(index: int, number: int, cast: Cast, world: OutsideWorld, tell: Teller) -> None:
    await asyncio.sleep(index * 60 / number)
    who, _ = cast.customers[index % len(cast.customers)]
    customer = world.customer()
    tell("customer", f"{who.name} dials")
    if failed := await customer.dial(cast.hotline, who.phone):
        tell("customer", f"{who.name} was not answered: {failed}")
        return
    await follow(customer, LEADS_TO_AGENT, lambda side, what: tell(side, f"{who.name} {what}"))
    for clip in _part("customer", cast.language):
        await customer.listen_until_quiet(TURN, start=180, limit=180)
        if not customer.over:
            await customer.speak(clip)
    await customer.ended(180)
