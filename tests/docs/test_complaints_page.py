"""The page of complaints and feedback says what the tables say."""

from __future__ import annotations

import pytest

from claims_store.rules.complaints import MOVES, RIGHTS, WAYS
from claims_store.rules.deadlines import COMPLAINTS, Deadline
from claims_store.rules.feedback import DEPARTMENTS, QUESTIONS
from tests.docs.pages import ROOT

pytestmark = pytest.mark.unit

PAGE = (ROOT / "docs" / "reference" / "complaints.md").read_text("utf-8")
UNITS = {"calendar_day": "calendar days", "working_day": "working days", "minute": "min"}


def limit(rule: Deadline) -> str:
    more = "".join(f", {days} after `{event}`" for event, days in (rule.longer or {}).items())
    return f"{rule.limit} {UNITS[rule.unit]}{more}"


def test_every_move_stands_on_the_page_as_it_is() -> None:
    for event, move in MOVES.items():
        sources = " ".join(sorted(each or "-" for each in move.sources))
        row = (
            f"| `{event}` | {move.title['en']} | {sources} → {move.target or '-'} |"
            f" {' '.join(sorted(move.who))} | {' '.join(move.asks) or '-'} |"
            f" {' '.join(move.needs) or '-'} |"
        )
        assert row in PAGE, row


def test_every_limit_stands_on_the_page_as_it_is() -> None:
    for rule in COMPLAINTS.values():
        law = (rule.only or {}).get("law", "any")
        row = (
            f"| `{rule.name}` | {rule.title['en']} | {rule.kind} | {law} |"
            f" {' '.join(sorted(rule.trigger))} | {' '.join(sorted(rule.stop))} | {limit(rule)} |"
            f" {rule.source} |"
        )
        assert row in PAGE, row


def test_every_question_and_department_is_named() -> None:
    for name, question in QUESTIONS.items():
        low = " ".join(str(each) for each in sorted(question.low)) or "-"
        row = (
            f"| `{name}` | {question.title['en']} | {question.least}-{question.most} |"
            f" {question.department} | {question.whom or '-'} | {low} |"
        )
        assert row in PAGE, row
    for each in (*DEPARTMENTS, *RIGHTS, *WAYS):
        assert f"`{each}`" in PAGE, each
