"""First notice of loss by real calls: taken whole by the line, handed over, broken off, resumed."""

from __future__ import annotations

import asyncio
import json
from itertools import groupby

import pytest

from ari_app.calls import saying
from ari_app.demo import story
from claims_store import tasks
from tests.real import hearing
from tests.real.caller import Answer, Caller
from tests.real.house import House, until
from tests.real.talks import hear_each_other
from tests.real.together import together

pytestmark = pytest.mark.real

HOTLINE = "5550101"
PLACE = story.sound("en", "customer-place")
NARRATIVE = story.sound("en", "customer-narrative")
SAFE: dict[str, Answer] = {
    "ask-any-injury": "2",
    "ask-safe": "1",
    "confirm-phone-caller": "1",
}
WHOLE: dict[str, Answer] = SAFE | {
    "ask-policy-known": "1",
    "ask-policy": "#",
    "ask-line": "1",
    "ask-loss-day": "2",
    "ask-loss-time": "0830",
    "right-1-wrong-2": "1",
    "ask-region-code": "021#",
    "ask-place": PLACE,
    "ask-loss-kind": "1",
    "ask-narrative": NARRATIVE,
    "ask-third-party": "1",
    "ask-police": "1",
    "ask-drivable": "1",
    "ask-at-scene": "2",
    "ask-driver": "1",
    "ask-reporter-relation": "1",
    "read-back-confirm": "1",
}
DIGITS = tuple(f"digit-{digit}" for digit in range(10))


async def whole_notice(caller: Caller) -> None:
    """From the first word to the goodbye, by keys and two spoken answers."""
    await caller.dial(HOTLINE)
    await caller.starts_with("1")
    await caller.answers(WHOLE, until="report-number")
    await caller.hears("sms-sent")
    await caller.hears_whole("goodbye", limit=20)
    await caller.ended()


@together
async def test_given_a_known_customer_when_the_line_takes_his_notice_then_it_is_a_claim(
    house: House,
) -> None:
    customer, policies = await house.customer("en")
    caller = house.caller(customer.phone)
    await whole_notice(caller)
    call = await house.closed(caller)
    assert (await house.outcome(call["call_id"]), call["consent"]) == ("served", "given")
    number = call["report_number"]
    assert call["claim_number"] == number.replace("BA-", "CL-")
    assert call["report"]["policy_number"] == policies[0].number
    assert call["report"]["loss_time"].endswith("T08:30+08:00")
    assert call["report"]["loss_region"] == "310000"
    heard = hearing.all_prompts(caller.sound, hearing.pieces())
    assert [each.name for each in heard if each.at > _began(caller, "report-number")][:4] == (
        saying.number_tail(number)
    )
    await _promise_is_kept(house, call["claim_number"] or call["report_number"])


def _began(caller: Caller, name: str) -> int:
    return hearing.all_prompts(caller.sound, [name])[-1].at


async def _promise_is_kept(house: House, number: str) -> None:
    """A task with the time that was said, and the message with the number."""
    found = await house.store.run(tasks.listing, about=number)
    assert [(each.kind, each.due > each.made) for each in found] == [("handler_calls", True)]

    async def message() -> list[str]:
        texts = [file.read_text("utf-8") for file in house.settings.messages.glob("*.json")]
        return [text for text in texts if number in text]

    assert json.loads((await until(message, 10))[0])["language"] == "en"


@together
async def test_given_a_spoken_answer_when_it_is_read_back_then_he_hears_his_own_voice(
    house: House,
) -> None:
    customer, _ = await house.customer("en")
    caller = house.caller(customer.phone)
    await caller.dial(HOTLINE)
    await caller.starts_with("1")
    await caller.answers(WHOLE | {"read-back-confirm": ""}, until="read-back-confirm")
    await caller.hangs_up()
    sound = caller.sound[_began(caller, "read-back-intro") :]
    for clip in (PLACE, NARRATIVE):
        assert hearing.contains(sound, clip), f"{clip.stem} was not played back"
    spoken = caller.said_after("read-back-time", hearing.pieces(), 4)
    assert spoken[:4] == ["hour-8", "minute-30", "daypart-morning", "day-yesterday"]


@together
async def test_given_an_unknown_caller_when_he_has_no_policy_then_his_report_is_taken(
    house: House,
) -> None:
    caller = house.caller()
    await whole_notice(caller)
    call = await house.closed(caller)
    assert call["report_number"].startswith("BA-") and call["claim_number"] is None
    assert call["report"]["policy_number"] == "unknown"
    assert "plate" in call["missing"]
    await _promise_is_kept(house, call["report_number"])


@together
async def test_given_a_withheld_number_when_he_reports_then_he_is_asked_for_one(
    house: House,
) -> None:
    caller = house.caller("")
    await caller.dial(HOTLINE)
    await caller.starts_with("1")
    await caller.answers({**SAFE, "ask-phone": "13800137001#"}, until="phone-read-back")
    await caller.hears("right-1-wrong-2")
    await caller.presses("1")
    await caller.hears("ask-policy")
    await caller.hangs_up()
    call = await house.closed(caller)
    assert call["caller"] == ""
    assert call["report"]["callback_phone"] == "+8613800137001"
    assert "confirm-phone-caller" not in caller.heard_names()


@together
async def test_given_an_agent_in_the_middle_of_a_notice_then_he_sees_what_is_there(
    house: House,
) -> None:
    customer, policies = await house.customer("en")
    caller = house.caller(customer.phone)
    async with house.agent() as desk, house.signed_in(desk) as page:
        await caller.dial(desk.hotline)
        await caller.starts_with("1")
        await caller.answers(SAFE | {"ask-policy-known": "1"}, until="ask-loss-day")
        await caller.presses("0")
        offer = await page.offered()
        assert offer["caller"]["customer"]["id"] == customer.id
        assert policies[0].number in json.dumps(offer["caller"]["policies"])
        fields = offer["report"]["fields"]
        assert {name: fields[name]["value"] for name in ("any_injury", "safe_place")} == {
            "any_injury": "no", "safe_place": "yes",
        }  # fmt: skip
        leg = await desk.phone.answered_call()
        await page.talking()
        await hear_each_other(caller, leg)
        report = await page.begin_report(offer["offer"]["call_id"])
        saved = await page.type(report, "narrative", "A white taxi hit the car from behind")
        assert saved["value"] == "A white taxi hit the car from behind"
        await leg.hang_up()
        await caller.hears("report-number")
        await caller.hears_whole("goodbye")
        await caller.ended()
    call = await house.closed(caller)
    assert (call["report_number"], call["agent"]) == (report, desk.agent.name)
    assert call["report"]["narrative"] == "A white taxi hit the car from behind"
    assert await house.outcome(call["call_id"]) == "talked"


@together
async def test_given_a_call_that_broke_when_he_redials_then_it_goes_on_at_the_open_question(
    house: House,
) -> None:
    first = house.caller()
    await first.dial(HOTLINE)
    await first.starts_with("1")
    await first.answers(SAFE, until="ask-policy")
    await first.hangs_up()
    before = await house.closed(first)
    assert before["report_number"] and await house.outcome(before["call_id"]) == "hung_up"

    again = house.caller(first.number)
    await again.dial(HOTLINE)
    await again.hears_whole("resume-draft")
    await again.hears("resume-draft-keys")
    await again.presses("1")
    await again.hears_whole("ask-policy")
    await again.hangs_up()
    heard = [name for name, _ in groupby(again.heard_names())]
    assert heard[heard.index("resume-draft") :][:4] == [
        "resume-draft", "resume-draft-keys", "resume-going-on", "ask-policy"
    ]  # fmt: skip
    moment = again.said_after("resume-draft", hearing.pieces(), 4)
    # "today" comes last: some times of day are too long for it to be within these seconds.
    assert {each.split("-")[0] for each in moment} - {"day"} == {"hour", "minute", "daypart"}
    call = await house.closed(again)
    assert call["report_number"] == before["report_number"]


NUMBERS = (
    "0000000001", "1000000000", "0100200300", "0000123400", "9990001000",
    "0505050505", "00112233440", "4000400040", "0000000000", "7008009000",
)  # fmt: skip


async def _keyed(house: House, numbers: tuple[str, ...]) -> None:
    """Each is read back digit by digit, as the PBX received it."""
    caller = house.caller()
    await caller.dial(HOTLINE)
    await caller.starts_with("1")
    await caller.answers(SAFE, until="ask-policy")
    for place, number in enumerate(numbers):
        if place:
            await caller.hears("ask-policy")
        await caller.presses(f"{number}#")
        await caller.hears("policy-read-back")
        await caller.hears("right-1-wrong-2")
        assert caller.said_after("policy-read-back", DIGITS) == saying.digits(number)
        await caller.presses("2")
    await caller.hangs_up()
    await house.closed(caller)


@together
async def test_given_ten_policy_numbers_with_zeros_when_keyed_then_every_digit_arrives(
    house: House,
) -> None:
    parts = (NUMBERS[0:3], NUMBERS[3:6], NUMBERS[6:8], NUMBERS[8:10])
    await asyncio.gather(*(_keyed(house, part) for part in parts))
