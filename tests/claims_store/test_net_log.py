from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.net_log import Begin, BrokenLine, begin, parse
from claims_store.voice_spool import CALL_ID

pytestmark = pytest.mark.unit

CALL = "n1-1795518894.0"


def test_a_line_of_the_queue_names_the_agents_phone_and_its_data() -> None:
    line = parse(f"1795518907|{CALL}|fallback|PJSIP/217|CONNECT|4|n1-1795518907.1|2")
    assert line is not None
    assert line.at == datetime.fromtimestamp(1795518907, UTC)
    assert (line.call_id, line.phone, line.event) == (CALL, "217", "CONNECT")
    assert line.data == ("4", "n1-1795518907.1", "2")
    assert (line.seconds(0), line.seconds(-1), line.seconds(1), line.seconds(9)) == (4, 2, 0, 0)


def test_a_line_of_no_call_is_nothing() -> None:
    assert parse("1795518891|NONE|NONE|NONE|QUEUESTART|") is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("+8613800137101|5550219|en|no|7d-8ede", ("+8613800137101", "5550219", "en", "no")),
        ("|5550219|zh|yes|", ("", "5550219", "zh", "yes")),
        ("12|5550219|fr||", ("", "5550219", "zh", "")),
        ("", ("", "", "zh", "")),
    ],
)
def test_what_is_known_of_a_caller(data: str, expected: tuple[str, ...]) -> None:
    line = parse(f"1795518894|{CALL}|net|NONE|NETBEGIN|{data}")
    assert line is not None
    sip = "7d-8ede" if data.endswith("ede") else ""
    assert begin(line) == Begin(*expected, sip)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["", "x", "1|2", f"-5|{CALL}|q|NONE|CONNECT", f"1795518894|{CALL}|q|NONE|CON NECT|",
     "1795518894|../../x|q|NONE|CONNECT|", f"1795518894|{CALL}|q|NONE|CONNECT|{'9' * 1000}"],
)  # fmt: skip
def test_what_asterisk_does_not_write_is_broken(text: str) -> None:
    with pytest.raises(BrokenLine):
        parse(text)


@given(st.text(max_size=80) | st.text("0123456789|NETQUn1-.", max_size=60))
def test_every_text_is_a_line_or_broken(text: str) -> None:
    try:
        line = parse(text)
    except BrokenLine:
        return
    assert line is None or CALL_ID.fullmatch(line.call_id)
