"""Calls that we make, heard by the world outside: a notice by telephone, an agent's call from the
desk and from his phone, and a surveyor who is connected without either number being shown."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

import pytest

from ari_app import tasks
from ari_app.outside.leg import Leg
from ari_app.outside.sound import decode
from claims_store import call_orders, claims
from claims_store.call_orders import CallOrder
from tests.real import hearing, listening
from tests.real.carrier import SHOWN
from tests.real.evidence import sealed, tones
from tests.real.house import House, until
from tests.real.talks import HEARD, HIGH, LOW, hears_tone, says
from tests.real.together import together
from tests.real.voice import Voice

pytestmark = pytest.mark.real

TOLD, CALLED, REFUSES, SURVEYOR, MASKED, KILLED = (f"1370013890{n}" for n in range(1, 7))


async def picks_up(house: House, number: str) -> Voice:
    """Whoever has this number, once he has answered."""

    async def there() -> Voice | None:
        return house.carrier.people.get(number)

    found = await until(there, 20)
    assert found is not None
    return found


def heard(voice: Voice, *names: str) -> tuple[str, ...]:
    """Those of the prompts that he heard, each once, in order."""
    found = hearing.all_prompts(hearing.normal(voice.sound), names)
    return tuple(dict.fromkeys(each.name for each in found))


async def hears(voice: Voice, name: str, limit: float = 20) -> None:
    async def there() -> bool:
        return bool(heard(voice, name))

    try:
        await until(there, limit)
    except TimeoutError:
        every = heard(voice, *hearing.phrases(), *hearing.pieces())
        raise AssertionError(f"no {name} in {every}") from None


def hears_voice(voice: Voice, hertz: float) -> bool:
    sound = decode(hearing.normal(voice.sound)) / 32768
    seconds: float = listening.tone_seconds(sound, hertz, HEARD)
    return seconds > 0.5


async def a_claim(house: House) -> str:
    found = await house.store.run(claims.listing)
    return next(each.number for each in found if each.closed is None and each.report_number)


async def calls(house: House, claim: str, *words: str) -> dict[str, Any]:
    """What `claimline call` says in the end."""
    code, said = await house.claimline("call", claim, *words, "--json")
    assert said.startswith("{"), said
    found: dict[str, Any] = json.loads(said)
    assert (code == 0) == (found["outcome"] in ("answered", "heard")), said
    return found


async def connected(house: House, number: str) -> CallOrder:
    """The order by which somebody is connected with this number, once they hear each other."""

    async def there() -> CallOrder | None:
        for order in await house.store.run(call_orders.listing):
            if order.to == f"+86{number}" and order.call_id is not None:
                shown = await house.show(order.call_id)
                return order if shown["consent"] != "not_asked" else None
        return None

    found = await until(there, 20)
    assert found is not None
    return found


async def hear_each_other(leg: Leg, voice: Voice) -> None:
    voice.says(LOW, 1.0)
    await says(leg, HIGH, 1.0)

    async def both() -> bool:
        return hears_tone(leg, LOW) and hears_voice(voice, HIGH)

    await until(both, 5)


def senders(house: House, number: str) -> list[tuple[str, str]]:
    """With what number, and from whom, this one was dialled."""
    return [each[1:] for each in house.carrier.dialled if each[1].endswith(number)]


@together
async def test_a_notice_is_said_to_who_has_proved_himself(house: House) -> None:
    claim = await a_claim(house)
    calling = tasks.start(calls(house, claim, "--notice", "--to", TOLD), name="notice")
    voice = await picks_up(house, TOLD)
    await hears(voice, "out-is-it-you")
    assert not heard(voice, "status-intro", "out-ask-tail"), "nothing of the matter is said"
    voice.presses("1")
    await hears(voice, "out-ask-tail")
    voice.presses(claim[-4:])
    await hears(voice, "out-goodbye", limit=40)
    found = await calling
    assert (found["state"], found["outcome"]) == ("over", "heard")
    order = ("out-greeting", "out-is-it-you", "out-ask-tail", "status-intro", "out-goodbye")
    assert heard(voice, *order) == order
    ((number, sender),) = senders(house, TOLD)
    assert number == f"86{TOLD}" and f"sip:{SHOWN}@" in sender
    shown = await house.show(found["call_id"])
    assert (shown["direction"], shown["caller"]) == ("out", f"+86{TOLD}")
    assert shown["recording"]["tracks"] == 0, "nobody was told that he is recorded"


@together
async def test_an_agent_calls_a_customer_announced_and_recorded(house: House) -> None:
    claim = await a_claim(house)
    async with house.agent() as desk:
        words = ("--from", desk.phone.number, "--to", CALLED)
        calling = tasks.start(calls(house, claim, *words), name="agent calls")
        leg = await desk.phone.answered_call(20)
        voice = await picks_up(house, CALLED)
        await hears(voice, "connect-announce")
        await house.state_of(desk.agent.name, "away")
        await connected(house, CALLED)
        await hear_each_other(leg, voice)
        await leg.hang_up()
        found = await calling
    assert (found["state"], found["outcome"]) == ("over", "answered")
    shown = await house.show(found["call_id"])
    assert (shown["direction"], shown["agent"]) == ("out", desk.agent.name)
    assert (shown["consent"], shown["dialled"]) == ("given", SHOWN)
    record = await sealed(house, found["call_id"])
    assert record.recording.tracks == 2 and not record.recording.partial
    assert tones(record.customer, LOW) and not tones(record.customer, HIGH)
    assert tones(record.agents, HIGH) and not tones(record.agents, LOW)


@together
async def test_an_agent_dials_at_his_phone_and_the_customer_refuses_the_recording(
    house: House,
) -> None:
    async with house.agent() as desk:
        dialling = tasks.start(desk.phone.dial(f"9{REFUSES}"), name="dials")
        voice = await picks_up(house, REFUSES)
        await hears(voice, "connect-announce")
        voice.presses("9")
        await hears(voice, "connect-unrecorded")
        order = await connected(house, REFUSES)
        leg = await dialling
        await hear_each_other(leg, voice)
        await leg.hang_up()

        async def over() -> bool:
            found = await house.store.run(call_orders.get, order.key)
            return found is not None and found.state == "over"

        await until(over, 10)
    shown = await house.show(order.call_id or "")
    assert (shown["direction"], shown["consent"]) == ("out", "refused")
    assert shown["agent"] == desk.agent.name and shown["recording"]["legs"] == 0


@together
async def test_a_surveyor_is_connected_and_neither_sees_the_other_s_number(house: House) -> None:
    claim = await a_claim(house)
    words = ("--from", f"+86{SURVEYOR}", "--to", MASKED, "--masked")
    calling = tasks.start(calls(house, claim, *words), name="masked")
    surveyor = await picks_up(house, SURVEYOR)
    await hears(surveyor, "connect-offer")
    assert not senders(house, MASKED), "a machine is connected with nobody"
    surveyor.presses("1")
    customer = await picks_up(house, MASKED)
    order = await connected(house, MASKED)
    surveyor.says(HIGH, 1.0)
    customer.says(LOW, 1.0)

    async def both() -> bool:
        return hears_voice(surveyor, LOW) and hears_voice(customer, HIGH)

    await until(both, 5)
    for number in (SURVEYOR, MASKED):
        ((_, sender),) = senders(house, number)
        assert f"sip:{SHOWN}@" in sender
    await house.carrier.leaves(SURVEYOR)
    assert (await calling)["outcome"] == "answered"
    record = await sealed(house, order.call_id or "")
    assert tones(record.customer, LOW) and tones(record.agents, HIGH)
    assert record.recording.tracks == 2


@pytest.mark.asyncio(loop_scope="session")
async def test_an_app_killed_in_a_call_of_ours_leaves_nobody_in_silence(quiet: House) -> None:
    house = quiet
    claim = await a_claim(house)
    calling = tasks.start(calls(house, claim, "--notice", "--to", KILLED), name="killed")
    voice = await picks_up(house, KILLED)
    await hears(voice, "out-is-it-you")
    os.kill(house.endpoints["processes"]["app"], signal.SIGKILL)
    await hears(voice, "sorry-fault", limit=4)
    voice.sound.clear()
    await hears(voice, "out-is-it-you")
    voice.presses("2")
    await hears(voice, "out-wrong-person")
    assert (await calling)["outcome"] == "wrong_person"
