"""The rows are data; these tests hold them to what the rules and the people need of them."""

from __future__ import annotations

import re

import pytest

from claims_store.rules.checks import CHECKS
from claims_store.rules.fields import FIELDS, LINES, Field, field, fields_of
from claims_store.rules.fields.sources import SOURCES
from claims_store.rules.sentences import SENTENCES

pytestmark = pytest.mark.unit

ROWS = [
    pytest.param(line, row, id=f"{line or 'core'}-{row.name}")
    for line in FIELDS
    for row in FIELDS[line]
]
HAN = re.compile(r"[\u4e00-\u9fff]")
BANNED = (
    "invalid",
    "illegal",
    "failed",
    "error",
    "oops",
    "sorry",
    "非法",
    "无效",
    "失败",
    "异常",
    "请稍后",
)


def test_every_line_of_business_has_rows() -> None:
    assert set(FIELDS) == {*LINES, ""}
    assert fields_of("no such line") == FIELDS[""]


@pytest.mark.parametrize("line", FIELDS)
def test_names_are_unique_and_safety_comes_first(line: str) -> None:
    names = [row.name for row in FIELDS[line]]
    assert len(names) == len(set(names))
    assert names[0] == "any_injury"


@pytest.mark.parametrize(("line", "row"), ROWS)
def test_a_row_is_written_in_both_languages_and_names_its_source(line: str, row: Field) -> None:
    assert row.source in SOURCES
    for text in (row.title, row.question):
        assert HAN.search(text["zh"])
        assert text["en"] and not HAN.search(text["en"])
    assert row.asks["zh"] and row.asks["en"]
    for patterns in (*row.asks.values(), *row.says.values()):
        for pattern in patterns:
            re.compile(pattern)
    for each in row.choices:
        assert HAN.search(each.title["zh"]) and not HAN.search(each.title["en"])


@pytest.mark.parametrize(("line", "row"), ROWS)
def test_a_row_refers_only_to_what_exists(line: str, row: Field) -> None:
    assert set(row.checks) <= set(CHECKS)
    for name, value in (*row.when, *row.unless):
        other = field(line, name)
        assert other is not None and other.name != row.name
        legal = {each.value for each in other.choices} or {"yes", "no", "unknown"}
        assert value in legal
    if line:
        assert all(field(line, name) for name in row.instead if name != "plate" or line == "motor")
    assert (row.need == "C") == bool(row.when)
    assert (row.kind == "choice") == bool(row.choices)


@pytest.mark.parametrize(("line", "row"), ROWS)
def test_a_question_finds_itself(line: str, row: Field) -> None:
    """What the agent is told to say is recognised as the question for this very field."""
    for language in ("zh", "en"):
        said = row.question[language].lower()
        asked = [r.name for r in FIELDS[line] if any(re.search(p, said) for p in r.asks[language])]
        assert row.name in asked, f"{said} is not found by {row.asks[language]}"


def test_the_phone_interview_of_motor_stays_short() -> None:
    asked = [
        r.name
        for r in fields_of("motor")
        if r.on_line and r.need == "R" and r.level == "assignable"
    ]
    assert asked[:6] == [
        "any_injury",
        "safe_place",
        "callback_phone",
        "policy_number",
        "plate",
        "loss_time",
    ]
    assert len(asked) <= 18


def test_sentences_say_what_to_do_and_blame_nobody() -> None:
    for text in SENTENCES.values():
        assert HAN.search(text["zh"]) and not HAN.search(text["en"])
        assert not any(word in text[lang].lower() for word in BANNED for lang in ("zh", "en"))


def test_bank_details_are_never_asked_by_the_line() -> None:
    assert not any(row.on_line for row in fields_of("motor") if row.name.startswith("payee_"))
