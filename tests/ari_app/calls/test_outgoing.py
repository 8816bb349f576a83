"""Calls that we make: over the trunk that may, else the next one, within the minutes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ari_app import tasks
from ari_app.calls.door import Door
from ari_app.calls.outgoing import PREFIX, Outgoing
from ari_app.installed import assets
from ari_app.pbx import events
from ari_app.pbx.ami import Ami, Login
from ari_app.pbx.client import Client
from ari_app.pbx.decoding import decode
from ari_app.pbx.errors import Away
from ari_app.pbx.inbox import Inbox, PostOffice
from ari_app.pbx.results import Done, Gone
from ari_app.pbx.verbs import Verb
from ari_app.settings import Settings
from ari_app.trunks.model import Out, Trunk
from claims_store import migrate, outgoing
from claims_store.store import Store
from routing.outgoing import Chosen
from tests.fakes.ari_server import FakeChannel

pytestmark = pytest.mark.unit

MOBILE, LONDON = "+8613800138001", "+442079460018"
NORTH = Trunk(
    name="north", kind="peer", host="a", number_format="00",
    out=Out(allowed=("+86",), minutes=2, longest=1, calls=2, number="4008001234"),
)  # fmt: skip
SOUTH = Trunk(name="south", kind="peer", host="b", out=Out(allowed=("+86",), order=2))


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait for it, 3 seconds at most."""
    for _ in range(300):
        if await true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not become true in time")


class Carrier(Client):
    """A client whose other side does with a call what `manner` says of its trunk."""

    def __init__(self, clock: Clock) -> None:
        self.app = "app"
        self.clock = clock
        self.manner: dict[str, object] = {}
        self.asked: list[tuple[str, str]] = []
        self.up: set[str] = set()
        self.too_fast = False
        """It has ended before anybody can follow it: AMI alone tells why."""
        self.hangs_up: Callable[..., None] = lambda **event: None
        self.heard_of: Callable[[str], Awaitable[bool]]
        self.followed: set[str] = set()
        self._office = PostOffice()

    def inbox(self, *ids: str, beside: bool = False) -> Inbox:
        assert beside, "whoever leads the call hears of it too"
        self.followed.update(ids)
        return self._office.open(ids, beside=beside)

    async def do(self, verb: Verb[Any], *, limit: float | None = None) -> Any:
        channel = verb.path.get("channelId", "")
        if "endpoint" in verb.query:
            return self._dialled(channel, verb.query["endpoint"], verb)
        if verb.method == "GET":
            return self._channel(channel, "Ring") if channel in self.up else Gone(404, "")
        return Done()

    def _dialled(self, channel: str, endpoint: str, verb: Verb[Any]) -> Any:
        assert verb.body is not None
        self.asked.append((endpoint, verb.body["variables"]["LIMIT"]))
        manner = self.manner[endpoint.rpartition("@")[2]]
        if isinstance(manner, Exception):
            raise manner
        if manner is None:
            return Gone(500, "no such endpoint")
        if self.too_fast:
            self.hangs_up(Uniqueid=channel, Cause=str(manner))
            return self._channel(channel, "Down")
        self.up.add(channel)
        tasks.start(self._goes_on(channel, manner), name="carrier")
        return self._channel(channel, "Down")

    async def _goes_on(self, channel: str, manner: object) -> None:
        await asyncio.sleep(0)
        if isinstance(manner, timedelta):
            self.tell(events.ChannelStateChange, channel, "Up")
            await until(lambda: self.heard_of(channel))
            self.clock.time += manner
            manner = 16
        self.tell(events.ChannelDestroyed, channel, "Down", cause=manner, cause_txt="")

    def tell(self, kind: Any, channel: str, state: str, **more: object) -> None:
        event = {"type": kind.__name__, "application": "app", "asterisk_id": "02",
                 "timestamp": "2026-11-24T07:43:46.123+0000", **more}  # fmt: skip
        raw = FakeChannel(channel).json() | {"state": state}
        self._office.deliver(decode(kind, event | {"channel": raw}))

    def _channel(self, channel: str, state: str) -> events.Channel:
        return decode(events.Channel, FakeChannel(channel).json() | {"state": state})


class House:
    """The app's part that dials, on a store of its own."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.clock = Clock()
        self.carrier = Carrier(self.clock)
        self.lost: set[str] = set()
        self.ami = Ami(Login("127.0.0.1", 1, "a", "b"))
        self.carrier.heard_of = lambda channel: self._has(channel.removeprefix("out-"), "answered")
        self.carrier.hangs_up = lambda **event: self.app._hung_up(event)
        settings = Settings(state=folder, trunk=(SOUTH, NORTH))
        self.app = Outgoing(settings, store, self.clock, self.carrier, self.ami, lambda: self.lost)

    async def dials(self, key: str, number: str, wish: str = "") -> outgoing.Outgoing:
        """Ask for a call and wait for its end."""
        now = self.clock.now()
        await self.store.run(outgoing.ask, key, number, "try", "admin", now, wish)
        await self.app.look()
        return await self.end(key)

    async def end(self, key: str) -> outgoing.Outgoing:
        await until(lambda: self._has(key, "ended"))
        call = await self.store.run(outgoing.get, key)
        assert call is not None
        return call

    async def _has(self, key: str, name: str) -> bool:
        call = await self.store.run(outgoing.get, key)
        return call is not None and getattr(call, name) is not None


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    url = f"sqlite:///{tmp_path}/a.db"
    await asyncio.to_thread(migrate.upgrade, url)
    store = await Store.open(url, tmp_path / "keys" / "keys.db", "Asia/Shanghai")
    yield House(store, tmp_path)
    await store.close()


async def test_an_answered_call_is_written_down_with_its_length(house: House) -> None:
    house.carrier.manner = {"north": timedelta(seconds=20)}
    call = await house.dials("a", MOBILE)
    assert (call.trunk, call.outcome) == ("north", "answered")
    assert house.carrier.asked == [("PJSIP/008613800138001@north", "60")]
    assert call.answered is not None and call.ended is not None
    assert call.ended - call.answered == timedelta(seconds=20)


@pytest.mark.parametrize(
    ("cause", "outcome"), [(17, "busy"), (19, "no_answer"), (21, "refused"), (1, "no_such_number")]
)
async def test_what_the_called_one_does_is_no_reason_for_another_trunk(
    house: House, cause: int, outcome: str
) -> None:
    house.carrier.manner = {"north": cause, "south": timedelta(0)}
    call = await house.dials("a", MOBILE)
    assert (call.trunk, call.outcome, call.answered) == ("north", outcome, None)


@pytest.mark.parametrize(("cause", "outcome"), [(17, "busy"), (34, "tried")])
async def test_why_a_call_ended_at_once_is_known_all_the_same(
    house: House, cause: int, outcome: str
) -> None:
    house.carrier.manner, house.carrier.too_fast = {"north": cause}, True
    call = await house.dials("a", MOBILE, wish="north")
    assert (call.trunk, call.outcome) == ("north", outcome)


def test_ami_tells_of_the_channels_that_are_dialled_here() -> None:
    template = (assets() / "etc" / "manager.conf.j2").read_text("utf-8")
    assert f"method(starts_with)) = {PREFIX}\n" in template


@pytest.mark.parametrize("manner", [34, 38, None, Away("ARI")])
async def test_a_trunk_that_cannot_is_followed_by_the_next(house: House, manner: object) -> None:
    house.carrier.manner = {"north": manner, "south": timedelta(seconds=1)}
    call = await house.dials("a", MOBILE)
    assert (call.trunk, call.outcome) == ("south", "answered")
    assert [end.rpartition("@")[2] for end, _ in house.carrier.asked] == ["north", "south"]


async def test_without_another_trunk_the_failure_is_told(house: House) -> None:
    house.carrier.manner = {"north": 34}
    call = await house.dials("a", MOBILE, wish="north")
    assert (call.state, call.outcome) == ("refused", "tried")


async def test_what_is_not_allowed_is_never_dialled(house: House) -> None:
    call = await house.dials("a", LONDON)
    assert (call.state, call.outcome, call.trunk) == ("refused", "not_allowed", "")
    assert house.carrier.asked == []


async def test_a_lost_trunk_is_passed_over(house: House) -> None:
    house.lost = {"north"}
    house.carrier.manner = {"south": timedelta(seconds=1)}
    assert (await house.dials("a", MOBILE)).trunk == "south"
    house.lost = {"north", "south"}
    assert (await house.dials("b", MOBILE)).outcome == "lost"


async def test_the_minutes_of_a_day_end_and_begin_again_at_midnight(house: House) -> None:
    house.carrier.manner = {"north": timedelta(seconds=60)}
    await house.dials("a", MOBILE, wish="north")
    await house.dials("b", MOBILE, wish="north")
    assert (await house.dials("c", MOBILE, wish="north")).outcome == "spent"
    house.clock.time += timedelta(hours=8)  # midnight in Shanghai is past
    assert (await house.dials("d", MOBILE, wish="north")).outcome == "answered"


async def test_what_an_earlier_process_dialled_is_followed_or_ended(house: House) -> None:
    def begin(number: str, used: object) -> Any:
        return Chosen("north", 60)

    now = house.clock.now()
    for key in ("gone", "up"):
        await house.store.run(outgoing.ask, key, MOBILE, "try", "admin", now)
        await house.store.run(outgoing.begin, key, "n1", begin, now, now)
    house.carrier.up.add("out-up")
    await house.app.recover()
    assert (await house.end("gone")).outcome == "lost"

    async def is_followed() -> bool:
        return "out-up" in house.carrier.followed

    await until(is_followed)
    house.carrier.tell(events.ChannelStateChange, "out-up", "Up")
    house.carrier.tell(events.ChannelDestroyed, "out-up", "Up", cause=16, cause_txt="")
    assert (await house.end("up")).outcome == "answered"


def test_the_door_reads_numbers_as_the_trunk_writes_them() -> None:
    door = Door(Settings(state=Path("/nowhere"), trunk=(NORTH,)))

    def channel(name: str, number: str) -> events.Channel:
        raw = FakeChannel("1", number, name=f"PJSIP/{name}-00000001").json()
        return decode(events.Channel, raw)

    north = channel("north", "008613800138001")
    assert (door.caller(north), door.trunk(north)) == (MOBILE, NORTH)
    assert door.forwarder(north, "<sip:00862164001234@x>;reason=user-busy") == "+862164001234"
    assert door.caller(channel("201", "anonymous")) == ""
    assert door.trunk(channel("201", "201")) is None
