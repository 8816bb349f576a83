"""The fake Asterisk keeps the contract of the real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from ari_app import tasks
from ari_app.pbx.client import Client, Pace, Server
from tests.fakes.ari_contract import AriContract, Caller
from tests.fakes.ari_server import FakeAri, fake_ari

pytestmark = pytest.mark.unit


@dataclass
class FakeCaller:
    fake: FakeAri
    channel: str

    async def press(self, keys: str) -> None:
        await self.fake.press(self.channel, keys)

    async def leave(self) -> None:
        if self.channel in self.fake.channels:
            await self.fake.hang_up(self.channel)


@dataclass
class FakeStage:
    client: Client
    server: Server
    fake: FakeAri
    prompt: str = "sound:prompt"

    async def call(self) -> Caller:
        return FakeCaller(self.fake, await self.fake.call())


class TestFake(AriContract):
    @pytest.fixture
    async def stage(self) -> AsyncIterator[FakeStage]:
        async with fake_ari() as (fake, server):
            client = Client(server, "claimline", Pace(first_wait=0.001))
            running = tasks.start(client.run(), name="client")
            await client.wait_connected()
            yield FakeStage(client, server, fake)
            running.cancel()
            await asyncio.wait([running])
