"""Who gets the caller: phones that are not answered or busy, transfers, back to the queue, hold.

Whatever happens, the caller keeps his place, is never lost, and comes back to the line.
"""

from __future__ import annotations

import pytest

from ari_app.outside.phone import BUSY, NOBODY, Manner
from tests.real import plan
from tests.real.house import House
from tests.real.talks import (
    LOW,
    THIRD,
    WITH_REPORT,
    calls,
    consult,
    event,
    events,
    had,
    hear_each_other,
    is_served,
    names,
    talk,
)
from tests.real.together import together

pytestmark = pytest.mark.real

REQUEUE = "700"


@together
async def test_an_agent_who_does_not_answer_is_away_and_the_second_one_takes_the_call(
    house: House,
) -> None:
    async with house.pair() as (first, second):
        first.phone.manner = NOBODY
        caller = await calls(house, plan.pair_hotline(first.phone.number))
        call_id = await house.call_of(caller)
        before = (await event(house, call_id, "queued", 15))["at"]
        leg = await second.phone.answered_call(30)
        await hear_each_other(caller, leg)
        await house.state_of(first.agent.name, "away")
        await house.state_of(second.agent.name, "talking")
        await leg.hang_up()
        await caller.hears_whole("goodbye")
        call = await house.closed(caller)
    offered = [each["agent"] for each in call["events"] if each["event"] == "offered"]
    assert offered == [first.agent.name, second.agent.name]
    assert had(call) == [second.agent.name] == [call["agent"]]
    assert [each["status"] for each in call["events"] if each["event"] == "returned"] == [
        "NOANSWER", "ANSWER",
    ]  # fmt: skip
    assert [each["at"] for each in call["events"] if each["event"] == "queued"] == [before]
    assert plan.PAIR_RING <= call["waited_s"] < plan.PAIR_RING + 4


@together
async def test_a_busy_phone_sends_the_caller_to_the_next_agent_and_is_no_fault(
    house: House,
) -> None:
    async with house.pair() as (first, second):
        first.phone.manner = BUSY
        caller = await calls(house, plan.pair_hotline(first.phone.number))
        leg = await second.phone.answered_call(30)
        await house.state_of(first.agent.name, "ready")
        await leg.hang_up()
        await caller.hears_whole("goodbye")
        call = await house.closed(caller)
    assert [each["status"] for each in call["events"] if each["event"] == "returned"] == [
        "BUSY", "ANSWER",
    ]  # fmt: skip
    assert call["waited_s"] < 3


@together
async def test_a_blind_transfer_leads_to_the_other_agent_and_back_to_the_line(
    house: House,
) -> None:
    async with house.pair() as (first, second):
        talking = await talk(house, first, WITH_REPORT)
        await hear_each_other(talking.caller, talking.leg)
        await talking.leg.transfer(second.phone.number)
        leg = await second.phone.answered_call(15)
        await hear_each_other(talking.caller, leg, LOW, THIRD)
        await house.state_of(second.agent.name, "talking")
        await house.state_of(first.agent.name, "wrap_up", "ready")
        await leg.hang_up()
        await is_served(talking.caller)
        call = await house.closed(talking.caller)
    assert had(call) == [first.agent.name, second.agent.name]
    moved = next(each for each in call["events"] if each["event"] == "transferred")
    assert (moved["kind"], moved["to"], moved["agent"]) == (
        "blind", second.phone.number, second.agent.name,
    )  # fmt: skip
    assert await house.outcome(talking.call_id) == "talked"


@together
async def test_an_attended_transfer_connects_the_caller_with_the_colleague(house: House) -> None:
    async with house.pair() as (first, second):
        talking = await talk(house, first, WITH_REPORT)
        await hear_each_other(talking.caller, talking.leg)
        await talking.leg.hold()
        await event(house, talking.call_id, "held")
        asked, colleague = await consult(first, second)
        await talking.leg.transfer_to(asked)
        await event(house, talking.call_id, "transferred")
        await hear_each_other(talking.caller, colleague, LOW, THIRD)
        await house.state_of(second.agent.name, "talking")
        await house.state_of(first.agent.name, "wrap_up", "ready")
        await colleague.hang_up()
        await is_served(talking.caller)
        call = await house.closed(talking.caller)
    assert had(call) == [first.agent.name, second.agent.name]
    moved = next(each for each in call["events"] if each["event"] == "transferred")
    assert (moved["kind"], moved["to"]) == ("attended", second.phone.number)


@together
async def test_back_to_the_queue_keeps_the_place_and_another_agent_takes_him(
    house: House,
) -> None:
    async with house.pair() as (first, second):
        caller = await calls(house, plan.pair_hotline(first.phone.number), WITH_REPORT)
        leg = await first.phone.answered_call(30)
        call_id = await house.call_of(caller)
        await hear_each_other(caller, leg)
        await leg.transfer(REQUEUE)
        other = await second.phone.answered_call(15)
        await hear_each_other(caller, other, LOW, THIRD)
        await other.hang_up()
        await is_served(caller)
        call = await house.closed(caller)
    assert had(call) == [first.agent.name, second.agent.name]
    assert names(call, "queued", "offered", "returned") == [
        "queued", "offered", "returned", "offered", "returned",
    ]  # fmt: skip
    assert [each["status"] for each in call["events"] if each["event"] == "returned"] == [
        "TRANSFER", "ANSWER",
    ]  # fmt: skip
    assert call["talk_s"] > 1.2 and call["waited_s"] < 3
    assert await house.outcome(call_id) == "talked"


@together
async def test_a_transfer_in_vain_brings_the_caller_back_to_the_front_of_the_queue(
    house: House,
) -> None:
    async with house.pair() as (first, second):
        second.phone.manner = BUSY
        talking = await talk(house, first)
        await talking.leg.transfer(second.phone.number)
        again = await first.phone.answered_call(20)
        await hear_each_other(talking.caller, again)
        await again.hang_up()
        await talking.caller.hears_whole("goodbye")
        call = await house.closed(talking.caller)
    assert had(call) == [first.agent.name] * 2
    assert [each["status"] for each in call["events"] if each["event"] == "returned"] == [
        "BUSY", "ANSWER",
    ]  # fmt: skip


@together
async def test_hold_by_the_desk_phone_is_noted_and_the_caller_hears_music(house: House) -> None:
    async with house.agent() as desk:
        desk.phone.manner = Manner(after=0.1)
        talking = await talk(house, desk)
        await hear_each_other(talking.caller, talking.leg)
        await talking.leg.hold()
        await event(house, talking.call_id, "held")
        await talking.leg.take_back()
        await event(house, talking.call_id, "unheld")
        await hear_each_other(talking.caller, talking.leg, THIRD, LOW)
        await talking.caller.hangs_up()
        call = await house.closed(talking.caller)
    assert names(call, "answered", "held", "unheld") == ["answered", "held", "unheld"]
    assert await house.outcome(talking.call_id) == "talked"
    assert call["talk_s"] == pytest.approx(talked(call), abs=0.5)
    assert call["ended"] is not None


def talked(call: dict[str, object]) -> float:
    """Seconds from the answer to the end of the call."""
    from datetime import datetime

    shown = call["events"]
    assert isinstance(shown, list)
    answered = next(each["at"] for each in shown if each["event"] == "answered")
    ended = datetime.fromisoformat(str(call["ended"]))
    return (ended - datetime.fromisoformat(answered)).total_seconds()


@together
async def test_a_caller_who_hangs_up_while_a_transfer_rings_leaves_nothing_behind(
    house: House,
) -> None:
    async with house.pair() as (first, second):
        second.phone.manner = NOBODY
        talking = await talk(house, first)
        await talking.leg.transfer(second.phone.number)
        ringing = await second.phone.call(15)
        await talking.caller.hangs_up()
        await ringing.ended(5)
        await house.state_of(first.agent.name, "ready", limit=8)
        await house.state_of(second.agent.name, "ready", limit=8)
        await events(house, talking.call_id, "transferred", 1)
