"""A caller of the bare PBX in the hands of the app's own line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ari_app import tasks
from ari_app.outside.customer import Customer
from ari_app.outside.world import OutsideWorld
from ari_app.pbx import events
from ari_app.pbx.ami import Ami
from ari_app.pbx.ari_line import AriLine
from tests.fakes.ari_contract import expect
from tests.real.bare import NUMBER, Bare


@dataclass(frozen=True, slots=True)
class InHand:
    """The line, and the customer at its other end."""

    line: AriLine
    customer: Customer


@asynccontextmanager
async def in_hand(bare: Bare, world: OutsideWorld, ami: Ami) -> AsyncIterator[InHand]:
    """Somebody dials and is answered; at the end nothing is left of his call."""
    customer = world.customer()
    dialling = tasks.start(customer.dial(NUMBER, "+8613800138000"), name="dial")
    offer = await expect(bare.client.news, events.CallBroadcast)
    line = AriLine(bare.client, ami, offer.channel.id, "", NUMBER, "en")
    pump = tasks.start(line.pump(), name="pump")
    assert await line.claim() is not None
    await line.answer()
    async with asyncio.timeout(5):
        assert await dialling is None
    yield InHand(line, customer)
    if not customer.over:
        await customer.hang_up()
    await customer.ended()
    await line.over()
    await pump
