"""The guarded door to AMI, against a fake that misbehaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app import tasks
from ari_app.boot import wait_until
from ari_app.pbx.ami import Ami, Login
from ari_app.pbx.amiwire import Fields
from ari_app.pbx.errors import Away, Refused, Unsafe
from ari_app.pbx.results import Done, Gone
from tests.fakes.ami_server import FakeAmi, fake_ami

pytestmark = pytest.mark.unit


@pytest.fixture
async def fake() -> AsyncIterator[tuple[FakeAmi, Login]]:
    async with fake_ami() as running:
        yield running


@pytest.fixture
async def door(fake: tuple[FakeAmi, Login]) -> AsyncIterator[Ami]:
    door = Ami(fake[1], limit=0.2, watch=0.05)
    running = tasks.start(door.run(), name="AMI")
    await door.wait_connected()
    yield door
    running.cancel()
    await asyncio.wait([running])


async def test_actions_on_channels_that_are_there_and_on_those_that_are_not(
    fake: tuple[FakeAmi, Login], door: Ami
) -> None:
    fake[0].channels.add("n1-1.0")
    for channel, kind in (("n1-1.0", Done), ("n1-1.1", Gone)):
        assert isinstance(await door.set_variable(channel, "TIMEOUT(absolute)", "10"), kind)
        assert isinstance(await door.redirect(channel, "fallback", "s"), kind)
        assert isinstance(await door.mute_recorder(channel, True, recorder="0x1"), kind)
        assert isinstance(await door.stop_recorder(channel), kind)
        assert isinstance(await door.stop_recorder(channel, "0x1"), kind)


async def test_a_refusal_is_told_with_its_reason(door: Ami) -> None:
    with pytest.raises(Refused, match="Permission denied"):
        await door._act("Command", Command="core show channels")


@given(st.text(min_size=1).filter(lambda text: not text.isprintable()))
async def test_no_value_with_a_control_character_reaches_the_line(value: str) -> None:
    door = Ami(Login("127.0.0.1", 1, "app", "secret"))
    with pytest.raises(Unsafe):
        await door.set_variable("n1-1.0", "NAME", value)
    with pytest.raises(Unsafe):
        await door.redirect(value, "fallback", "s")


async def test_without_a_connection_nothing_is_sent() -> None:
    door = Ami(Login("127.0.0.1", 1, "app", "secret"))
    with pytest.raises(Away):
        await door.set_variable("n1-1.0", "NAME", "value")
    assert not door.connected


async def test_an_action_has_its_own_time_limit(fake: tuple[FakeAmi, Login], door: Ami) -> None:
    fake[0].deaf = True
    with pytest.raises(Away, match="Setvar"):
        await door.set_variable("n1-1.0", "NAME", "value")


async def test_one_that_hangs_is_given_up_at_the_first_action_and_the_rest_need_not_wait(
    fake: tuple[FakeAmi, Login],
) -> None:
    door = Ami(fake[1], limit=0.2, watch=30)
    running = tasks.start(door.run(), name="AMI")
    await door.wait_connected()
    fake[0].deaf = True
    with pytest.raises(Away, match="Setvar"):
        await door.set_variable("n1-1.0", "NAME", "value")
    assert not door.connected
    running.cancel()
    await asyncio.wait([running])


async def test_a_login_that_is_not_answered_is_tried_on_a_new_connection(
    fake: tuple[FakeAmi, Login],
) -> None:
    fake[0].deaf = True
    door = Ami(fake[1], limit=0.1, watch=0.1)
    running = tasks.start(door.run(), name="AMI")
    await wait_until(lambda: fake[0].asked.count("Login") == 1, 3, "the first login")
    fake[0].deaf = False
    async with asyncio.timeout(5):
        await door.wait_connected()
    assert fake[0].asked.count("Login") >= 2
    running.cancel()
    await asyncio.wait([running])


async def test_a_deaf_asterisk_is_left_and_found_again(
    fake: tuple[FakeAmi, Login], door: Ami
) -> None:
    fake[0].deaf = True
    await wait_until(lambda: not door.connected, 3, "the watchdog sees it")
    fake[0].deaf = False
    async with asyncio.timeout(5):
        await door.wait_connected()
    assert fake[0].logins >= 2, "it may have tried while nobody answered"


async def test_an_action_of_a_lost_connection_fails_at_once_and_is_not_repeated(
    fake: tuple[FakeAmi, Login],
) -> None:
    door = Ami(fake[1], limit=30, watch=30)
    running = tasks.start(door.run(), name="AMI")
    await door.wait_connected()
    fake[0].deaf = True
    moving = tasks.start(door.redirect("n1-1.0", "fallback", "s"), name="redirect")
    await wait_until(lambda: "Redirect" in fake[0].asked, 3, "it is under way")
    fake[0].drop()
    outcome = await asyncio.gather(moving, return_exceptions=True)
    assert isinstance(outcome[0], Away)
    fake[0].deaf = False
    async with asyncio.timeout(5):
        await door.wait_connected()
    await door.device_states()
    assert fake[0].asked.count("Redirect") == 1
    running.cancel()
    await asyncio.wait([running])


async def test_a_cancelled_caller_stays_cancelled(fake: tuple[FakeAmi, Login], door: Ami) -> None:
    fake[0].deaf = True
    waiting = tasks.start(door.set_variable("n1-1.0", "A", "b"), name="waiting")
    await wait_until(lambda: "Setvar" in fake[0].asked, 3, "it is under way")
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()


async def test_characters_split_over_reads_arrive_whole(
    fake: tuple[FakeAmi, Login], door: Ami
) -> None:
    heard: list[Fields] = []
    door.on_event("DeviceStateChange", heard.append)
    await fake[0].tell("DeviceStateChange", in_pieces=True, Device="PJSIP/王芳", State="INUSE")
    await wait_until(lambda: bool(heard), 3, "the event arrives")
    assert heard[0]["Device"] == "PJSIP/王芳"


async def test_device_states_are_listed(fake: tuple[FakeAmi, Login], door: Ami) -> None:
    fake[0].devices = {"PJSIP/201": "NOT_INUSE", "PJSIP/202": "UNAVAILABLE"}
    assert await door.device_states() == fake[0].devices


async def test_logins_are_told_also_to_who_asks_later(
    fake: tuple[FakeAmi, Login], door: Ami
) -> None:
    told: list[int] = []
    door.on_login(lambda: told.append(1))
    assert told == [1]
    fake[0].drop()
    await wait_until(lambda: len(told) == 2, 5, "the second login")


async def test_a_refused_login_is_told_and_tried_again(
    fake: tuple[FakeAmi, Login], caplog: pytest.LogCaptureFixture
) -> None:
    login = Login(fake[1].host, fake[1].port, "app", "wrong")
    door = Ami(login)
    running = tasks.start(door.run(), name="AMI")
    await wait_until(lambda: "refuses the login" in caplog.text, 3, "the refusal is told")
    assert not door.connected
    assert "wrong" not in caplog.text and "wrong" not in repr(login)
    running.cancel()
    await asyncio.wait([running])


async def test_an_asterisk_that_comes_later_is_found() -> None:
    async with fake_ami() as (_, login):
        pass
    door = Ami(login)
    running = tasks.start(door.run(), name="AMI")
    await asyncio.sleep(0)
    assert not door.connected
    running.cancel()
    await asyncio.wait([running])
