"""When people say it happened, seen from the start of the call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.spelling import time_en, time_zh
from claims_store.rules.readings import read, times
from claims_store.rules.readings.values import Reading

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 24, 9, 40, tzinfo=ZONE)  # a Tuesday


def when(text: str, language: str, at: datetime = AT) -> tuple[str, bool] | None:
    found = read("datetime", text, language, at.astimezone(UTC), ZONE)
    return (found.value.removesuffix("+08:00"), found.certain) if found else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("昨天下午三点半", "2026-11-23T15:30"),
        ("上周五晚上八点", "2026-11-20T20:00"),
        ("上上周三上午十点", "2026-11-11T10:00"),
        ("这周一中午十二点", "2026-11-23T12:00"),
        ("半小时前", "2026-11-24T09:10"),
        ("一个半小时前", "2026-11-24T08:10"),
        ("两个小时前", "2026-11-24T07:40"),
        ("20分钟前", "2026-11-24T09:20"),
        ("今天上午九点二十", "2026-11-24T09:20"),
        ("昨天晚上十一点五十", "2026-11-23T23:50"),
        ("十一月二十三号下午两点一刻", "2026-11-23T14:15"),
        ("昨天早上差五分九点", "2026-11-23T08:55"),
        ("昨天早上九点差一刻", "2026-11-23T08:45"),
        ("两天前下午三点", "2026-11-22T15:00"),
        ("二十三号晚上九点零五分", "2026-11-23T21:05"),
        ("昨晚十二点", "2026-11-24T00:00"),
        ("昨天晚上一点", "2026-11-24T01:00"),
        ("前天凌晨两点", "2026-11-22T02:00"),
        ("昨天 20:30", "2026-11-23T20:30"),
        ("11 月 24 日 8 点半", "2026-11-24T08:30"),
        ("2026年11月20日15点整", "2026-11-20T15:00"),
        ("去年12月3日下午4点", "2025-12-03T16:00"),
        ("今天8.30", "2026-11-24T08:30"),
        ("2026-11-23 08:30", "2026-11-23T08:30"),
        ("2026-11-23T08:30+08:00", "2026-11-23T08:30"),
    ],
)
def test_chinese_times(text: str, value: str) -> None:
    assert when(text, "zh") == (value, True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yesterday afternoon at half past three", "2026-11-23T15:30"),
        ("this morning at eight thirty", "2026-11-24T08:30"),
        ("last Friday at eight in the evening", "2026-11-20T20:00"),
        ("on November 23rd at 2:15 pm", "2026-11-23T14:15"),
        ("quarter to nine yesterday evening", "2026-11-23T20:45"),
        ("the twenty-third of November at nine oh five in the evening", "2026-11-23T21:05"),
        ("today at 8:30 am", "2026-11-24T08:30"),
        ("last night at eleven", "2026-11-23T23:00"),
        ("last night at midnight", "2026-11-24T00:00"),
        ("two days ago at noon", "2026-11-22T12:00"),
        ("a week ago at 3 p.m.", "2026-11-17T15:00"),
        ("half an hour ago", "2026-11-24T09:10"),
        ("an hour and a half ago", "2026-11-24T08:10"),
        ("a quarter of an hour ago", "2026-11-24T09:25"),
        ("twenty five to nine this morning", "2026-11-24T08:35"),
        ("the day before yesterday at 7 pm", "2026-11-22T19:00"),
        ("yesterday morning, eight o'clock", "2026-11-23T08:00"),
        ("yesterday 20:30", "2026-11-23T20:30"),
        ("24 November 2026 08:30", "2026-11-24T08:30"),
        ("on 23/11/2026 at 4 pm", "2026-11-23T16:00"),
        ("on the 20th at ten in the morning", "2026-11-20T10:00"),
    ],
)
def test_english_times(text: str, value: str) -> None:
    assert when(text, "en") == (value, True)


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("刚才", "zh", "2026-11-24T09:40"),
        ("几分钟前", "zh", "2026-11-24T09:30"),
        ("8点半", "zh", "2026-11-24T08:30"),
        ("0830", "zh", "2026-11-24T08:30"),
        ("大概昨天下午三点", "zh", "2026-11-23T15:00"),
        ("昨天八点", "zh", "2026-11-23T20:00"),  # morning or evening
        ("昨天", "zh", "2026-11-23"),
        ("yesterday", "en", "2026-11-23"),
        ("just now", "en", "2026-11-24T09:40"),
        ("half past eight", "en", "2026-11-24T08:30"),
        ("twenty past nine", "en", "2026-11-24T09:20"),
        ("around 8 yesterday morning", "en", "2026-11-23T08:00"),
        ("11月25日下午三点", "zh", "2025-11-25T15:00"),  # a day to come: last year's
        ("25号下午三点", "zh", "2026-10-25T15:00"),
    ],
)
def test_what_is_open_is_read_and_asked_back(text: str, language: str, value: str) -> None:
    assert when(text, language) == (value, False)


def test_given_ten_past_midnight_when_told_today_2350_then_it_was_yesterday_and_is_asked_back() -> (
    None
):
    at = datetime(2026, 11, 24, 0, 10, tzinfo=ZONE)
    assert when("今天23点50分", "zh", at) == ("2026-11-23T23:50", False)
    assert when("today at 11:50 pm", "en", at) == ("2026-11-23T23:50", False)
    assert when("23:50", "zh", at) == ("2026-11-23T23:50", False)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("3/4/2026 at 8:30", "en"),
        ("at three, no, at four in the afternoon", "en"),
        ("2026-02-30 08:30", "zh"),
        ("有一点疼", "zh"),
        ("差一点就撞上了", "zh"),
        ("一点也没事", "zh"),
        ("三点五公里", "zh"),
        ("25:61", "zh"),
        ("三十二点", "zh"),
        ("", "zh"),
        ("", "en"),
        ("I hit two cars", "en"),
        ("one three eight double oh one three eight", "en"),
    ],
)
def test_what_is_no_time_is_none(text: str, language: str) -> None:
    assert when(text, language) is None


@pytest.mark.parametrize(
    ("keys", "day"),
    [
        ("1124", "2026-11-24"),
        ("0101", "2026-01-01"),
        ("20251231", "2025-12-31"),
        ("1124#", "2026-11-24"),
    ],
)
def test_a_keyed_day(keys: str, day: str) -> None:
    assert read("date_keys", keys, "zh", AT, ZONE) == Reading(day)


def test_a_keyed_day_to_come_is_last_year_s_and_asked_back() -> None:
    assert read("date_keys", "1125", "zh", AT, ZONE) == Reading("2025-11-25", certain=False)
    assert read("date_keys", "0229", "zh", AT, ZONE) == Reading("2024-02-29", certain=False)


@pytest.mark.parametrize(
    "keys", ["0230", "20260230", "1332", "12", "", "#", "11241", "00010101", "abcd"]
)
def test_a_keyed_day_that_does_not_exist_is_none(keys: str) -> None:
    assert read("date_keys", keys, "zh", AT, ZONE) is None


@pytest.mark.parametrize(
    ("keys", "clock"), [("0830", "08:30"), ("830", "08:30"), ("0000", "00:00"), ("2359#", "23:59")]
)
def test_a_keyed_time(keys: str, clock: str) -> None:
    assert read("time_keys", keys, "zh", AT, ZONE) == Reading(clock)


@pytest.mark.parametrize("keys", ["2400", "0860", "83", "", "08301", "x"])
def test_a_keyed_time_that_does_not_exist_is_none(keys: str) -> None:
    assert read("time_keys", keys, "zh", AT, ZONE) is None


def test_day_and_time_keyed_apart_are_one_instant() -> None:
    assert times.joined("2026-11-24", "08:30", ZONE) == "2026-11-24T08:30+08:00"


@pytest.mark.parametrize(
    ("text", "language", "day", "certain"),
    [
        ("上周五", "zh", "2026-11-20", True),
        ("on the 20th", "en", "2026-11-20", True),
        ("周五", "zh", "2026-11-20", True),
        ("周二", "zh", "2026-11-24", False),
    ],
)
def test_a_day_alone(text: str, language: str, day: str, certain: bool) -> None:
    assert read("date", text, language, AT, ZONE) == Reading(day, certain)
    assert read("date", "", language, AT, ZONE) is None


@given(
    st.integers(0, 3),
    st.integers(6, 22),
    st.sampled_from(range(0, 60, 5)),
    st.sampled_from(["zh", "en"]),
    st.randoms(use_true_random=False),
)
def test_what_is_said_of_an_instant_is_read_as_that_instant(
    days: int, hour: int, minute: int, language: str, rng: object
) -> None:
    at = datetime(2026, 11, 25, 23, 0, tzinfo=ZONE)
    truth = (at - timedelta(days=days)).replace(hour=hour, minute=minute)
    say = time_zh if language == "zh" else time_en
    found = read("datetime", say(truth, at, rng), language, at, ZONE)  # type: ignore[arg-type]
    assert found is not None
    assert datetime.fromisoformat(found.value) == truth
