"""What may be answered, whom an answer concerns, and what makes a customer unhappy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.rules.complaint_words import found
from claims_store.rules.feedback import (
    DEPARTMENTS,
    QUESTIONS,
    STAGES,
    BadScore,
    check,
    read_answer,
    to_look_at,
    unhappy,
)
from claims_store.rules.stages import MOVES
from routing.names import FOLLOW_UP_QUESTIONS

pytestmark = pytest.mark.unit


def test_every_row_leads_somewhere() -> None:
    assert {each.department for each in QUESTIONS.values()} <= set(DEPARTMENTS)
    assert set(STAGES) <= set(MOVES)
    assert set(STAGES.values()) <= set(QUESTIONS)
    assert all("ask_feedback" in MOVES[event].follows for event in STAGES)
    assert set(FOLLOW_UP_QUESTIONS) - {"remark"} <= set(QUESTIONS)


@given(st.sampled_from(sorted(QUESTIONS)), st.integers(-3, 14))
def test_only_answers_of_the_scale_are_taken(name: str, score: int) -> None:
    question = QUESTIONS[name]
    if question.least <= score <= question.most:
        check({name: score})
        assert read_answer(str(score), name) == (score, "")
    else:
        with pytest.raises(BadScore):
            check({name: score})
        assert read_answer(str(score), name) is None


def test_a_question_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadScore):
        check({"weather": 3})
    with pytest.raises(BadScore):
        check({"speed": True})


@given(st.sampled_from([name for name, each in QUESTIONS.items() if each.most == 5]))
def test_one_and_two_of_five_are_unhappy_anywhere(name: str) -> None:
    assert [bool(unhappy({name: score})) for score in range(1, 6)] == [True, True] + [False] * 3
    looked_at = [bool(to_look_at({name: score}, False)) for score in range(1, 6)]
    assert looked_at == [True, True, True, False, False]


def test_what_concerns_whom() -> None:
    assert to_look_at({"speed": 2, "staff": 5, "received": 1}, False) == ("review",)
    assert to_look_at({"speed": 2, "staff": 5}, True) == ("review", "survey")
    assert to_look_at({}, True) == ("line",)
    assert to_look_at({"received": 1, "asked_for_money": 1, "recommend": 9}, False) == ()
    assert unhappy({"asked_for_money": 2, "received": 3}) == ("asked_for_money", "received")
    assert unhappy({"solved": 2, "recommend": 0}) == ()
    assert to_look_at({"solved": 2}, False) == ("line",)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("5", (5, "")),
        (" ４ ", (4, "")),
        ("3分", (3, "")),
        ("2，查勘太慢", (2, "查勘太慢")),
        ("1. Nobody called me", (1, "Nobody called me")),
        ("5。", (5, "")),
        ("6", None),
        ("55", None),
        ("12 photos are missing", None),
        ("5人受伤", None),
        ("CL-261124-0001", None),
        ("", None),
        ("好", None),
        ("²", None),
    ],
)
def test_a_text_is_an_answer_only_when_it_begins_with_one(
    text: str, answer: tuple[int, str] | None
) -> None:
    assert read_answer(text, "speed") == answer


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我要投诉你们", ("投诉",)),
        ("我 要 投 诉 你 们 ， 太 慢 了", ("投诉", "太慢")),
        ("再不赔我打12378，找律师", ("12378", "律师")),
        ("I will COMPLAIN to the Ombudsman", ("complain", "ombudsman")),
        ("Ｉ　ｗａｎｔ　ｔｏ　ｃｏｍｐｌａｉｎ", ("complain",)),
        ("没有投诉，很满意", ()),
        ("不投诉", ()),
        ("I have no complaints, thank you", ()),
        ("服务很好，谢谢", ()),
        ("we went to the courtyard by the pursued car", ()),
        ("案件号 CL-261237-8123", ()),
        ("保单 9123789", ()),
        ("没有投诉, but the surveyor was rude", ("rude",)),
        ("", ()),
    ],
)
def test_words_that_sound_like_a_complaint(text: str, words: tuple[str, ...]) -> None:
    assert found(text) == words


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    read_answer(text, "speed")
    assert isinstance(found(text), tuple)
