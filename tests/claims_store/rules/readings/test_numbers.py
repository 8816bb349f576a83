"""Numbers, amounts, runs of digits, plates and phones."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.spelling import spell_en, spell_zh
from claims_store.rules.readings import read
from claims_store.rules.readings.digits import Run, runs

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 24, 9, 40, tzinfo=ZONE)


def value(kind: str, text: str, language: str) -> str | None:
    found = read(kind, text, language, AT, ZONE)
    return found.value if found else None


@pytest.mark.parametrize(
    ("text", "language", "amount"),
    [
        ("一万二", "zh", "12000.00"),
        ("两万三", "zh", "23000.00"),
        ("三千二百六十元", "zh", "3260.00"),
        ("三千二", "zh", "3200.00"),
        ("两百五", "zh", "250.00"),
        ("十五", "zh", "15.00"),
        ("一百零五块", "zh", "105.00"),
        ("三千零二十", "zh", "3020.00"),
        ("十二万五", "zh", "125000.00"),
        ("3.2万", "zh", "32000.00"),
        ("12,500元", "zh", "12500.00"),
        ("三块五", "zh", "3.50"),
        ("四十块五毛", "zh", "40.50"),
        ("three thousand two hundred and sixty yuan", "en", "3260.00"),
        ("twelve hundred", "en", "1200.00"),
        ("a hundred and five dollars", "en", "105.00"),
        ("$3,260", "en", "3260.00"),
        ("about 5k yuan", "en", "5000.00"),
        ("two million", "en", "2000000.00"),
    ],
)
def test_amounts(text: str, language: str, amount: str) -> None:
    assert value("amount", text, language) == amount


def test_an_amount_among_other_words_needs_a_word_for_money_to_be_certain() -> None:
    with_money = read("amount", "大概两千块钱", "zh", AT, ZONE)
    without = read("amount", "大概两千吧", "zh", AT, ZONE)
    assert with_money is not None and with_money.certain
    assert without is not None and not without.certain


@pytest.mark.parametrize(
    ("text", "language"),
    [("", "zh"), ("没多少", "zh"), ("三千还是四千", "zh"), ("five or six", "en"), ("万", "en")],
)
def test_no_amount_or_several_is_none(text: str, language: str) -> None:
    assert value("amount", text, language) is None


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("四个小时", "zh", "4"),
        ("about four hours", "en", "4"),
        ("3.5", "zh", None),
        ("", "en", None),
    ],
)
def test_whole_numbers(text: str, language: str, number: str | None) -> None:
    assert value("number", text, language) == number


@pytest.mark.parametrize(
    ("text", "language", "digits"),
    [
        ("幺三八零零幺三八", "zh", "13800138"),
        ("六二零零一，五八八三四", "zh", "6200158834"),
        ("double five oh one", "en", "5501"),
        ("triple eight, four", "en", "8884"),
        ("oh one two", "en", "012"),
        ("twenty four sixteen", "en", "2416"),
        ("62015 88834", "en", "6201588834"),
        ("PDAA2026-0042", "en", "PDAA20260042"),
        ("PDAA20263100001", "zh", "PDAA20263100001"),
        ("CL-261124-0042", "zh", "CL2611240042"),
        ("it is B for Bravo, one two", "en", "B12"),
        ("bravo one two", "en", "B12"),
        ("hello there", "en", None),
        ("one two, then nothing, three four", "en", None),
    ],
)
def test_digit_strings(text: str, language: str, digits: str | None) -> None:
    assert value("digits", text, language) == digits


def test_a_run_knows_where_it_stands() -> None:
    assert runs("my number is one two three thanks", "en") == [Run("123", 13, 26)]
    assert runs("号码是一二三。", "zh") == [Run("123", 3, 6)]


@pytest.mark.parametrize(
    ("text", "language", "plate"),
    [
        ("沪A D 八二 K 七", "zh", "沪AD82K7"),
        ("户A，D82K7", "zh", "沪AD82K7"),
        ("这A D12345", "zh", "浙AD12345"),
        ("我的车是沪A·D82K7", "zh", "沪AD82K7"),
        ("Hu A D eight two K seven", "en", "沪AD82K7"),
        ("Shanghai A, D for David, 8 2 K 7", "en", "沪AD82K7"),
        ("Beijing, C, five five one two three.", "en", "京C55123"),
        ("Beijing C55123", "en", "京C55123"),
        ("沪AD82K7", "en", "沪AD82K7"),
        ("Ji A 1 2 3 4 5", "en", None),  # two provinces are called Ji
        ("沪A12345和沪B12345", "zh", None),
        ("no plate yet", "en", None),
    ],
)
def test_plates(text: str, language: str, plate: str | None) -> None:
    assert value("plate", text, language) == plate


@pytest.mark.parametrize(
    ("text", "language", "phone"),
    [
        ("我的电话是幺三八零零幺三八零零零", "zh", "+8613800138000"),
        ("it's one three eight double oh one three eight triple oh", "en", "+8613800138000"),
        ("138 0013 8000", "zh", "+8613800138000"),
        ("打95518", "zh", "95518"),
        ("one two three", "en", None),
        ("13800138000或者13900139000", "zh", None),
        ("", "zh", None),
    ],
)
def test_phones(text: str, language: str, phone: str | None) -> None:
    assert value("phone", text, language) == phone


@settings(max_examples=400)
@given(st.from_regex(r"[0-9]{6,14}", fullmatch=True), st.randoms(use_true_random=False))
def test_a_spelled_number_is_read_back(digits: str, rng: object) -> None:
    assert value("digits", spell_en(digits, rng), "en") == digits  # type: ignore[arg-type]
    assert value("digits", spell_zh(digits, rng), "zh") == digits  # type: ignore[arg-type]
