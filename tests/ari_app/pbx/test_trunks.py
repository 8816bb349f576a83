"""States of trunks from AMI's lists and events, and when somebody has to know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from ari_app import tasks
from ari_app.boot import wait_until
from ari_app.pbx.ami import Ami
from ari_app.pbx.trunks import Trunks
from ari_app.trunks.model import Trunk
from ari_app.trunks.states import TrunkNow, TrunkState
from tests.fakes.ami_server import FakeAmi, fake_ami

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FAR = Trunk(name="far", kind="registration", host="carrier.example", user="400")
TWIN = Trunk(name="twin", kind="registration", host="other.example", user="400")
PBX = Trunk(name="pbx", kind="peer", host="10.0.0.2")
MUTE = Trunk(name="mute", kind="peer", host="10.0.0.3", qualify=0)
BARE = Trunk(name="bare", kind="peer")


@dataclass
class Seen:
    fake: FakeAmi
    now: datetime = NOW
    told: list[TrunkNow] = field(default_factory=list)


@pytest.fixture
async def watched() -> AsyncIterator[tuple[Seen, Trunks]]:
    async with fake_ami() as (fake, login):
        fake.devices = {"PJSIP/far": "NOT_INUSE", "PJSIP/twin": "NOT_INUSE",
                        "PJSIP/pbx": "UNAVAILABLE", "PJSIP/mute": "UNAVAILABLE"}  # fmt: skip
        fake.registrations = {"registration-far": "Registered", "registration-twin": "Rejected"}
        ami, seen = Ami(login), Seen(fake)
        trunks = Trunks(ami, (FAR, TWIN, PBX, MUTE, BARE), lambda: seen.now, seen.told.append)
        running = tasks.start(ami.run(), name="AMI")
        await wait_until(lambda: _state(trunks, "pbx") is TrunkState.UNREACHABLE, 3, "the list")
        yield seen, trunks
        running.cancel()
        await asyncio.wait([running])


def _state(trunks: Trunks, name: str) -> TrunkState:
    return next(each.state for each in trunks.all() if each.name == name)


async def test_the_lists_say_how_they_are(watched: tuple[Seen, Trunks]) -> None:
    seen, trunks = watched
    found = {each.name: each.state.value for each in trunks.all()}
    assert found == {"far": "registered", "twin": "rejected", "pbx": "unreachable",
                     "mute": "listening", "bare": "listening"}  # fmt: skip
    assert trunks.lost() == {"twin", "pbx"}
    assert {each.name for each in seen.told} == {"far", "twin", "pbx"}


async def test_events_change_the_trunk_they_are_about(watched: tuple[Seen, Trunks]) -> None:
    seen, trunks = watched
    seen.told.clear()
    await seen.fake.tell("ContactStatus", AOR="far", ContactStatus="Unreachable")
    await seen.fake.tell("ContactStatus", AOR="pbx", ContactStatus="Reachable")
    await seen.fake.tell("ContactStatus", AOR="pbx", ContactStatus="Created")
    await seen.fake.tell("ContactStatus", AOR="201", ContactStatus="Unreachable")
    await seen.fake.tell(
        "Registry", Username=TWIN.client_uri, Domain=f"sip:{TWIN.at}", Status="Registered"
    )
    await wait_until(lambda: len(seen.told) == 3, 3, "the events")
    found = {each.name: each.state.value for each in seen.told}
    assert found == {"far": "unreachable", "pbx": "reachable", "twin": "registered"}
    await seen.fake.tell("ContactStatus", AOR="far", ContactStatus="Reachable")
    await wait_until(lambda: _state(trunks, "far") is TrunkState.REGISTERED, 3, "far")


async def test_a_trunk_alarms_once_it_is_lost_for_half_a_minute(
    watched: tuple[Seen, Trunks],
) -> None:
    seen, trunks = watched
    lost = next(each for each in trunks.all() if each.name == "pbx")
    assert not lost.alarms(NOW + timedelta(seconds=30))
    assert lost.alarms(NOW + timedelta(seconds=31))
    well = next(each for each in trunks.all() if each.name == "far")
    assert not well.alarms(NOW + timedelta(days=1))
    assert "does not answer" in lost.sentence
