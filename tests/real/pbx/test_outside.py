"""Customers and phones of the outside world, heard at both ends."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ari_app import tasks
from ari_app.outside.ear import Heard
from ari_app.outside.phone import BUSY, NOBODY, Manner
from ari_app.outside.world import OutsideWorld
from ari_app.pbx import events, verbs
from ari_app.pbx.phones import PhoneState
from tests.fakes.ari_contract import expect
from tests.real.app import Floor, take_call
from tests.real.bare import Bare
from tests.real.listening import level, read, tone_seconds, write_tone

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]


async def test_the_end_of_a_prompt_is_known_by_listening(
    bare: Bare, bare_world: OutsideWorld, tmp_path: Path
) -> None:
    call = await take_call(bare, bare_world)
    tone = write_tone(tmp_path / "tone.wav", 440, 2.0)
    loop = asyncio.get_running_loop()
    began = loop.time()
    listening = tasks.start(call.customer.listen_until_quiet(0.8), name="listening")
    await call.play(f"sound:{tone.with_suffix('')}")
    ended = loop.time()
    assert await listening is Heard.QUIET
    assert 1.9 <= ended - began <= 2.6
    assert 0.5 <= loop.time() - ended <= 1.4
    assert await call.customer.listen_until_quiet(start=0.5) is Heard.NOTHING
    await call.leave()
    assert await call.customer.listen_until_quiet() is Heard.ENDED
    heard = read(call.customer.heard())
    assert tone_seconds(heard, 440) == pytest.approx(2.0, abs=0.1)


async def test_a_talk_is_heard_at_both_ends(
    bare: Bare, bare_world: OutsideWorld, floor: Floor, tmp_path: Path
) -> None:
    await floor.up(bare_world, "201")
    call = await take_call(bare, bare_world)
    await call.talk("201")
    phone = await bare_world.phone("201").answered_call()
    await floor.until(PhoneState.IN_USE, "201")
    high, low = (
        write_tone(tmp_path / "high.wav", 1000, 1.0),
        write_tone(tmp_path / "low.wav", 440, 1.0),
    )
    assert await call.customer.speak(low)
    assert await phone.speak(high)
    await phone.hang_up()
    assert await call.back() == "ANSWER"
    await call.leave()
    assert tone_seconds(read(phone.heard()), 440) == pytest.approx(1.0, abs=0.1)
    assert tone_seconds(read(call.customer.heard()), 1000) == pytest.approx(1.0, abs=0.1)
    assert tone_seconds(read(call.customer.said()), 440) == pytest.approx(1.0, abs=0.1)
    await floor.until(PhoneState.FREE, "201")


async def test_phones_that_are_busy_unanswered_or_gone(
    bare: Bare, bare_world: OutsideWorld, floor: Floor
) -> None:
    await floor.up(bare_world, "202")
    phone = bare_world.phone("202")
    call = await take_call(bare, bare_world)
    phone.manner = BUSY
    await call.talk("202")
    assert await call.back() == "BUSY"
    await floor.until(PhoneState.FREE, "202")
    phone.manner = NOBODY
    await call.talk("202")
    ringing = await phone.call()
    await floor.until(PhoneState.IN_USE, "202")
    await ringing.hang_up("busy")
    assert await call.back() == "BUSY"
    await phone.unregister()
    await floor.until(PhoneState.AWAY, "202")
    await call.talk("202")
    assert await call.back() == "CHANUNAVAIL"
    phone.manner = Manner()
    await call.leave()


async def test_a_customer_who_leaves_while_it_rings_silences_the_phone(
    bare: Bare, bare_world: OutsideWorld, floor: Floor
) -> None:
    await floor.up(bare_world, "203")
    phone = bare_world.phone("203")
    phone.manner = NOBODY
    call = await take_call(bare, bare_world)
    await call.talk("203")
    ringing = await phone.call()
    await call.leave()
    await ringing.ended(5)
    phone.manner = Manner()


async def test_hold_plays_music_and_is_told_on_the_agents_channel(
    bare: Bare, bare_world: OutsideWorld, floor: Floor
) -> None:
    await floor.up(bare_world, "201")
    call = await take_call(bare, bare_world)
    await call.talk("201")
    phone = await bare_world.phone("201").answered_call()
    dial = await expect(call.inbox, events.Dial)
    call.inbox.follow(dial.peer.id)
    await bare.client.do(verbs.subscribe(bare.client.app, dial.peer.id))
    await asyncio.sleep(0.3)
    await phone.hold()
    await expect(call.inbox, events.ChannelHold)
    await asyncio.sleep(1.5)
    await phone.take_back()
    await expect(call.inbox, events.ChannelUnhold)
    await call.leave()
    await phone.ended()
    assert level(read(call.customer.heard())) > -50


async def test_a_blind_transfer_reaches_the_second_phone(
    bare: Bare, bare_world: OutsideWorld, floor: Floor, tmp_path: Path
) -> None:
    await floor.up(bare_world, "201", "204")
    call = await take_call(bare, bare_world)
    await call.talk("201")
    first = await bare_world.phone("201").answered_call()
    await first.transfer("204")
    second = await bare_world.phone("204").answered_call()
    await first.ended(5)
    await second.speak(write_tone(tmp_path / "second.wav", 1000, 1.0))
    await second.hang_up()
    assert await call.back() == "ANSWER"
    await call.leave()
    assert tone_seconds(read(call.customer.heard()), 1000) == pytest.approx(1.0, abs=0.1)


async def test_an_attended_transfer_connects_customer_and_colleague(
    bare: Bare, bare_world: OutsideWorld, floor: Floor, tmp_path: Path
) -> None:
    await floor.up(bare_world, "201", "204")
    call = await take_call(bare, bare_world)
    await call.talk("201")
    first = await bare_world.phone("201").answered_call()
    await first.hold()
    consult = await bare_world.phone("201").dial("204")
    second = await bare_world.phone("204").answered_call()
    await first.transfer_to(consult)
    await asyncio.gather(first.ended(5), consult.ended(5))
    await second.speak(write_tone(tmp_path / "second.wav", 1000, 1.0))
    await second.hang_up()
    assert await call.back() == "ANSWER"
    await call.leave()
    assert tone_seconds(read(call.customer.heard()), 1000) == pytest.approx(1.0, abs=0.1)


async def test_a_phone_that_vanishes_answers_nothing_and_comes_back(
    bare: Bare, bare_world: OutsideWorld, floor: Floor
) -> None:
    await floor.up(bare_world, "202")
    phone = bare_world.phone("202")
    call = await take_call(bare, bare_world)
    phone.vanish()
    await call.talk("202")
    with pytest.raises(TimeoutError):
        await phone.call(1)
    await call.leave()
    await phone.register()


async def test_a_caller_may_show_the_number_of_a_phone(
    bare: Bare, bare_world: OutsideWorld
) -> None:
    call = await take_call(bare, bare_world, caller="201")
    there = await bare.client.do(verbs.channel(call.channel))
    assert there and there.name.startswith("PJSIP/trunk") and there.caller.number == "201"
    assert await call.customer.sip_call_id() == await bare.client.do(
        verbs.variable(call.channel, "CHANNEL(pjsip,call-id)")
    )
    await call.leave()


async def test_a_number_that_does_not_exist_says_why(bare_world: OutsideWorld) -> None:
    end = await bare_world.customer().dial("999", "+8613800138000")
    assert end is not None and end.cause != 16


async def test_twenty_callers_at_once_each_hear_their_own_tone(
    bare: Bare, bare_world: OutsideWorld, tmp_path: Path
) -> None:
    calls = [await take_call(bare, bare_world, f"+86138001380{n:02}") for n in range(20)]
    tones = [write_tone(tmp_path / f"{n}.wav", 500 + 50 * n, 2.0) for n in range(20)]

    async def conversation(n: int) -> None:
        listening = tasks.start(calls[n].customer.listen_until_quiet(), name="listening")
        await calls[n].play(f"sound:{tones[n].with_suffix('')}")
        assert await listening is Heard.QUIET
        await calls[n].customer.press("12345")
        keys = [(await expect(calls[n].inbox, events.ChannelDtmfReceived)).digit for _ in range(5)]
        assert keys == list("12345")
        await calls[n].leave()

    await asyncio.gather(*(conversation(n) for n in range(20)))
    for n, call in enumerate(calls):
        heard = read(call.customer.heard())
        assert tone_seconds(heard, 500 + 50 * n) == pytest.approx(2.0, abs=0.2), n
        assert tone_seconds(heard, 500 + 50 * ((n + 1) % 20)) < 0.2, n
