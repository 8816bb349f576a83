"""Times that are promised look ahead; words that read like a promise are found, others are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.rules.promising import FURTHEST, promised, read_due, sensible

pytestmark = pytest.mark.unit
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 14, 10, tzinfo=ZONE)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "language", "due"),
    [
        ("15:00", "zh", "11-24 15:00"),
        ("1500", "zh", "11-24 15:00"),
        ("下午三点半", "zh", "11-24 15:30"),
        ("三点", "zh", "11-24 15:00"),
        ("9:00", "zh", "11-25 09:00"),
        ("明天9点", "zh", "11-25 09:00"),
        ("明早九点", "zh", "11-25 09:00"),
        ("明天下午两点", "zh", "11-25 14:00"),
        ("后天上午10点", "zh", "11-26 10:00"),
        ("周五下午三点", "zh", "11-27 15:00"),
        ("下周一9:30", "zh", "11-30 09:30"),
        ("11月26日 10:00", "zh", "11-26 10:00"),
        ("半小时内", "zh", "11-24 14:40"),
        ("20分钟后", "zh", "11-24 14:30"),
        ("一个半小时内", "zh", "11-24 15:40"),
        ("3 pm", "en", "11-24 15:00"),
        ("at 4", "en", "11-24 16:00"),
        ("tomorrow 9 am", "en", "11-25 09:00"),
        ("tomorrow at 3", "en", "11-25 15:00"),
        ("within 2 hours", "en", "11-24 16:10"),
        ("in half an hour", "en", "11-24 14:40"),
        ("Friday at 10:30", "en", "11-27 10:30"),
        ("2026-11-24 16:45", "en", "11-24 16:45"),
        ("2026-11-24T08:45:00+00:00", "zh", "11-24 16:45"),
    ],
)
def test_a_time_is_the_next_one_that_fits(text: str, language: str, due: str) -> None:
    found = read_due(text, language, NOW, ZONE)
    assert found is not None and f"{found.astimezone(ZONE):%m-%d %H:%M}" == due


@pytest.mark.parametrize(
    "text",
    ["", "soon", "尽快", "25:00", "三点或四点", "3 pm or 4 pm", "2026-11-24 14:00",
     "2027-11-24 15:00", "2026-02-30 10:00", "昨天下午三点", "yesterday at 3 pm", "两小时前"],
)  # fmt: skip
def test_what_names_no_time_ahead_promises_nothing(text: str) -> None:
    for language in ("zh", "en"):
        assert read_due(text, language, NOW, ZONE) is None, language


@given(st.text(max_size=80), st.sampled_from(["zh", "en"]))
def test_no_text_makes_it_raise_or_look_back(text: str, language: str) -> None:
    found = read_due(text, language, NOW, ZONE)
    assert found is None or NOW < found <= NOW + FURTHEST


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)), st.integers(0, 23),
       st.integers(0, 59))  # fmt: skip
def test_a_time_of_day_is_within_a_day(at: datetime, hour: int, minute: int) -> None:
    now = at.replace(tzinfo=ZONE)
    found = read_due(f"{hour:02d}:{minute:02d}", "zh", now, ZONE)
    assert found is not None and now < found <= now + timedelta(days=1)
    assert (found.astimezone(ZONE).hour, found.astimezone(ZONE).minute) == (hour, minute)


@pytest.mark.parametrize(
    ("text", "language", "due"),
    [
        ("客户很急。已答应他下午4点前回电。", "zh", "11-24 16:00"),
        ("查勘员会在15:30前到现场", "zh", "11-24 15:30"),
        ("承诺明天上午10点联系", "zh", "11-25 10:00"),
        ("He is upset. We will call him by 4 pm.", "en", "11-24 16:00"),
        ("Surveyor calls you before 15:00", "en", "11-24 15:00"),
        ("promised to get back within 2 hours", "en", "11-24 16:10"),
    ],
)
def test_words_that_read_like_a_promise_are_found(text: str, language: str, due: str) -> None:
    found = promised(text, language, NOW, ZONE)
    assert found is not None and f"{found.due.astimezone(ZONE):%m-%d %H:%M}" == due
    assert found.words in text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("等红灯时被后车追尾", "zh"),
        ("早上八点半在张杨路被追尾，后来打电话报警", "zh"),
        ("昨天下午三点联系过对方", "zh"),
        ("我会小心", "zh"),
        ("客户会晚点到达", "zh"),
        ("Hit from behind at half past eight, he called the police", "en"),
        ("I will call my wife", "en"),
        ("", "en"),
    ],
)
def test_what_happened_is_no_promise(text: str, language: str) -> None:
    assert promised(text, language, NOW, ZONE) is None


def test_sensible_times_lie_in_the_hours_and_end_with_the_next_day() -> None:
    hours = [
        (datetime(2026, 11, 24, 9, tzinfo=ZONE), datetime(2026, 11, 24, 17, 30, tzinfo=ZONE)),
        (datetime(2026, 11, 25, 9, tzinfo=ZONE), datetime(2026, 11, 25, 17, 30, tzinfo=ZONE)),
    ]
    shown = [f"{each.astimezone(ZONE):%d %H:%M}" for each in sensible(iter(hours), NOW)]
    assert shown == ["24 15:00", "24 16:00", "24 17:00", "24 17:30", "25 09:30"]
    late = datetime(2026, 11, 24, 17, 20, tzinfo=ZONE)
    tomorrow = [f"{each:%d %H:%M}" for each in sensible(iter(hours), late)]
    assert tomorrow == ["25 09:30", "25 10:30", "25 11:30"]
    always = [(NOW - timedelta(days=1), NOW + timedelta(days=30))]
    assert len(sensible(always, NOW)) == 3
    assert sensible([], NOW) == ()


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)))
def test_sensible_times_are_ahead_and_in_order(now: datetime) -> None:
    start = now.replace(hour=1, minute=0, second=0, microsecond=0)
    hours = [(start + timedelta(days=n), start + timedelta(days=n, hours=8)) for n in range(-1, 4)]
    open_ = [each for each in hours if each[1] > now]
    found = sensible(open_, now)
    assert found and list(found) == sorted(set(found))
    assert all(now < each and any(a <= each <= b for a, b in open_) for each in found)
