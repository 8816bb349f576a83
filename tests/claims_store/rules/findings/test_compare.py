"""What the recording says about a typed value: one conversation a rule."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from claims_store.rules.completeness import Context
from claims_store.rules.findings import Finding, Spoken, Word, compare

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 24, 9, 40, tzinfo=ZONE)


def talk(*lines: str) -> list[Spoken]:
    """Lines "A: question" and "C: answer", four seconds each."""
    return [
        Spoken("agent" if line[0] == "A" else "customer", 4.0 * i, 4.0 * i + 3, line[3:])
        for i, line in enumerate(lines)
    ]


def finding(
    field: str,
    typed: str,
    *lines: str,
    language: str = "en",
    line: str = "motor",
    asked: Collection[str] = (),
) -> Finding:
    ctx = Context(AT, ZONE, None, language)
    (found,) = compare(line, {field: typed}, talk(*lines), set(asked), ctx)
    return found


def test_what_was_typed_is_kept_and_what_was_heard_has_its_second() -> None:
    found = finding("any_injury", "no", "A: Is anyone hurt?", "C: No, nobody.")
    assert found == Finding("any_injury", "no", "no", "confirmed", 4.0)


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ("+8613800138000", "confirmed"),
        ("+8613800138001", "check"),  # one digit may be the recogniser's
        ("+8613800183000", "heard_otherwise"),  # two swapped: another value
        ("+8613800133800", "check"),  # only repeated digits differ
    ],
)
def test_a_number_is_laid_whole_beside_what_was_said(typed: str, state: str) -> None:
    lines = (
        "A: Which number can we call you on?",
        "C: It's 138 0013",
        "A: yes",
        "C: eight triple oh.",
    )
    assert finding("callback_phone", typed, *lines).state == state


@pytest.mark.parametrize(
    "said",
    [
        "1380013800",
        "13800013800 0",
        "one three eight double oh one three eight double oh oh",
        "138 0013 8000 I think",
    ],
)
def test_a_digit_that_was_dropped_or_doubled_is_never_a_contradiction(said: str) -> None:
    found = finding("callback_phone", "+8613800138000", "A: Your phone number?", f"C: {said}")
    assert found.state in ("confirmed", "check")


def test_two_swapped_digits_are_heard_otherwise() -> None:
    found = finding("policy_number", "620158843", "A: The policy number?", "C: 620158834")
    assert (found.state, found.heard) == ("heard_otherwise", "620158834")


def test_a_number_given_in_answer_to_something_else_confirms() -> None:
    lines = ("A: Anything else?", "C: You can call me on 138 0013 8000.")
    assert finding("callback_phone", "+8613800138000", *lines).state == "confirmed"


def test_the_other_party_s_number_does_not_contradict_the_caller_s() -> None:
    lines = ("A: Do you have their phone number?", "C: Yes, 139 0013 9111.")
    assert finding("callback_phone", "+8613800138000", *lines).state == "not_asked"
    assert finding("other_phone", "+8613900139111", *lines).state == "confirmed"


def test_an_agreed_read_back_confirms_what_the_customer_did_not_say() -> None:
    lines = ("A: So we call you on 138 0013 8000, right?", "C: Yes, that's right.")
    assert finding("callback_phone", "+8613800138000", *lines).state == "confirmed"


def test_a_read_back_of_another_number_that_is_agreed_to_contradicts() -> None:
    lines = ("A: Your phone number is 139 0013 9111, right?", "C: Yes.")
    assert finding("callback_phone", "+8613800138000", *lines).state == "heard_otherwise"


def test_a_read_back_nobody_agreed_to_is_no_witness() -> None:
    lines = ("A: Your phone number is 138 0013 8000?", "C: No, it is not.")
    assert finding("callback_phone", "+8613800138000", *lines).state == "not_heard"


def test_when_customer_and_agreed_read_back_disagree_a_person_listens() -> None:
    lines = (
        "A: Your phone number?",
        "C: 139 0013 9111.",
        "A: So that is 138 0013 8000.",
        "C: Yes.",
    )
    assert finding("callback_phone", "+8613800138000", *lines).state == "check"


def test_a_badly_heard_value_is_only_to_check() -> None:
    words = tuple(
        Word(text, 4 + i / 2, 4.5 + i / 2, 0.2) for i, text in enumerate("620 158 834".split())
    )
    said = [
        Spoken("agent", 0, 3, "What is the policy number?"),
        Spoken("customer", 4, 8, "620 158 834", words),
    ]
    ctx = Context(AT, ZONE, None, "en")
    assert compare("motor", {"policy_number": "620158834"}, said, set(), ctx)[0].state == "check"
    assert compare("motor", {"policy_number": "777158888"}, said, set(), ctx)[0].state == "check"


def test_the_second_is_that_of_the_words_and_not_of_the_turn() -> None:
    words = tuple(
        Word(text, 10.0 + i, 10.5 + i) for i, text in enumerate("well it is 620 158 834".split())
    )
    said = [Spoken("customer", 10, 16, "Well, it is 620 158 834.", words)]
    found = compare(
        "motor", {"policy_number": "620158834"}, said, set(), Context(AT, ZONE, None, "en")
    )
    assert found[0].at_s == 13.0


@pytest.mark.parametrize(
    ("typed", "said", "language", "state"),
    [
        ("沪AD82K7", "沪A，D 八二 K 七", "zh", "confirmed"),
        ("沪AD82K7", "户A D82K7", "zh", "confirmed"),
        ("浙AD82K7", "沪A D82K7", "zh", "check"),
        ("沪AD28K7", "沪A D82K7", "zh", "heard_otherwise"),
        ("京C55123", "Beijing, C, five five one two three.", "en", "confirmed"),
        ("京C55132", "Beijing C55123", "en", "heard_otherwise"),
        ("京C55123", "I don't know.", "en", "not_heard"),
    ],
)
def test_plates(typed: str, said: str, language: str, state: str) -> None:
    ask = (
        "A: 对方的车牌是多少？"
        if language == "zh"
        else "A: What is the number plate of the other car?"
    )
    assert finding("other_plate", typed, ask, f"C: {said}", language=language).state == state


@pytest.mark.parametrize(
    ("typed", "said", "state"),
    [
        ("2026-11-23T08:30", "Yesterday, at eight thirty in the morning.", "confirmed"),
        ("2026-11-23T08:30", "yesterday morning at 8.30", "confirmed"),
        ("2026-11-23T08:00", "Yesterday, at eight thirty in the morning.", "heard_otherwise"),
        ("2026-11-22T08:30", "Yesterday, at eight thirty in the morning.", "heard_otherwise"),
        (
            "2026-11-23T20:30",
            "Yesterday at half past eight.",
            "confirmed",
        ),  # either half of the day
        ("2026-11-24T08:30", "At half past eight.", "confirmed"),  # nobody names today
        ("2026-11-20T08:30", "At half past eight.", "check"),
        ("2026-11-23T08:10", "Yesterday at eight.", "check"),  # rounded, or the minutes were lost
        ("2026-11-23T08:45", "Yesterday morning at about half past eight", "check"),
        ("2026-11-23T08:30", "Yesterday.", "check"),
        ("2026-11-23T08:30", "Last Friday.", "heard_otherwise"),
        ("2026-11-24T09:10", "Half an hour ago.", "confirmed"),
        ("2026-11-24T09:15", "Half an hour ago.", "confirmed"),
        ("2026-11-24T06:10", "Half an hour ago.", "heard_otherwise"),
        ("2026-11-24T09:35", "It just happened.", "check"),
        ("2026-11-23T08:30", "I really cannot say.", "not_heard"),
    ],
)
def test_times_are_seen_from_the_start_of_the_call(typed: str, said: str, state: str) -> None:
    found = finding("loss_time", f"{typed}+08:00", "A: When did the accident happen?", f"C: {said}")
    assert found.state == state


def test_a_day_named_earlier_in_the_call_counts_for_the_time() -> None:
    lines = (
        "C: I had an accident yesterday.",
        "A: At what time did it happen? When was it?",
        "C: Half past eight.",
    )
    assert finding("loss_time", "2026-11-23T08:30+08:00", *lines).state == "confirmed"


def test_a_time_told_unasked_with_its_day_confirms() -> None:
    lines = ("A: How can I help?", "C: Yesterday at 8:30 in the morning somebody hit my car.")
    assert finding("loss_time", "2026-11-23T08:30+08:00", *lines).state == "confirmed"
    assert finding("loss_time", "2026-11-23T09:30+08:00", *lines).state == "not_asked"


def test_a_time_read_back_and_agreed_to_confirms() -> None:
    lines = ("A: So yesterday at half past eight in the morning?", "C: Yes, correct.")
    assert finding("loss_time", "2026-11-23T08:30+08:00", *lines).state == "confirmed"


def test_a_bare_day_is_compared_as_a_day() -> None:
    lines = ("A: When did it happen?", "C: Yesterday.")
    assert finding("loss_time", "2026-11-23", *lines).state == "confirmed"
    assert finding("loss_time", "2026-11-21", *lines).state == "heard_otherwise"
    assert finding("loss_time", "soon", *lines).state == "not_heard"


@pytest.mark.parametrize(
    ("field", "typed", "ask", "said", "language", "state"),
    [
        ("drivable", "yes", "车还能开吗？", "能开。", "zh", "confirmed"),
        ("drivable", "no", "车还能开吗？", "能开。", "zh", "heard_otherwise"),
        ("drivable", "no", "车还能开吗", "开不了", "zh", "confirmed"),
        (
            "drivable",
            "yes",
            "Can the car be driven?",
            "No, it won't start.",
            "en",
            "heard_otherwise",
        ),
        (
            "police_informed",
            "yes",
            "Have the police been informed?",
            "Yes, I have called the police.",
            "en",
            "confirmed",
        ),
        ("police_informed", "no", "报警了吗？", "是的，已经报警了。", "zh", "heard_otherwise"),
        ("any_injury", "no", "没有人受伤吧？", "对。", "zh", "check"),  # the question leaned
        ("any_injury", "no", "没有人受伤吧？", "没有人受伤。", "zh", "confirmed"),
        ("any_injury", "no", "有没有人受伤？", "没有。", "zh", "confirmed"),
        ("any_injury", "no", "Is anyone hurt?", "I don't know.", "en", "check"),
        ("any_injury", "unknown", "Is anyone hurt?", "I don't know.", "en", "confirmed"),
        (
            "at_scene",
            "yes",
            "Are you still at the scene?",
            "No, I went home.",
            "en",
            "heard_otherwise",
        ),
        ("at_scene", "yes", "Are you still at the scene?", "The blue one.", "en", "not_heard"),
    ],
)
def test_yes_and_no_belong_to_the_question_before(
    field: str, typed: str, ask: str, said: str, language: str, state: str
) -> None:
    assert finding(field, typed, f"A: {ask}", f"C: {said}", language=language).state == state


def test_an_answer_after_a_filler_is_still_the_answer() -> None:
    lines = ("A: Is anyone hurt?", "C: Erm hold on", "C: no, nobody")
    assert finding("any_injury", "no", *lines).state == "confirmed"


def test_what_was_told_unasked_confirms_a_yes_or_no() -> None:
    lines = ("A: How can I help?", "C: I had a crash, the car won't start.")
    assert finding("drivable", "no", *lines).state == "confirmed"
    assert finding("drivable", "yes", *lines).state == "not_asked"


def test_when_an_answer_changes_between_two_askings_a_person_listens() -> None:
    lines = (
        "A: Is anyone hurt?",
        "C: No.",
        "A: Really nobody? Is anyone hurt?",
        "C: Yes, my wife is.",
    )
    assert finding("any_injury", "no", *lines).state == "check"


@pytest.mark.parametrize(
    ("typed", "said", "state"),
    [
        ("rear_end", "被追尾了", "confirmed"),
        ("collision", "被追尾了", "confirmed"),  # a rear-end is a collision
        ("rear_end", "撞了", "check"),
        ("theft", "被追尾了", "heard_otherwise"),
        ("glass", "玻璃碎了，车也被偷了", "confirmed"),
        ("fire", "玻璃碎了，车也被偷了", "check"),
        ("fire", "不知道", "not_heard"),
    ],
)
def test_choices(typed: str, said: str, state: str) -> None:
    assert (
        finding("loss_kind", typed, "A: 是什么事故？", f"C: {said}", language="zh").state == state
    )


def test_a_kind_told_in_the_narrative_confirms() -> None:
    lines = ("A: 您好。", "C: 我在等红灯，后面的车追尾了。")
    assert finding("loss_kind", "rear_end", *lines, language="zh").state == "confirmed"


@pytest.mark.parametrize(
    ("typed", "said", "state"),
    [
        ("insured", "Yes, I am.", "confirmed"),
        ("insured", "No.", "heard_otherwise"),
        ("insured", "No, I am his wife.", "heard_otherwise"),
        ("family", "No, I am his wife.", "confirmed"),
        ("family", "Yes.", "heard_otherwise"),
    ],
)
def test_who_calls_is_answered_to_a_question(typed: str, said: str, state: str) -> None:
    assert (
        finding("reporter_relation", typed, "A: Are you the insured?", f"C: {said}").state == state
    )


def test_a_wife_who_is_hurt_is_not_the_one_who_calls() -> None:
    lines = ("A: Is anyone hurt?", "C: Yes, my wife is hurt.")
    assert finding("reporter_relation", "family", *lines).state == "not_asked"


@pytest.mark.parametrize(
    ("typed", "said", "state"),
    [
        ("330106", "杭州西湖区文三路。", "confirmed"),
        ("330106", "在西湖区。", "confirmed"),
        ("330106", "杭州。", "check"),
        ("330106", "在上海南京东路。", "heard_otherwise"),
        ("310000", "在上海南京东路。", "confirmed"),
        ("330106", "在路上。", "not_heard"),
    ],
)
def test_regions(typed: str, said: str, state: str) -> None:
    assert (
        finding("loss_region", typed, "A: 在哪个城市？", f"C: {said}", language="zh").state == state
    )


@pytest.mark.parametrize(
    ("typed", "said", "state"),
    [
        ("3200.00", "大概三千二百块。", "confirmed"),
        ("3200.00", "三千二百万吧", "check"),  # a unit gained on the way
        ("3200.00", "五千块", "heard_otherwise"),
        ("3200.00", "三千到五千", "check"),
        ("3200.00", "不知道", "not_heard"),
        ("much", "五千块", "not_heard"),
    ],
)
def test_amounts(typed: str, said: str, state: str) -> None:
    ask = "A: 损失大概多少？"
    assert finding("estimate", typed, ask, f"C: {said}", language="zh").state == state


def test_free_text_shares_words_or_asks_for_a_listen() -> None:
    lines = (
        "A: What happened?",
        "C: I had stopped at a red light, and a white taxi hit my car from behind.",
    )
    assert (
        finding("narrative", "white taxi hit from behind at red light", *lines).state == "confirmed"
    )
    assert (
        finding("narrative", "taxi reversed out of the garage into the fence", *lines).state
        == "check"
    )
    assert finding("narrative", "the of and", *lines).state == "not_heard"
    assert finding("damaged_parts", "left front door", *lines).state == "not_asked"


def test_names_are_near_unless_they_were_said_as_typed() -> None:
    lines = ("A: And who was driving your car?", "C: It was my husband, Ryan Green.")
    assert finding("driver_name", "Ryan Green", *lines).state == "confirmed"
    assert finding("driver_name", "Brian Greene", *lines).state == "check"
    assert (
        finding(
            "driver_name", "李红霞", "A: 当时是谁开车？", "C: 我爱人,李宏侠。", language="zh"
        ).state
        == "check"
    )


def test_asked_and_nothing_heard_differs_from_never_asked() -> None:
    lines = ("A: Hello.", "C: Hello.")
    assert finding("at_scene", "yes", *lines).state == "not_asked"
    assert finding("at_scene", "yes", *lines, asked={"at_scene"}).state == "not_heard"
    found = finding("at_scene", "yes", "A: Are you still at the scene?", "A: Hello?")
    assert (found.state, found.at_s) == ("not_heard", 0.0)


def test_recorded_answers_and_foreign_fields_have_no_finding() -> None:
    ctx = Context(AT, ZONE, None, "en")
    assert compare("motor", {"narrative": "", "no_such_field": "x"}, [], set(), ctx) == []


def test_findings_come_in_the_order_of_asking() -> None:
    ctx = Context(AT, ZONE, None, "en")
    found = compare(
        "motor", {"at_scene": "yes", "any_injury": "no", "plate": "沪A12345"}, [], set(), ctx
    )
    assert [each.field for each in found] == ["any_injury", "plate", "at_scene"]


def test_another_line_of_business_is_heard_by_its_own_questions() -> None:
    lines = ("A: How many hours late was it?", "C: About four hours.")
    assert finding("hours_late", "4", *lines, line="travel").state == "confirmed"
    lines = ("A: 哪天入院的？", "C: 昨天。")
    assert (
        finding("admitted", "2026-11-23", *lines, line="health", language="zh").state == "confirmed"
    )
    assert (
        finding("admitted", "2026-11-20", *lines, line="health", language="zh").state
        == "heard_otherwise"
    )


@pytest.mark.parametrize(("pause", "state"), [(0.1, "confirmed"), (1.0, "not_asked")])
def test_a_sentence_that_the_recogniser_cut_in_two_is_whole_again(pause: float, state: str) -> None:
    segments = [
        Spoken("customer", 1, 4, "I had stopped at a red light and another"),
        Spoken("customer", 4 + pause, 6, "car hit me from behind."),
    ]
    ctx = Context(AT, ZONE, None, "en")
    (found,) = compare("motor", {"third_party": "yes"}, segments, set(), ctx)
    assert found.state == state
