"""Recordings as evidence: each side on its own track, aligned, whole, and nobody's who refused.

The recorder on the customer's channel loses every second agent when the numbers of the RTP packets
jump back; here they do.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from pathlib import Path

import pytest

from ari_app.outside.phone import PhoneCall
from tests.real import plan
from tests.real.bent import numbered
from tests.real.caller import Caller
from tests.real.evidence import GAP_S, between, files, kept_aside, recorders, sealed, tones
from tests.real.house import House
from tests.real.talks import (
    HIGH,
    LOW,
    PERSON,
    THIRD,
    both_say,
    calls,
    consult,
    event,
    hear_each_other,
    lasting,
    says,
    talk,
)
from tests.real.together import together

pytestmark = pytest.mark.real


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


REFUSES = f"9{PERSON}"
ALIGNED_S = 0.041
FOURTH = 2300.0
SECRET, AROUND = 1000.0, 2000.0


@together
async def test_the_second_agent_is_on_tape_though_his_packets_are_numbered_behind(
    house: House,
) -> None:
    """First agent, by transfer the second, back to the queue, and the first again."""
    async with house.pair() as (first, second):
        async with numbered(first.phone, 20_000) as early, numbered(second.phone, 100) as late:
            caller = await calls(house, plan.pair_hotline(first.phone.number))
            leg = await first.phone.answered_call(30)
            await say_twice(caller, leg, HIGH)
            await leg.transfer(second.phone.number)
            leg = await second.phone.answered_call(15)
            await say_twice(caller, leg, THIRD)
            await leg.transfer("700")
            leg = await first.phone.answered_call(15)
            await say_twice(caller, leg, FOURTH)
            assert (late.sent[0] - early.sent[0]) % 65536 > 32768, "not behind"
            call_id = await house.call_of(caller)
            await leg.hang_up()
            await caller.hears_whole("goodbye")
            await house.closed(caller)
    found = await sealed(house, call_id)
    said = tones(found.customer, LOW)
    answers = [tones(found.agents, hertz) for hertz in (HIGH, THIRD, FOURTH)]
    assert [len(each) for each in answers] == [2, 2, 2], answers
    assert len(said) == 6
    for place, answer in enumerate(answers):
        apart = [
            abs(his[0] - mine[0]) for his, mine in zip(said[2 * place :], answer, strict=False)
        ]
        assert min(apart) <= ALIGNED_S, apart  # one of the two may have begun late in this process
    assert (found.recording.tracks, found.recording.legs, found.recording.partial) == (2, 3, False)


async def say_twice(caller: Caller, leg: PhoneCall, hertz: float) -> None:
    for _ in range(2):
        await both_say(caller.customer, leg, LOW, hertz)
        await asyncio.sleep(2 * GAP_S)


@together
async def test_a_sealed_recording_is_whole_hashed_and_the_only_one(house: House) -> None:
    async with house.agent() as desk:
        talking = await talk(house, desk)
        await hear_each_other(talking.caller, talking.leg)
        assert {path.stat().st_mode & 0o077 for path in recorders(house, talking.call_id)} == {0}
        await talking.leg.hang_up()
        await talking.caller.hears_whole("goodbye")
        call = await house.closed(talking.caller)
    found = await sealed(house, talking.call_id)
    recorded = lasting(call, "consent", "queued") + lasting(call, "offered", "returned")
    assert found.recording.seconds == pytest.approx(recorded, abs=max(0.3, 0.01 * recorded))
    assert abs(tones(found.customer, LOW)[0][0] - tones(found.agents, HIGH)[0][0]) <= ALIGNED_S
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder, "export.wav")
        code, said = await house.claimline("recordings", "export", talking.call_id, str(wav))
        assert code == 0, said
        assert sha256(wav) == found.recording.sha256
    assert [path.name for path in files(house, talking.call_id) if path.suffix == ".wav"] == []
    assert not found.recording.partial
    assert (house.settings.recordings / str(found.recording.file)).stat().st_mode & 0o077 == 0


@together
async def test_a_recording_that_was_cut_is_called_partial(house: House) -> None:
    async with house.agent() as desk:
        talking = await talk(house, desk)
        await says(talking.caller.customer, LOW, 4)
        await talking.leg.hang_up()
        await talking.caller.hears("goodbye")
        cut = next(p for p in recorders(house, talking.call_id) if "talk1-customer" in p.name)
        with cut.open("r+b") as file:
            file.truncate(cut.stat().st_size // 3)
        await talking.caller.ended()
    assert (await sealed(house, talking.call_id)).recording.partial


@together
async def test_who_refuses_is_not_recorded_whatever_happens_to_the_call(house: House) -> None:
    """With a hold, a consultation and an attended transfer: not a byte of sound."""
    async with house.pair() as (first, second):
        talking = await talk(house, first, REFUSES)
        await hear_each_other(talking.caller, talking.leg)
        asked, colleague = await consult(first, second)
        await both_say(asked, colleague, THIRD, FOURTH)
        assert files(house, talking.call_id) == []
        await talking.leg.transfer_to(asked)
        await event(house, talking.call_id, "transferred")
        await hear_each_other(talking.caller, colleague, LOW, AROUND)
        assert files(house, talking.call_id) == []
        await colleague.hang_up()
        await talking.caller.hears_whole("goodbye")
        call = await house.closed(talking.caller)
    assert call["consent"] == "refused"
    assert files(house, talking.call_id) == []
    assert call["recording"]["legs"] == 0


@together
async def test_of_a_consultation_only_what_the_customer_shares_is_kept(house: House) -> None:
    async with house.pair() as (first, second):
        talking = await talk(house, first)
        await hear_each_other(talking.caller, talking.leg)
        await talking.leg.hold()
        asked, colleague = await consult(first, second)
        await both_say(asked, colleague, THIRD, FOURTH, 1.0)
        await talking.leg.transfer_to(asked)
        await event(house, talking.call_id, "transferred")
        await hear_each_other(talking.caller, colleague, LOW, AROUND)
        await colleague.hang_up()
        await talking.caller.hears_whole("goodbye")
        await house.closed(talking.caller)
        found = await sealed(house, talking.call_id)
        asked, colleague = await consult(first, second)
        await both_say(asked, colleague, THIRD, FOURTH)
        await asked.hang_up()
        await colleague.ended()
    assert files(house, talking.call_id) == [house.settings.recordings / str(found.recording.file)]
    for track in (found.customer, found.agents):
        assert tones(track, THIRD) == [] and tones(track, FOURTH) == []
    said, answer = tones(found.customer, LOW), tones(found.agents, AROUND)
    assert (len(said), len(tones(found.agents, HIGH)), len(answer)) == (2, 1, 1)
    assert abs(said[1][0] - answer[0][0]) <= ALIGNED_S


@together
async def test_a_pause_silences_every_recorder_also_of_who_joins_in_it(house: House) -> None:
    """Before, in and after a pause both sides say a tone; then again over a transfer."""
    async with house.pair() as (first, second):
        talking = await talk(house, first)
        customer = talking.caller.customer
        async with house.signed_in(first) as desk, house.signed_in(second) as other:
            path = f"/api/calls/{talking.call_id}/recording/pause"
            await hear_each_other(talking.caller, talking.leg, AROUND, AROUND)
            await desk.post(path, {"on": True})
            await both_say(customer, talking.leg, SECRET, SECRET, 1.0)
            await desk.post(path, {"on": False})
            await both_say(customer, talking.leg, AROUND, AROUND)
            await desk.post(path, {"on": True})
            await talking.leg.transfer(second.phone.number)
            leg = await second.phone.answered_call(15)
            await hear_each_other(talking.caller, leg, SECRET, SECRET, 1.0)
            await house.state_of(second.agent.name, "talking")
            await other.post(path, {"on": False})
            await both_say(customer, leg, AROUND, AROUND)
        await leg.hang_up()
        await talking.caller.hears("goodbye")
        with tempfile.TemporaryDirectory() as folder:
            plain = kept_aside(house, talking.call_id, Path(folder))
        await talking.caller.ended()
        call = await house.closed(talking.caller)
    talks = {name: each for name, each in plain.items() if "-talk" in name}
    assert len(talks) == 6, sorted(talks)
    for name, track in talks.items():
        spans = tones(track, AROUND)
        assert len(spans) == (2 if "talk1" in name else 1), (name, spans)
        quiet_from = spans[0][1] if "talk1" in name else 0.0
        assert between(track, quiet_from, spans[-1][0]) < -60, name
    found = await sealed(house, talking.call_id)
    for track in (found.customer, found.agents):
        spans = tones(track, AROUND)
        assert len(spans) == 3, spans
        for before, after in zip(spans, spans[1:], strict=False):
            assert between(track, before[1], after[0]) < -60
    noted = [each["event"] for each in call["events"] if "recording_" in each["event"]]
    assert noted == ["recording_paused", "recording_resumed"] * 2
