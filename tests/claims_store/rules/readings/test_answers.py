"""Yes, no, not known; choices; and that no text makes any reading raise."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims_store.rules.fields import field
from claims_store.rules.fields.motor import MOTOR_KINDS
from claims_store.rules.readings import read, say_text
from claims_store.rules.readings.answers import read_yes_no
from claims_store.rules.readings.values import Reading

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 24, 9, 40, tzinfo=ZONE)
KINDS = (
    "yes_no_unknown datetime date number digits plate phone amount place choice text name "
    "date_keys time_keys"
).split()


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("有", "zh", "yes"),
        ("有的", "zh", "yes"),
        ("没错", "zh", "yes"),
        ("对", "zh", "yes"),
        ("嗯，是的", "zh", "yes"),
        ("能开", "zh", "yes"),
        ("没有", "zh", "no"),
        ("不对", "zh", "no"),
        ("没事", "zh", "no"),
        ("不是", "zh", "no"),
        ("不知道", "zh", "unknown"),
        ("我不太清楚", "zh", "unknown"),
        ("yes", "en", "yes"),
        ("Yeah, it is.", "en", "yes"),
        ("no", "en", "no"),
        ("Nope", "en", "no"),
        ("nobody is", "en", "no"),
        ("I don't know", "en", "unknown"),
        ("not sure", "en", "unknown"),
    ],
)
def test_yes_and_no(text: str, language: str, value: str) -> None:
    assert read("yes_no_unknown", text, language, AT, ZONE) == Reading(value)


@pytest.mark.parametrize(
    ("text", "language"), [("", "zh"), ("昨天下午", "zh"), ("the blue car", "en")]
)
def test_neither_yes_nor_no_is_none(text: str, language: str) -> None:
    assert read("yes_no_unknown", text, language, AT, ZONE) is None


def test_a_yes_deep_in_a_long_sentence_is_not_certain() -> None:
    text = "I was on my way to work and I think that it is probably what happened then"
    found = read("yes_no_unknown", text, "en", AT, ZONE)
    assert found is not None and not found.certain


def test_a_field_s_own_words_count_first() -> None:
    row = field("motor", "drivable")
    assert row is not None
    assert read_yes_no("开不了", "zh", row.says) == Reading("no")
    assert read_yes_no("it won't start", "en", row.says) == Reading("no")
    assert read_yes_no("可以开", "zh", row.says) == Reading("yes")
    assert read_yes_no("yes but it won't start", "en", row.says) == Reading("no", certain=False)


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("被追尾了", "zh", "rear_end"),
        ("跟墙蹭了一下", "zh", "scrape"),
        ("theft", "en", "theft"),
        ("It was a rear-end collision.", "en", "rear_end"),
        ("the windscreen is broken", "en", "glass"),
        ("weather", "en", "weather"),
        ("我不知道", "zh", None),
        ("fire and theft", "en", None),
    ],
)
def test_choices_by_their_words(text: str, language: str, value: str | None) -> None:
    found = read("choice", text, language, AT, ZONE, MOTOR_KINDS)
    assert (found.value if found else None) == value


def test_free_text_is_kept_as_said() -> None:
    assert read("text", "  a \n b ", "en", AT, ZONE) == Reading("a b")
    assert read("name", "", "en", AT, ZONE) is None


@settings(max_examples=300)
@given(
    st.sampled_from(KINDS),
    st.one_of(
        st.text(max_size=60),
        st.text(
            alphabet="零一二两三半刻点分前昨天上下午月号周个十百千万年差0123456789:./- 沪A",
            max_size=30,
        ),
        st.lists(
            st.sampled_from(
                "half past quarter to eight oh double ago an hour yesterday the 24th of May at "
                "3:4 . / noon twenty Shanghai A 99 0830 am minutes last Friday ²³ ①".split()
            ),
            max_size=12,
        ).map(" ".join),
    ),
    st.sampled_from(["zh", "en", ""]),
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)),
)
def test_no_text_makes_a_reading_raise(kind: str, text: str, language: str, at: datetime) -> None:
    found = read(kind, text, language, at.replace(tzinfo=ZONE), ZONE, MOTOR_KINDS)
    if found:
        assert say_text(kind, found.value, language, MOTOR_KINDS)


@given(st.sampled_from(KINDS), st.text(max_size=30), st.sampled_from(["zh", "en"]))
def test_no_value_makes_saying_raise(kind: str, value: str, language: str) -> None:
    say_text(kind, value, language)
