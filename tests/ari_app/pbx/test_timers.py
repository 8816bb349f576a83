"""The dead-man's timer: by AMI, else by HTTP, and no failure is raised."""

from __future__ import annotations

import asyncio

import pytest

from ari_app import tasks
from ari_app.pbx.ami import Ami, Login
from ari_app.pbx.timers import arm
from tests.fakes.ami_server import fake_ami

pytestmark = pytest.mark.unit


class Caller:
    """Notes how its timer is armed."""

    def __init__(self, call_id: str) -> None:
        self.call_id = call_id
        self.by = ""

    def armed(self) -> None:
        self.by = "AMI"

    async def arm_by_http(self, seconds: int) -> None:
        self.by = f"HTTP {seconds}"


async def test_timers_are_armed_by_ami_and_the_gone_are_left_alone() -> None:
    async with fake_ami() as (fake, login):
        fake.channels = {"n1-1.0", "n1-2.0"}
        door = Ami(login)
        running = tasks.start(door.run(), name="AMI")
        await door.wait_connected()
        lines = [Caller(f"n1-{place}.0") for place in (1, 2, 3)]
        await arm(door, lines, 10)
        assert [line.by for line in lines] == ["AMI", "AMI", ""]
        armed = [action for action in fake.actions if action["Action"] == "Setvar"]
        assert {action["Variable"] for action in armed} == {"TIMEOUT(absolute)"}
        assert {action["Value"] for action in armed} == {"10"}
        running.cancel()
        await asyncio.wait([running])


async def test_without_ami_each_is_armed_over_http() -> None:
    away = Ami(Login("127.0.0.1", 1, "app", "secret"))
    lines = [Caller("n1-1.0"), Caller("n1-2.0")]
    await arm(away, lines, 7)
    assert [line.by for line in lines] == ["HTTP 7", "HTTP 7"]


async def test_an_ami_that_hangs_costs_all_of_them_one_time_limit() -> None:
    async with fake_ami() as (fake, login):
        door = Ami(login, limit=0.2)
        running = tasks.start(door.run(), name="AMI")
        await door.wait_connected()
        fake.deaf = True
        lines = [Caller(f"n1-{place}.0") for place in range(50)]
        async with asyncio.timeout(1):
            await arm(door, lines, 7)
        assert {line.by for line in lines} == {"HTTP 7"}
        running.cancel()
        await asyncio.wait([running])
