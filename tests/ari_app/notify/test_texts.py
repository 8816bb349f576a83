"""Wordings as data: checked when they are read, filled without being read again."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.notify.channel import Notice
from ari_app.notify.texts import OWN, TextProblem, Texts
from claims_store.rules.contacting import NOTICES

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")
SHIPPED = Texts.of()
GOOD = """
[hello]
topic = "report"
answers = true
needs = ["number"]
subject = { zh = "您好", en = "Hello {number}" }
zh = "编号{number}"
en = "Number {number}"
[promised]
zh = "{day}{time}"
en = "{time} {day}"
[link]
zh = "见{url} "
en = "See {url} "
"""


@pytest.mark.parametrize("name", SHIPPED.names())
def test_every_text_is_there_in_both_languages_and_fits_one_long_message(name: str) -> None:
    values = dict.fromkeys(SHIPPED.get(name).needs, "BA-261124-0042")
    chinese, english = (SHIPPED.word(name, values, language, ZONE) for language in ("zh", "en"))
    for worded in (chinese, english):
        assert worded.subject and worded.body and "{" not in worded.subject + worded.body
    assert not any("一" <= letter <= "鿿" for letter in english.subject + english.body)
    assert any("一" <= letter <= "鿿" for letter in chinese.body)
    assert len(chinese.body) < 140 and len(english.body) < 306


def test_a_promise_is_said_in_the_zone_of_the_line() -> None:
    values = {"number": "CL-1", "promised_at": "2026-11-25T01:30:00+00:00"}
    assert "11月25日09:30" in SHIPPED.word("report_received", values, "zh", ZONE).body
    assert "by 09:30 on November 25" in SHIPPED.word("report_received", values, "en", ZONE).body
    nothing = {"number": "CL-1", "promised_at": None}
    without = SHIPPED.word("report_received", nothing, "en", ZONE).body
    assert "  " not in without and "calls you by" not in without


def test_another_language_gets_chinese() -> None:
    assert "编号CL-1" in SHIPPED.word("report_received", {"number": "CL-1"}, "ko", ZONE).body


@pytest.mark.parametrize("name", ["nothing", "promised"])
def test_an_unknown_text_is_told(name: str) -> None:
    with pytest.raises(TextProblem, match="no text"):
        SHIPPED.word(name, {}, "zh", ZONE)


def test_a_missing_value_is_told() -> None:
    with pytest.raises(TextProblem, match="lacks number"):
        SHIPPED.word("report_draft", {}, "en", ZONE)


@given(st.text(max_size=2000))
def test_values_are_never_read_as_templates(value: str) -> None:
    said = SHIPPED.word("report_draft", {"number": f"{value}{{number}}{{x!r}}"}, "en", ZONE)
    assert f"{value}{{number}}{{x!r}}" in said.body


@given(st.text(st.characters(codec=None), max_size=300))
def test_what_is_cleaned_is_one_line_that_can_be_encoded(text: str) -> None:
    clean = Notice.clean(text + "\r\n\ud800\x00")
    clean.encode("utf-16-be")
    assert len(clean.splitlines()) <= 1
    assert not {unicodedata.category(sign) for sign in clean} & {"Cc", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("编号{number}", "编号"), "{number} is missing in zh"),
        (("Number {number}", "Number {number} {plate}"), "{plate} in en is not in needs"),
        (("Hello {number}", "Hello {name}"), "{name} in en is not in needs"),
        (('en = "Number {number}"\n', ""), "missing in en"),
        (('topic = "report"\n', ""), "lacks topic or answers"),
        (('needs = ["number"]\n', ""), "lacks needs or subject"),
        (("编号{number}", "编号{number}" + "长" * 500), "too long in zh"),
        (('en = "{time} {day}"', ""), "promised: it has to be there"),
    ],
)
def test_what_cannot_be_used_is_told_when_it_is_read(change: tuple[str, str], fault: str) -> None:
    with pytest.raises(TextProblem) as told:
        Texts(GOOD.replace(*change))
    assert fault in str(told.value)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_link_stands_alone_in_a_message_and_only_where_there_is_a_public_address(
    language: str,
) -> None:
    values = {"number": "CL-261124-0042", "stage": "x", "link": "/c/abcdefgh23456777"}
    url = "https://claims.example.com"
    there = Texts.of(public_url=url).word("stage", values, language, ZONE).body
    assert f" {url}/c/abcdefgh23456777 " in there
    assert "/c/" not in SHIPPED.word("stage", values, language, ZONE).body
    for strange in ("https://evil.example", "//evil.example/c/x", "/c/x y", "/c/"):
        told = Texts.of(public_url=url).word("stage", values | {"link": strange}, language, ZONE)
        assert "http" not in told.body


def test_notices_are_the_topics_that_nobody_has_just_asked_for() -> None:
    found = {SHIPPED.get(name).topic for name in SHIPPED.names() if not SHIPPED.get(name).answers}
    assert found == set(NOTICES)


def test_an_operators_wording_takes_the_place_of_ours(tmp_path: Path) -> None:
    own = tmp_path / OWN
    own.write_text('[report_draft]\nzh = "您的公司:请回拨,编号{number}"\n', "utf-8")
    texts = Texts.of(tmp_path)
    assert texts.word("report_draft", {"number": "1"}, "zh", ZONE).body == "您的公司:请回拨,编号1"
    assert "broke off" in texts.word("report_draft", {"number": "1"}, "en", ZONE).body
    assert texts.get("report_draft").topic == "report"
    for broken in ('report_draft = "x"', "[report_draft", "[report_draft]\nzh = '{oops}'"):
        own.write_text(broken, "utf-8")
        with pytest.raises(TextProblem):
            Texts.of(tmp_path)
