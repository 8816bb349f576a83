from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from ari_app.notify import texts
from ari_app.notify.texts import TextProblem, word

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("name", texts.names())
def test_every_text_exists_in_both_languages_and_asks_for_the_same(name: str) -> None:
    assert texts.fields(name, "zh") == texts.fields(name, "en")
    values = dict.fromkeys(texts.fields(name, "zh") - {"promised"}, "BA-261124-0042")
    chinese, english = (word(name, values, language, ZONE) for language in ("zh", "en"))
    assert not any("一" <= letter <= "鿿" for letter in english)
    assert any("一" <= letter <= "鿿" for letter in chinese)
    assert len(chinese) < 140 and len(english) < 306, "one long message at most"


def test_a_promise_is_said_in_the_zone_of_the_line() -> None:
    values = {"number": "CL-1", "promised_at": "2026-11-25T01:30:00+00:00"}
    assert "11月25日09:30" in word("report_received", values, "zh", ZONE)
    assert "by 09:30 on November 25" in word("report_received", values, "en", ZONE)
    without = word("report_received", {"number": "CL-1", "promised_at": None}, "en", ZONE)
    assert "  " not in without and "calls you by" not in without


def test_another_language_gets_chinese() -> None:
    assert "编号CL-1" in word("report_received", {"number": "CL-1"}, "ko", ZONE)


@pytest.mark.parametrize("name", ["nothing", "promised"])
def test_an_unknown_text_is_told(name: str) -> None:
    with pytest.raises(TextProblem, match="no text"):
        word(name, {}, "zh", ZONE)


def test_a_missing_value_is_told() -> None:
    with pytest.raises(TextProblem, match="lacks number"):
        word("report_draft", {}, "en", ZONE)


def test_values_are_never_read_as_templates() -> None:
    said = word("report_draft", {"number": "{number.__class__}"}, "en", ZONE)
    assert "{number.__class__}" in said
