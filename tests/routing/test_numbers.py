"""Numbers at the door: what any carrier writes comes in as E.164, and goes out as he writes it."""

from __future__ import annotations

from typing import get_args

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.numbers import NumberFormat, number_in, to_carrier, to_e164

pytestmark = pytest.mark.unit

FORMATS = get_args(NumberFormat)
BEGINNINGS = ("+8613", "+8615", "+8618", "+8619", "+8621", "+8610", "+86755", "+44207", "+49307")


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Valid numbers, mobile and not, of this country and others."""
    head = draw(st.sampled_from(BEGINNINGS))
    length = {"+4": 13, "+8": 14}[head[:2]]
    if head[:4] == "+861" and head[4] != "0":
        length = 14
    elif head.startswith("+86"):
        length = 3 + (11 if head == "+86755" else 10)
    number = head + draw(st.text("0123456789", min_size=12, max_size=12))[: length - len(head)]
    valid = phonenumbers.is_valid_number(phonenumbers.parse(number, None))
    return number if valid else "+8613800138000"


@given(numbers(), st.sampled_from(FORMATS))
def test_what_goes_out_in_a_carriers_way_comes_in_as_the_same_number(
    number: str, form: NumberFormat
) -> None:
    sent = to_carrier(number, form, "CN")
    assert sent.removeprefix("+").isdigit()
    assert to_e164(sent, form, "CN") == number


@given(numbers(), st.sampled_from(FORMATS))
def test_a_number_that_is_e164_already_stays_as_it_is(number: str, form: NumberFormat) -> None:
    assert to_e164(number, form, "CN") == number


@given(st.text(max_size=30), st.sampled_from(FORMATS))
def test_whatever_is_sent_comes_in_as_digits_or_as_withheld(text: str, form: NumberFormat) -> None:
    found = to_e164(text, form, "CN")
    assert found == "" or found.removeprefix("+").isascii() and found.removeprefix("+").isdigit()


@pytest.mark.parametrize(
    ("sent", "form", "number"),
    [
        ("13800138000", "national", "+8613800138000"),
        ("013800138000", "national", "+8613800138000"),
        ("02164001234", "national", "+862164001234"),
        ("008613800138000", "national", "+8613800138000"),
        ("8613800138000", "plain", "+8613800138000"),
        ("+8613800138000", "00", "+8613800138000"),
        ("00442079460018", "00", "+442079460018"),
        ("95518", "national", "95518"),
        ("201", "national", "201"),
        ("anonymous", "national", ""),
        ("", "e164", ""),
        ("1300;x", "e164", ""),
    ],
)
def test_known_ways_of_writing(sent: str, form: NumberFormat, number: str) -> None:
    assert to_e164(sent, form, "CN") == number


@pytest.mark.parametrize(
    ("header", "number"),
    [
        ("<sip:+862164001234@carrier.example>;reason=unconditional", "+862164001234"),
        ('"Branch" <sip:02164001234@10.0.0.1:5060;user=phone>;counter=1', "02164001234"),
        ("<tel:+862164001234>", "+862164001234"),
        ("<tel:+862164001234;phone-context=x>", "+862164001234"),
        ("<sip:anonymous@anonymous.invalid>", ""),
        ("<sip:12@x>", ""),
        ("", ""),
        ("x" * 5000, ""),
    ],
)
def test_who_forwarded_a_call(header: str, number: str) -> None:
    assert number_in(header) == number
