"""AMI on the real Asterisk: what the client relies on, as the class `call` alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ari_app import tasks
from ari_app.boot import wait_until
from ari_app.outside.target import Account
from ari_app.outside.world import OutsideWorld
from ari_app.pbx import events, verbs
from ari_app.pbx.ami import Ami
from ari_app.pbx.client import Client, Server
from ari_app.pbx.errors import Refused, Unsafe
from ari_app.pbx.phones import PhoneState
from ari_app.pbx.results import Done, Gone
from ari_app.pbx.timers import arm
from tests.fakes.ari_contract import expect
from tests.real.app import Floor, take_call
from tests.real.bare import Bare
from tests.real.listening import level, read, tone_seconds, write_tone
from tests.real.sip import SipPhone

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]


async def test_a_variable_is_set_in_mid_prompt_by_the_channels_id(
    bare: Bare, bare_world: OutsideWorld
) -> None:
    call = await take_call(bare, bare_world)
    play = verbs.play(call.channel, [bare.prompt], playback=f"{call.channel}-p", lang="en")
    await bare.client.do(play)
    await expect(call.inbox, events.PlaybackStarted)
    async with asyncio.timeout(0.5):
        assert await bare.ami.set_variable(call.channel, "MOOD", "gut gelaunt ☺") == Done()
        assert await bare.client.do(verbs.variable(call.channel, "MOOD")) == "gut gelaunt ☺"
    await call.leave()
    assert isinstance(await bare.ami.set_variable(call.channel, "MOOD", "x"), Gone)


async def test_an_id_is_never_taken_for_a_longer_one(bare: Bare, bare_world: OutsideWorld) -> None:
    call = await take_call(bare, bare_world)
    shorter = call.channel[:-1]
    assert isinstance(await bare.ami.set_variable(shorter, "MOOD", "x"), Gone)
    assert isinstance(await bare.client.do(verbs.variable(shorter, "CHANNEL(state)")), Gone)
    await call.leave()


async def test_values_that_would_break_out_of_their_line_are_not_sent(bare: Bare) -> None:
    for value in ("a\r\nAction: Logoff", "a\nb", "a\0b", "a\x1b[0m"):
        with pytest.raises(Unsafe):
            await bare.ami.set_variable("any", "MOOD", value)
        with pytest.raises(Unsafe):
            await bare.ami.redirect(value, "wait", "s")
    assert bare.ami.connected


async def test_a_redirect_leaves_a_prompt_at_once(bare: Bare, bare_world: OutsideWorld) -> None:
    call = await take_call(bare, bare_world)
    play = verbs.play(call.channel, [bare.prompt], playback=f"{call.channel}-p", lang="en")
    await bare.client.do(play)
    await expect(call.inbox, events.PlaybackStarted)
    assert await bare.ami.redirect(call.channel, "wait", "s") == Done()
    await expect(call.inbox, events.StasisEnd, 0.5)
    await call.leave()
    assert isinstance(await bare.ami.redirect(call.channel, "wait", "s"), Gone)


async def test_recorders_are_muted_and_stopped_without_the_class_system(
    bare: Bare, bare_world: OutsideWorld, tmp_path: Path
) -> None:
    call = await take_call(bare, bare_world)
    await bare.client.do(verbs.continue_(call.channel, "recorded", "s"))
    recorder = await call.back()
    await bare.client.do(verbs.start_silence(call.channel))
    low = write_tone(tmp_path / "low.wav", 450, 0.5)
    high = write_tone(tmp_path / "high.wav", 1000, 0.5)
    later = write_tone(tmp_path / "later.wav", 2000, 0.5)
    await call.customer.speak(low)
    assert await bare.ami.mute_recorder(call.channel, True) == Done()
    await call.customer.speak(high)
    await asyncio.sleep(0.1)
    assert await bare.ami.mute_recorder(call.channel, False) == Done()
    await call.customer.speak(low)
    assert await bare.ami.stop_recorder(call.channel, recorder) == Done()
    await asyncio.sleep(0.2)
    await call.customer.speak(later)
    await call.leave()
    sound = read(bare.spool / "monitor" / f"{call.channel}-customer.wav")
    assert tone_seconds(sound, 450) == pytest.approx(1.0, abs=0.15)
    assert tone_seconds(sound, 1000, 0.001) < 0.1  # the edges of the other tone
    assert tone_seconds(sound, 2000) == 0
    assert level(sound) > -40
    assert isinstance(await bare.ami.stop_recorder(call.channel), Gone)


async def test_what_the_class_does_not_allow_is_refused_and_said_so(bare: Bare) -> None:
    with pytest.raises(Refused, match="Permission denied"):
        await bare.ami._act("MixMonitor", Channel="any", File="x.wav")
    with pytest.raises(Refused):
        await bare.ami._act("Command", Command="core show channels")


class Timed:
    """A caller whose timer is armed by AMI alone."""

    def __init__(self, call_id: str) -> None:
        self.call_id = call_id
        self.times = 0

    def armed(self) -> None:
        self.times += 1

    async def arm_by_http(self, seconds: int) -> None:
        raise AssertionError("AMI is there")


async def test_the_timer_fires_in_mid_prompt_unless_it_is_armed_again(
    bare: Bare, bare_world: OutsideWorld
) -> None:
    call = await take_call(bare, bare_world)
    play = verbs.play(call.channel, [bare.prompt], playback=f"{call.channel}-p", lang="en")
    await bare.client.do(play)
    loop = asyncio.get_running_loop()
    lines = [Timed(call.channel), Timed("nobody")]
    for _ in range(3):
        await arm(bare.ami, lines, 1)
        await asyncio.sleep(0.5)
    assert [line.times for line in lines] == [3, 0]
    armed = loop.time()
    await arm(bare.ami, lines, 1)
    await expect(call.inbox, events.StasisEnd, 3)
    assert 0.8 <= loop.time() - armed <= 1.5
    there = await bare.client.do(verbs.channel(call.channel))
    assert there and there.dialplan.context == "wait"
    await call.leave()


async def test_two_hundred_timers_are_armed_in_a_moment(bare: Bare) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    lines = [Timed(f"nobody-{n}") for n in range(200)]
    await arm(bare.ami, lines, 10)
    assert {line.times for line in lines} == {0}
    assert loop.time() - began < 1.0


async def test_phones_are_followed_and_found_again_after_a_break(
    bare: Bare, bare_world: OutsideWorld, floor: Floor
) -> None:
    await floor.up(bare_world, "203")
    assert "203" in floor.phones.reachable()
    assert floor.registered.count("203") >= 1
    bare.ami._wire.drop()
    assert not bare.ami.connected
    await bare_world.phone("203").unregister()
    async with asyncio.timeout(5):
        await bare.ami.wait_connected()
    await floor.until(PhoneState.AWAY, "203")
    before = floor.registered.count("203")
    await bare_world.phone("203").register()
    await floor.until(PhoneState.FREE, "203")
    assert floor.registered.count("203") == before + 1


async def test_a_wrong_secret_is_told_and_nothing_is_sent(
    bare: Bare, caplog: pytest.LogCaptureFixture
) -> None:
    login = type(bare.login)(bare.login.host, bare.login.port, "app", "wrong")
    door = Ami(login)
    running = tasks.start(door.run(), name="AMI")
    await wait_until(lambda: "AMI refuses the login" in caplog.text, 5, "the refusal is told")
    assert not door.connected
    running.cancel()
    await asyncio.wait([running])


async def test_a_wrong_password_keeps_the_client_away(bare: Bare) -> None:
    server = Server(bare.server.host, bare.server.port, bare.server.user, "wrong")
    client = Client(server, "stranger")
    running = tasks.start(client.run(), name="ARI")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await client.wait_connected()
    running.cancel()
    await asyncio.wait([running])


async def test_a_phone_that_registers_from_a_new_address_is_told(
    bare: Bare, bare_world: OutsideWorld, floor: Floor
) -> None:
    await floor.up(bare_world, "204")
    account = next(phone for phone in bare.target.phones if phone.number == "204")
    other = await SipPhone(bare.target, account).open()
    before = floor.registered.count("204")
    assert await other.register() == 200
    await wait_until(lambda: floor.registered.count("204") > before, 5, "it is told")
    assert await other.register() == 200
    assert await other.register(expires=0) == 200
    other.close()
    await bare_world.phone("204").unregister()
    await floor.until(PhoneState.AWAY, "204")


async def test_a_phone_with_a_wrong_password_is_not_let_in(bare: Bare) -> None:
    stranger = await SipPhone(bare.target, Account("204", "wrong", "204")).open()
    assert await stranger.register() in (401, 403)
    unknown = await SipPhone(bare.target, Account("999", "wrong", "999")).open()
    assert await unknown.register() in (401, 403, 404)
    stranger.close()
    unknown.close()
