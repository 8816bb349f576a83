"""The first words of a call: who is hurt, what is recorded, and that nothing else is."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import datetime
from pathlib import Path

import pytest

from claims_store import recordings
from tests.real import hearing, listening, plan
from tests.real.calls.test_journeys_notice import SAFE
from tests.real.house import House, until
from tests.real.talks import hear_each_other
from tests.real.together import together

pytestmark = pytest.mark.real

HOTLINE = "5550101"
SHORT_S = 3.0
"""Seconds that an announcement before an emergency's ringing may take."""


@together
async def test_given_refusal_when_he_reports_and_talks_then_nothing_is_recorded(
    house: House,
) -> None:
    caller = house.caller()
    async with house.agent() as desk:
        await caller.dial(desk.hotline)
        await caller.hears("recording-notice")
        await caller.presses("9")
        await caller.hears("recording-refused")
        await caller.hears("menu-main")
        await caller.presses("1")
        await caller.answers(SAFE, until="ask-policy")
        await caller.presses("*0")
        leg = await desk.phone.answered_call()
        await hear_each_other(caller, leg)
        await leg.hang_up()
        await caller.hears("goodbye")
        await caller.ended()
    call = await house.closed(caller)
    assert (call["consent"], call["agent"]) == ("refused", desk.agent.name)
    assert call["report"]["any_injury"] == "no"
    assert await house.store.run(recordings.segments, call["call_id"]) == []
    assert call["recording"]["legs"] == 0 and not call["recording"]["sealed"]
    assert list(house.settings.state.rglob(f"*{call['call_id']}*")) == []


@together
async def test_given_a_call_when_it_begins_then_nothing_is_recorded_before_the_announcement_ended(
    house: House,
) -> None:
    caller = house.caller()
    await caller.dial(HOTLINE)
    with tempfile.TemporaryDirectory() as folder:
        early = listening.write_tone(Path(folder, "early.wav"), 440, 2)
        late = listening.write_tone(Path(folder, "late.wav"), 1100, 1)
        await caller.customer.speak(early)
        await caller.hears("menu-main")
        await caller.customer.speak(late)
        await asyncio.sleep(0.3)  # the last packets are on their way
        await caller.hangs_up()
        heard = caller.heard()
        assert [each.name for each in heard[:3]] == ["emergency", "greeting", "recording-notice"]
        assert heard[0].seconds < 3
        call = await house.closed(caller)
        await _sealed(house, call["call_id"])
        wav = Path(folder, "call.wav")
        code, said = await house.claimline("recordings", "export", call["call_id"], str(wav))
        assert code == 0, said
        customer = listening.read_side(wav, 0)
    assert listening.tone_seconds(customer, 1100) > 0.7
    assert listening.tone_seconds(customer, 440) == 0
    consent = next(event for event in call["events"] if event["event"] == "consent")
    rows = await house.store.run(recordings.segments, call["call_id"])
    assert min(row.began for row in rows) >= datetime.fromisoformat(consent["at"])


async def _sealed(house: House, call_id: str) -> None:
    async def there() -> bool:
        return bool((await house.show(call_id))["recording"]["sealed"])

    await until(there, 20)


@together
async def test_given_an_emergency_when_zero_is_pressed_then_a_phone_rings_after_a_short_notice(
    house: House,
) -> None:
    caller = house.caller()
    async with house.desk(plan.EMERGENCY) as desk:
        await caller.dial(HOTLINE)
        await caller.hears("emergency")
        await caller.presses("0")
        pressed = asyncio.get_running_loop().time()
        leg = await desk.phone.call()
        waited = asyncio.get_running_loop().time() - pressed
        await leg.settled.wait()
        await caller.hangs_up()
        await leg.ended()
    heard = caller.heard_names()
    assert heard[0] == "emergency"
    assert heard[heard.index("recording-short") - 1] in ("emergency", "greeting")
    assert not {"recording-notice", "menu-main"} & set(heard)
    assert hearing.length("recording-short", "en") / 8000 <= SHORT_S
    assert waited <= SHORT_S + 1, f"{waited:.1f} s"
    call = await house.closed(caller)
    assert (call["queue"], call["rule"]["name"]) == ("urgent", "emergency")
