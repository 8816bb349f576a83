"""Phone states from AMI's list and events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from ari_app import tasks
from ari_app.boot import wait_until
from ari_app.pbx.ami import Ami
from ari_app.pbx.phones import Phones, PhoneState
from tests.fakes.ami_server import FakeAmi, fake_ami

pytestmark = pytest.mark.unit


@dataclass
class Floor:
    fake: FakeAmi
    numbers: set[str] = field(default_factory=lambda: {"201", "202"})
    changes: list[tuple[str, PhoneState]] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)

    def follow(self, door: Ami) -> Phones:
        changed = lambda number, state: self.changes.append((number, state))  # noqa: E731
        return Phones(door, self.numbers, changed, self.registered.append)


@pytest.fixture
async def floor() -> AsyncIterator[tuple[Floor, Phones]]:
    async with fake_ami() as (fake, login):
        fake.devices = {
            "PJSIP/201": "NOT_INUSE",
            "PJSIP/202": "UNAVAILABLE",
            "PJSIP/trunk": "INUSE",
        }
        door = Ami(login)
        floor = Floor(fake)
        phones = floor.follow(door)
        running = tasks.start(door.run(), name="AMI")
        await wait_until(lambda: phones.state("201").reachable, 3, "the list")
        yield floor, phones
        running.cancel()
        await asyncio.wait([running])


async def test_the_list_says_who_is_there(floor: tuple[Floor, Phones]) -> None:
    told, phones = floor
    assert phones.reachable() == {"201"}
    assert phones.state("999") is PhoneState.AWAY
    assert told.changes == [("201", PhoneState.FREE)]
    assert told.registered == ["201"]


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("RINGING", PhoneState.RINGING),
        ("INUSE", PhoneState.IN_USE),
        ("RINGINUSE", PhoneState.IN_USE),
        ("BUSY", PhoneState.IN_USE),
        ("ONHOLD", PhoneState.IN_USE),
        ("UNAVAILABLE", PhoneState.AWAY),
        ("INVALID", PhoneState.AWAY),
        ("SOMETHING_NEW", PhoneState.AWAY),
    ],
)
async def test_events_change_states(
    floor: tuple[Floor, Phones], word: str, state: PhoneState
) -> None:
    told, phones = floor
    await told.fake.tell("DeviceStateChange", Device="PJSIP/201", State=word)
    await wait_until(lambda: phones.state("201") is state, 3, "the event")
    assert told.changes[-1] == ("201", state)
    assert told.registered == ["201"]


async def test_a_phone_that_comes_is_registered_once(floor: tuple[Floor, Phones]) -> None:
    told, phones = floor
    for word in ("UNAVAILABLE", "NOT_INUSE", "NOT_INUSE"):
        await told.fake.tell("DeviceStateChange", Device="PJSIP/202", State=word)
    await wait_until(lambda: "202" in told.registered, 3, "it registers")
    assert told.registered == ["201", "202"]
    assert phones.reachable() == {"201", "202"}


async def test_a_reachable_phone_with_a_new_address_is_a_registration(
    floor: tuple[Floor, Phones],
) -> None:
    told, phones = floor

    async def contact(number: str, status: str, port: int) -> None:
        uri = f"sip:{number}@127.0.0.1:{port}"
        await told.fake.tell("ContactStatus", AOR=number, ContactStatus=status, URI=uri)

    await contact("201", "Reachable", 5070)
    await contact("201", "Reachable", 5070)
    await contact("201", "Removed", 5070)
    await contact("202", "NonQualified", 5070)
    await contact("202", "NonQualified", 5071)
    await contact("999", "NonQualified", 5070)
    await contact("201", "NonQualified", 5072)
    await contact("201", "Reachable", 5072)
    await told.fake.tell("DeviceStateChange", Device="PJSIP/201", State="INUSE")
    await wait_until(lambda: phones.state("201") is PhoneState.IN_USE, 3, "the last one")
    assert told.registered == ["201", "201"]


async def test_trunks_and_strangers_are_no_phones(floor: tuple[Floor, Phones]) -> None:
    told, phones = floor
    await told.fake.tell("DeviceStateChange", Device="PJSIP/trunk", State="NOT_INUSE")
    await told.fake.tell("DeviceStateChange", Device="Local/201", State="RINGING")
    await told.fake.tell("DeviceStateChange", Device="PJSIP/201", State="INUSE")
    await wait_until(lambda: phones.state("201") is PhoneState.IN_USE, 3, "the last one")
    assert told.changes == [("201", PhoneState.FREE), ("201", PhoneState.IN_USE)]


async def test_what_changed_in_a_gap_is_found_at_the_next_login(
    floor: tuple[Floor, Phones],
) -> None:
    told, phones = floor
    told.fake.devices = {"PJSIP/201": "UNAVAILABLE", "PJSIP/202": "NOT_INUSE"}
    told.fake.drop()
    await wait_until(lambda: phones.reachable() == {"202"}, 5, "the second list")
    assert told.registered == ["201", "202"]


async def test_a_list_that_does_not_come_is_told(
    floor: tuple[Floor, Phones], caplog: pytest.LogCaptureFixture
) -> None:
    told, phones = floor
    phones._ami._limit = 0.05
    told.fake.deaf = True
    await phones._list()
    assert "could not be listed" in caplog.text


async def test_given_a_phone_that_proves_itself_anew_then_it_came_back_but_not_by_a_refresh(
    floor: tuple[Floor, Phones],
) -> None:
    told, phones = floor
    for session in ("a", "a", "b", "b"):
        await told.fake.tell("SuccessfulAuth", AccountID="201", SessionID=session)
    await told.fake.tell("SuccessfulAuth", AccountID="trunk", SessionID="c")
    await told.fake.tell("DeviceStateChange", Device="PJSIP/201", State="INUSE")
    await wait_until(lambda: phones.state("201") is PhoneState.IN_USE, 3, "the last event")
    assert told.registered == ["201", "201"]
