"""A real caller's line keeps the contract that the scripted one promises."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from ari_app import tasks
from ari_app.outside.customer import Customer
from ari_app.outside.phone import Manner, Phone
from ari_app.outside.world import OutsideWorld
from ari_app.pbx.ari_line import AriLine
from tests.fakes.line_contract import CONTRACT, PHONE, Scenario
from tests.real.app import Floor
from tests.real.bare import Bare
from tests.real.pbx.line_in_hand import in_hand

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]


@dataclass
class RealPerson:
    line: AriLine
    customer: Customer

    async def press(self, keys: str) -> None:
        await self.customer.press(keys)

    async def leave(self) -> None:
        await self.customer.hang_up()


async def _answers(phone: Phone) -> None:
    leg = await phone.answered_call(20)
    await asyncio.sleep(1)
    await leg.hang_up()


@pytest.mark.parametrize("scenario", CONTRACT, ids=lambda each: each.__name__)
async def test_real(bare: Bare, bare_world: OutsideWorld, floor: Floor, scenario: Scenario) -> None:
    phone = bare_world.phone(PHONE)
    phone.manner = Manner(after=0.2)
    await floor.up(bare_world, PHONE)
    answering = tasks.start(_answers(phone), name="answering")
    try:
        async with in_hand(bare, bare_world, bare.ami) as held:
            await scenario(RealPerson(held.line, held.customer))
    finally:
        answering.cancel()
