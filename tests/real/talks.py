"""Talks between callers and agents: how they begin, what each side hears, how they end."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ari_app.boot import wait_until
from ari_app.outside.leg import Leg
from ari_app.outside.phone import PhoneCall
from tests.real import listening
from tests.real.caller import Caller
from tests.real.house import Desk, House, until

PERSON = "*0"
"""At the first word: on to a person of the number's own queue, not of the emergency queue."""
WITH_REPORT = "120"
"""The same, with a report that has its first answer: nobody is hurt."""
LOW, HIGH, THIRD = 440.0, 1100.0, 1700.0
HEARD = 0.02
RING_LIMIT = 30.0


@dataclass(frozen=True, slots=True)
class Talking:
    """A caller and an agent who hear each other."""

    caller: Caller
    leg: PhoneCall
    call_id: str


async def calls(house: House, hotline: str, keys: str = PERSON, *, after: float = 0) -> Caller:
    """A caller whose keys lead to the queue of this number; he dials `after` some seconds."""
    await asyncio.sleep(after)
    caller = house.caller()
    await caller.dial(hotline)
    await caller.starts_with(keys)
    return caller


async def talk(house: House, desk: Desk, keys: str = PERSON) -> Talking:
    """A caller who is through to the agent of this desk."""
    caller = await calls(house, desk.hotline, keys)
    leg = await desk.phone.answered_call(RING_LIMIT)
    return Talking(caller, leg, await house.call_of(caller))


async def says(leg: Leg, hertz: float, seconds: float = 0.6) -> None:
    """Let a tone be heard on the other side."""
    with tempfile.TemporaryDirectory() as folder:
        await leg.speak(listening.write_tone(Path(folder, "tone.wav"), hertz, seconds))


async def both_say(one: Leg, other: Leg, hertz: float, others: float, seconds: float = 0.6) -> None:
    """Two tones that begin at the same moment."""
    with tempfile.TemporaryDirectory() as folder:
        mine = listening.write_tone(Path(folder, "one.wav"), hertz, seconds)
        yours = listening.write_tone(Path(folder, "other.wav"), others, seconds)
        await asyncio.gather(one.speak(mine), other.speak(yours))


def hears_tone(leg: Leg, hertz: float, seconds: float = 0.4) -> bool:
    heard: float = listening.tone_seconds(listening.read(leg.heard()), hertz, HEARD)
    return heard >= seconds


async def hear_each_other(
    caller: Caller, leg: Leg, low: float = LOW, high: float = HIGH, seconds: float = 0.6
) -> None:
    """Each side says its tone and the other one hears it."""
    await both_say(caller.customer, leg, low, high, seconds)
    try:
        await wait_until(
            lambda: hears_tone(leg, low) and hears_tone(caller.customer, high), 3, "hearing"
        )
    except TimeoutError:
        heard = [
            listening.tone_seconds(listening.read(each.heard()), hertz, HEARD)
            for each, hertz in ((leg, low), (caller.customer, high))
        ]
        over = (caller.customer.over, leg.over)
        raise AssertionError(f"agent and caller heard {heard} s; over: {over}") from None


async def is_served(caller: Caller) -> None:
    """The line has him again: the report's number, the goodbye, the end."""
    await caller.hears("report-number", limit=15)
    await caller.hears_whole("goodbye", limit=40)
    await caller.ended()


async def event(house: House, call_id: str, name: str, limit: float = 10) -> dict[str, Any]:
    """The newest event of this name, once there is one."""

    async def there() -> list[dict[str, Any]]:
        shown = await house.show(call_id)
        return [each for each in shown["events"] if each["event"] == name]

    try:
        return (await until(there, limit))[-1]
    except TimeoutError:
        shown = await house.show(call_id)
        raise AssertionError(f"no {name}: {[each['event'] for each in shown['events']]}") from None


async def events(house: House, call_id: str, name: str, count: int, limit: float = 10) -> None:
    """Wait until there are so many events of this name."""

    async def there() -> bool:
        shown = await house.show(call_id)
        return [each["event"] for each in shown["events"]].count(name) >= count

    await until(there, limit)


def had(call: dict[str, Any]) -> list[str]:
    """The agents who had the caller, in order."""
    return [str(each["agent"]) for each in call["events"] if each["event"] == "answered"]


def names(call: dict[str, Any], *wanted: str) -> list[str]:
    """The events of these names, in order."""
    return [each["event"] for each in call["events"] if each["event"] in wanted]


async def consult(desk: Desk, other: Desk) -> tuple[Leg, PhoneCall]:
    """The agent calls a colleague from the same phone: his own leg, and the colleague's."""
    asked, answers = await asyncio.gather(
        desk.phone.dial(other.phone.number), other.phone.answered_call(RING_LIMIT)
    )
    return asked, answers


def lasting(call: dict[str, Any], first: str, last: str) -> float:
    """Seconds between the first event of one name and the last of another."""
    from datetime import datetime

    times: Sequence[tuple[str, datetime]] = [
        (each["event"], datetime.fromisoformat(each["at"])) for each in call["events"]
    ]
    began = next(at for name, at in times if name == first)
    ended = next(at for name, at in reversed(times) if name == last)
    return (ended - began).total_seconds()
