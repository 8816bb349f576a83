"""Values become prompts that exist in both languages, in the order each language speaks."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.calls import saying
from ari_app.speech import prompts

pytestmark = pytest.mark.unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 9, 12, tzinfo=SHANGHAI)
TABLE = prompts.load(Path(__file__).parents[3] / "asterisk" / "sounds" / prompts.TABLE)
LANGUAGES = st.sampled_from(prompts.LANGUAGES)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(
    lambda at: at.replace(tzinfo=SHANGHAI)
)


def words(names: list[str], language: str) -> str:
    joint = "" if language == "zh" else " "
    return joint.join(TABLE.text(name, language) for name in names)


def assert_all_can_be_said(names: list[str]) -> None:
    assert set(names) <= TABLE.names


@given(st.text())
def test_any_text_is_spelled_with_prompts_that_exist(text: str) -> None:
    for names in (saying.digits(text), saying.characters(text), saying.phone(text)):
        assert_all_can_be_said(names)
    assert len(saying.tail(text)) <= 3
    assert len(saying.number_tail(text)) <= 4


@given(st.integers(0, saying.NUMBERS_BELOW - 1), LANGUAGES)
def test_any_number_is_said_with_prompts_that_exist(n: int, language: str) -> None:
    assert_all_can_be_said([*saying.number(n, language), *saying.count(n, language)])


@given(st.decimals(0, 99_999_999, places=2), LANGUAGES)
def test_any_amount_is_said_with_prompts_that_exist(value: Decimal, language: str) -> None:
    assert_all_can_be_said(saying.amount(value, language))


@given(TIMES, TIMES, LANGUAGES)
def test_any_moment_is_said_with_prompts_that_exist(
    at: datetime, now: datetime, language: str
) -> None:
    assert_all_can_be_said(saying.moment(at, now, language))


@given(st.integers(-5, 5999), LANGUAGES)
def test_any_wait_is_said_with_prompts_that_exist(n: int, language: str) -> None:
    assert_all_can_be_said(saying.minutes(n, language))


@given(st.from_regex(r"[1-9][0-9]{5}", fullmatch=True), LANGUAGES)
def test_any_region_is_said_with_prompts_that_exist(code: str, language: str) -> None:
    assert_all_can_be_said(saying.region(code, language, TABLE.names))


@given(st.integers(0, saying.NUMBERS_BELOW - 1))
def test_chinese_numbers_read_back_to_the_same_number(n: int) -> None:
    assert chinese(words(saying.number(n, "zh"), "zh")) == n


def chinese(text: str) -> int:
    """A plain reader of Chinese numerals, the other way round than `saying` works."""
    total = group = digit = 0
    for character in text:
        if character in "零一二三四五六七八九两":
            digit = "零一二三四五六七八九两".index(character)
            digit = 2 if digit == 10 else digit
        elif character == "万":
            total, group, digit = (group + digit) * 10_000, 0, 0
        else:
            group += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
    return total + group + digit


@pytest.mark.parametrize(
    ("n", "zh", "en"),
    [
        (0, "零", "zero"),
        (2, "二", "two"),
        (10, "十", "ten"),
        (110, "一百一十", "one hundred ten"),
        (205, "两百零五", "two hundred five"),
        (1010, "一千零一十", "one thousand ten"),
        (2024, "两千零二十四", "two thousand twenty-four"),
        (3860, "三千八百六十", "three thousand eight hundred sixty"),
        (10_010, "一万零一十", "ten thousand ten"),
        (
            1_234_567,
            "一百二十三万四千五百六十七",
            "one million two hundred thirty-four thousand five hundred sixty-seven",
        ),
    ],
)
def test_numbers_are_said_as_people_say_them(n: int, zh: str, en: str) -> None:
    assert words(saying.number(n, "zh"), "zh") == zh
    assert words(saying.number(n, "en"), "en") == en


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("3860", "三千八百六十元", "three thousand eight hundred sixty yuan"),
        ("3860.50", "三千八百六十元五角", "three thousand eight hundred sixty yuan and fifty fen"),
        ("2.05", "两元零五分", "two yuan and five fen"),
        ("0.25", "二角五分", "twenty-five fen"),
        ("0", "零元", "zero yuan"),
        ("0.005", "一分", "one fen"),
    ],
)
def test_amounts_are_said_as_people_say_them(value: str, zh: str, en: str) -> None:
    assert words(saying.amount(value, "zh"), "zh") == zh
    assert words(saying.amount(value, "en"), "en") == en


@pytest.mark.parametrize("unsayable", ["-0.01", "100000000"])
def test_given_an_amount_out_of_range_when_said_then_it_is_refused(unsayable: str) -> None:
    with pytest.raises(ValueError, match="cannot be said"):
        saying.amount(unsayable, "en")


@pytest.mark.parametrize(
    ("hour", "minute", "zh", "en"),
    [
        (0, 5, "凌晨零点零五分", "twelve oh five in the early morning"),
        (8, 30, "上午八点三十分", "eight thirty in the morning"),
        (12, 0, "中午十二点整", "twelve o'clock in the afternoon"),
        (14, 15, "下午两点十五分", "two fifteen in the afternoon"),
        (23, 59, "晚上十一点五十九分", "eleven fifty-nine in the evening"),
    ],
)
def test_times_are_said_with_their_part_of_the_day(
    hour: int, minute: int, zh: str, en: str
) -> None:
    at = NOW.replace(hour=hour, minute=minute)
    assert words(saying.time(at, "zh"), "zh") == zh
    assert words(saying.time(at, "en"), "en") == en


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (0, "今天", "today"),
        (-1, "昨天", "yesterday"),
        (1, "明天", "tomorrow"),
        (2, "星期四", "on Thursday"),
        (6, "星期一", "on Monday"),
        (7, "十二月一日", "December the first"),
        (-2, "十一月二十二日", "November the twenty-second"),
        (-365, "二零二五年十一月二十四日",
         "November the twenty-fourth of the year two zero two five"),
    ],
)  # fmt: skip
def test_days_are_named_from_now(days: int, zh: str, en: str) -> None:
    at = NOW + timedelta(days=days)
    assert words(saying.day(at, NOW, "zh"), "zh") == zh
    assert words(saying.day(at, NOW, "en"), "en") == en


def test_the_day_is_that_of_the_callers_zone() -> None:
    late = datetime(2026, 11, 24, 16, 30, tzinfo=ZoneInfo("UTC"))
    at = datetime(2026, 11, 25, 8, 0, tzinfo=SHANGHAI)
    assert saying.day(at, late, "zh") == ["day-today"]


def test_a_moment_begins_with_the_day_in_chinese_and_with_the_time_in_english() -> None:
    at = NOW.replace(hour=8, minute=30)
    assert words(saying.moment(at, NOW, "zh"), "zh") == "今天上午八点三十分"
    assert words(saying.moment(at, NOW, "en"), "en") == "eight thirty in the morning today"


def test_plates_are_spelled_and_only_their_tail_is_given_away() -> None:
    assert words(saying.plate("沪A·D82K7"), "zh") == "沪AD八二K七"
    assert words(saying.plate("粤Z1234港"), "en") == "Guangdong Z one two three four Hong Kong"
    assert saying.tail("沪AD82K7") == ["digit-2", "letter-k", "digit-7"]
    assert saying.plate("é") == ["letter-other"]


def test_phone_numbers_come_in_groups() -> None:
    assert words(saying.phone("+8613800138000"), "zh").split("[silence 0.25]") == [
        "幺三八", "零零幺三", "八零零零",
    ]  # fmt: skip
    assert saying.phone("5550100").count(saying.PAUSE) == 1
    assert saying.phone("") == []


def test_report_numbers_are_known_by_their_last_four_digits() -> None:
    assert words(saying.number_tail("BA-261124-4820"), "en") == "four eight two zero"


@pytest.mark.parametrize(
    ("length", "zh", "en"),
    [
        (0, "不到一分钟", "less than a minute"),
        (1, "一分钟", "one minute"),
        (2, "两分钟", "two minutes"),
        (60, "一小时", "one hour"),
        (135, "两小时十五分钟", "two hours fifteen minutes"),
    ],
)
def test_waits_are_said_in_hours_and_minutes(length: int, zh: str, en: str) -> None:
    assert words(saying.minutes(length, "zh"), "zh") == zh
    assert words(saying.minutes(length, "en"), "en") == en


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("330106", "浙江省杭州市", "Hangzhou Zhejiang"),
        ("320500", "江苏省苏州市", "Suzhou Jiangsu"),
        ("310115", "上海市", "Shanghai"),
        ("429004", "湖北省仙桃市", "Xiantao Hubei"),
        ("000000", "", ""),
    ],
)
def test_places_are_said_as_near_as_there_are_prompts(code: str, zh: str, en: str) -> None:
    assert words(saying.region(code, "zh", TABLE.names), "zh") == zh
    assert words(saying.region(code, "en", TABLE.names), "en") == en


def test_a_value_of_a_closed_vocabulary_names_its_prompt() -> None:
    assert saying.piece("status", "loss_reviewed") == "status-loss-reviewed"
