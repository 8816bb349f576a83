"""What is in a text message: a wish, a claim that is asked for, or nothing that we know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.rules.incoming import LONGEST, Asked, asked, clean, language, wish

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CL-261124-0042 8001", Asked("2611240042", "8001")),
        ("cl-261124-0042,8001", Asked("2611240042", "8001")),
        ("BA-261124-0042", Asked("2611240042", "")),
        ("请问２６１１２４００４２到哪了，手机尾号８００１", Asked("2611240042", "8001")),
        ("261124 0042", Asked("2611240042", "")),
        ("8001 CL 261124 0042", Asked("2611240042", "8001")),
        ("13800138001", None),
        ("CL-261124-0042 CL-261124-0043", None),
        ("CL-261124-0042 8001 8002", Asked("2611240042", "")),
        ("你好", None),
        ("", None),
        ("٢٦١١٢٤٠٠٤٢", None),
        ("CL-261124-0042'; DROP TABLE claims;--", Asked("2611240042", "")),
    ],
)
def test_a_claim_that_is_asked_for(text: str, found: Asked | None) -> None:
    assert asked(text) == found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("退订", "stop"), (" TD。", "stop"), ("Stop!", "stop"), ("ＳＴＯＰ", "stop"),
        ("开通", "start"), ("START", "start"), ("please stop writing", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_wish(text: str, wanted: str) -> None:
    assert wish(text) == wanted


@given(st.text(max_size=12_000))
def test_whatever_comes_is_one_plain_line(text: str) -> None:
    plain = clean(text)
    assert len(plain) <= LONGEST
    assert plain.isprintable()
    asked(text), wish(text), language(text)


def test_nothing_steers_what_shows_it() -> None:
    assert clean("a\r\nBcc: x\x1b[2J\u202eevil\u0000\ud800") == "a Bcc: x [2J evil"


def test_the_language_of_a_text() -> None:
    assert language("到哪了") == "zh"
    assert language("where is my claim") == "en"
    assert language("CL-261124-0042") == "zh"
