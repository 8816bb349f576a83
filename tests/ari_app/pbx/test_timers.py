"""The dead-man's timer: by AMI, else by HTTP, and no failure is raised."""

from __future__ import annotations

import asyncio

import pytest

from ari_app import tasks
from ari_app.pbx.ami import Ami, Login
from ari_app.pbx.client import Client, Pace
from ari_app.pbx.timers import arm
from tests.fakes.ami_server import fake_ami
from tests.fakes.ari_server import fake_ari

pytestmark = pytest.mark.unit


async def test_timers_are_armed_by_ami_and_the_gone_are_told() -> None:
    async with fake_ami() as (fake, login), fake_ari() as (ari, server):
        fake.channels = {"n1-1.0", "n1-2.0"}
        door = Ami(login)
        running = tasks.start(door.run(), name="AMI")
        await door.wait_connected()
        client = Client(server, "claimline")
        assert await arm(door, client, ["n1-1.0", "n1-2.0", "n1-3.0"], 10) == {"n1-3.0"}
        armed = [action for action in fake.actions if action["Action"] == "Setvar"]
        assert {action["Variable"] for action in armed} == {"TIMEOUT(absolute)"}
        assert {action["Value"] for action in armed} == {"10"}
        assert ari.requests == []
        running.cancel()
        await asyncio.wait([running])


async def test_without_ami_they_are_armed_over_http() -> None:
    async with fake_ari() as (ari, server):
        client = Client(server, "claimline")
        running = tasks.start(client.run(), name="ARI")
        await client.wait_connected()
        channel = await ari.call()
        away = Ami(Login("127.0.0.1", 1, "app", "secret"))
        assert await arm(away, client, [channel, "nobody"], 7) == {"nobody"}
        assert ari.variables[channel, "TIMEOUT(absolute)"] == "7"
        running.cancel()
        await asyncio.wait([running])


async def test_with_both_away_nobody_is_called_gone() -> None:
    async with fake_ari() as (_, server):
        pass
    client = Client(server, "claimline", Pace(limit=0.1))
    away = Ami(Login("127.0.0.1", 1, "app", "secret"))
    assert await arm(away, client, ["n1-1.0"], 7) == set()
