"""The app's watch over its trunks: a file for commands, and an alarm told once."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ari_app import tasks
from ari_app.boot import wait_until
from ari_app.calls.carriers import Carriers
from ari_app.noticing import Noticing
from ari_app.pbx.ami import Ami
from ari_app.pbx.client import Client, Server
from ari_app.settings import Settings
from ari_app.trunks import states
from ari_app.trunks.model import Trunk
from claims_store import migrate
from claims_store.store import Store
from tests.fakes.ami_server import FakeAmi, fake_ami

pytestmark = pytest.mark.unit


class Clock:
    time = datetime(2026, 11, 24, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


class Watch:
    """Carriers with one trunk whose other side the test moves."""

    def __init__(self, ami: FakeAmi, carriers: Carriers, settings: Settings, clock: Clock) -> None:
        self.ami, self.carriers, self.settings, self.clock = ami, carriers, settings, clock
        self.told: list[tuple[str, str]] = []

    async def becomes(self, word: str, state: str) -> None:
        await self.ami.tell("ContactStatus", AOR="pbx", ContactStatus=word)
        await wait_until(lambda: self.carriers.all()[0].state == state, 3, state)


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    url = f"sqlite:///{tmp_path}/a.db"
    await asyncio.to_thread(migrate.upgrade, url)
    store = await Store.open(url, tmp_path / "keys" / "keys.db", "Asia/Shanghai")
    settings = Settings(state=tmp_path, trunk=(Trunk(name="pbx", kind="peer", host="10.0.0.2"),))
    clock, client = Clock(), Client(Server("127.0.0.1", 1, "a", "b"), "app")
    async with fake_ami() as (fake, login):
        fake.devices = {"PJSIP/pbx": "NOT_INUSE"}
        ami = Ami(login)
        told: list[tuple[str, str]] = []
        carriers = Carriers(
            settings,
            store,
            clock,
            client,
            ami,
            Noticing(store.changes()).watch(),
            lambda kind, key: told.append((kind, key)),
        )
        made = Watch(fake, carriers, settings, clock)
        made.told = told
        running = tasks.start(ami.run(), name="AMI")
        await wait_until(lambda: carriers.all()[0].state == "reachable", 3, "the list")
        yield made
        running.cancel()
        await asyncio.wait([running])
    await store.close()


async def test_what_is_known_is_written_down_for_commands(watch: Watch) -> None:
    await watch.carriers.look()
    watch.settings.endpoints.write_text(json.dumps({}))
    assert [each.state for each in states.read(watch.settings)] == ["reachable"]
    await watch.becomes("Unreachable", "unreachable")
    await watch.carriers.look()
    assert [each.state for each in states.read(watch.settings)] == ["unreachable"]


async def test_a_trunk_that_stays_lost_is_told_once_and_once_that_it_is_back(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ari_app.calls.carriers")
    await watch.becomes("Unreachable", "unreachable")
    await watch.carriers.look()
    assert not watch.carriers.views()[0].alarm and not watch.carriers.alarms()
    watch.clock.time += timedelta(seconds=31)
    for _ in range(3):
        await watch.carriers.look()
    assert watch.carriers.views()[0].alarm
    await watch.becomes("Reachable", "reachable")
    await watch.carriers.look()
    said = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert said == ["a trunk is lost", "a trunk is back"]
    assert ("trunk", "pbx") in watch.told


async def test_the_watch_goes_on_when_something_fails(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("ari_app.noticing.MOST", 0.01)
    monkeypatch.setattr(watch.carriers, "look", broken := Broken())
    running = tasks.start(watch.carriers.run(), name="carriers")
    await wait_until(lambda: broken.times > 2, 3, "another look")
    running.cancel()
    await asyncio.wait([running])
    assert "could not look after the trunks" in caplog.text


class Broken:
    times = 0

    async def __call__(self) -> None:
        self.times += 1
        raise ValueError("broken")
