"""The real Asterisk keeps the contract that the fake promises."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from ari_app import tasks
from ari_app.outside.customer import Customer
from ari_app.outside.world import OutsideWorld
from ari_app.pbx.client import Client, Server
from tests.fakes.ari_contract import AriContract, Caller
from tests.real.bare import NUMBER, Bare

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]


@dataclass
class RealCaller:
    customer: Customer
    dialling: asyncio.Task[object]

    async def press(self, keys: str) -> None:
        await self.dialling
        await self.customer.press(keys)

    async def leave(self) -> None:
        await self.dialling
        await self.customer.hang_up()
        await self.customer.ended()


@dataclass
class RealStage:
    client: Client
    server: Server
    world: OutsideWorld
    prompt: str

    async def call(self) -> Caller:
        customer = self.world.customer()
        dialling = tasks.start(customer.dial(NUMBER, "+8613800138000"), name="dial")
        return RealCaller(customer, dialling)


class TestReal(AriContract):
    @pytest.fixture
    def stage(self, bare: Bare, bare_world: OutsideWorld) -> RealStage:
        return RealStage(bare.client, bare.server, bare_world, bare.prompt)
