"""Numbers that name something."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.rules import identifiers

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("沪A·D82K7", "沪AD82K7", "ordinary"),
        ("京-A 12345", "京A12345", "ordinary"),
        ("浙AD12345", "浙AD12345", "new_energy"),
        ("粤b12345d", "粤B12345D", "new_energy"),
        ("京A1234挂", "京A1234挂", "special"),
        ("京A1234学", "京A1234学", "special"),
        ("京A1234警", "京A1234警", "special"),
        ("沪A1234领", "沪A1234领", "special"),
        ("粤Z1234港", "粤Z1234港", "border"),
        ("粤Z1234澳", "粤Z1234澳", "border"),
        ("使123456", "使123456", "embassy"),
        ("WJ沪12345", "WJ沪12345", "police"),
        ("新车无牌", "新车无牌", "new_car"),
    ],
)
def test_a_plate_is_read_without_its_separators(text: str, value: str, kind: str) -> None:
    assert identifiers.plate(text) == value
    assert identifiers.plate_kind(value) == kind


@pytest.mark.parametrize(
    "text", ["", "沪A", "沪O12345", "沪AI2345", "沪A123456789", "A12345", "沪沪12345"]
)
def test_a_plate_that_cannot_exist_is_none(text: str) -> None:
    assert identifiers.plate(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("021-62015888", "+862162015888"),
        ("400 889 5518", "+864008895518"),
        ("95518", "95518"),
        ("+44 20 7946 0123", "+442079460123"),
        ("12", None),
        ("1380013800", None),
        ("not a number", None),
        ("", None),
    ],
)
def test_a_phone_number_is_e164_or_a_service_number(text: str, value: str | None) -> None:
    assert identifiers.phone(text) == value


def test_a_resident_id_has_a_check_character_and_a_date() -> None:
    assert identifiers.resident_id("11010519491231002X") == "11010519491231002X"
    assert identifiers.resident_id("110105194912310021") is None
    assert identifiers.resident_id("11010519491331002X") is None


def test_a_resident_id_of_today_s_county_is_not_refused() -> None:
    # 150783 became a county-level city long after the birth year that stands in the number.
    body = "15078319900101123"
    assert identifiers.resident_id(body + _check(body)) is not None


def _check(body: str) -> str:
    from stdnum.iso7064 import mod_11_2

    return str(mod_11_2.calc_check_digit(body))


def test_an_impossible_date_in_an_id_is_refused_though_its_check_fits() -> None:
    body = "11010519490231002"
    assert identifiers.resident_id(body + _check(body)) is None


def test_a_firm_has_a_social_credit_code() -> None:
    assert identifiers.uscc("91110000600037341L") == "91110000600037341L"
    assert identifiers.uscc("91110000600037341A") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11010519491231002x", "11010519491231002X"),
        ("91110000600037341L", "91110000600037341L"),
        ("E12345678", "E12345678"),
        ("830000199001010012", "830000199001010012"),
        ("110105194912310021", None),
        ("!!", None),
    ],
)
def test_papers_of_other_kinds_count_as_they_are(text: str, value: str | None) -> None:
    assert identifiers.identity(text) == value


def test_a_vin_says_whether_its_check_digit_fits() -> None:
    good = identifiers.vin("LSVAA49J132047371")
    assert good is not None and good.check_ok
    other = identifiers.vin("LSVAA49J032047371")
    assert other is not None and not other.check_ok
    assert identifiers.vin("LSVAA49J13204737") is None
    assert identifiers.vin("LSVAAI9J132047371") is None


def test_a_bank_card_passes_luhn() -> None:
    assert identifiers.bank_card("4111 1111 1111 1111") == "4111111111111111"
    assert identifiers.bank_card("4111 1111 1111 1112") is None
    assert identifiers.bank_card("4111") is None


def test_a_policy_number_follows_the_insurer_s_own_pattern() -> None:
    assert identifiers.policy_number("pdaa 2026-0001") == "PDAA20260001"
    assert identifiers.policy_number("P1", r"P\d") == "P1"
    assert identifiers.policy_number("P1") is None


@given(st.text(max_size=40))
def test_no_text_makes_an_identifier_raise(text: str) -> None:
    for read in (
        identifiers.plate,
        identifiers.phone,
        identifiers.resident_id,
        identifiers.uscc,
        identifiers.identity,
        identifiers.vin,
        identifiers.bank_card,
        identifiers.policy_number,
    ):
        read(text)
