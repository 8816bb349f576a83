"""The page of a claim's life says what the tables say: moves, deadlines, simple claims."""

from __future__ import annotations

import re

import pytest

from claims_store.rules.assigning import FILTERS, STEPS, WORDS
from claims_store.rules.deadlines import DEADLINES, PROMISE, Deadline
from claims_store.rules.simple import RULES
from claims_store.rules.stages import FLAGS, MOVES, SIX
from claims_store.rules.stages.table import MAIN, NOTES, PAPERS, SURVEYS, Move
from tests.docs.pages import ROOT

pytestmark = pytest.mark.unit

PAGE = (ROOT / "docs" / "reference" / "claims.md").read_text("utf-8")
TABLES = {"The claim": MAIN, "Survey and assessment": SURVEYS, "Documents": PAPERS, "Notes": NOTES}


def rows(name: str) -> list[str]:
    """The rows of the one table under a head."""
    found = re.search(rf"(?ms)^### {name}\n(.*?)(?=^##|\Z)", PAGE)
    assert found, name
    return [line for line in found[1].splitlines() if line.startswith("| `")]


def move_row(event: str, move: Move) -> str:
    way = f"{' '.join(sorted(move.sources)) or '-'} → {move.target}" if move.track else "-"
    needs = " ".join(move.needs) or "-"
    asks = " ".join(move.asks) or "-"
    told = (move.notice or {}).get("en", "-")
    title, who = move.title["en"], " ".join(sorted(move.who))
    return f"| `{event}` | {title} | {way} | {who} | {asks} | {needs} | {told} |"


def limit(rule: Deadline) -> str:
    unit = {"minute": "min", "calendar_day": "calendar days", "working_day": "working days"}
    bands = [f"below {upto}: {value}" for upto, value in rule.by_amount]
    places = [f"{place}: {value}" for place, value in (rule.by_place or {}).items()]
    text = ", ".join([*bands, *places, f"else {rule.limit}" if bands or places else ""])
    return f"{text.removesuffix(', ') or rule.limit} {unit[rule.unit]}"


def deadline_row(rule: Deadline) -> str:
    start, stop = " ".join(sorted(rule.trigger)), " ".join(sorted(rule.stop))
    acts = ", ".join(f"{step.act} at {step.share:.0%}" for step in rule.steps)
    return (
        f"| `{rule.name}` | {rule.title['en']} | {rule.kind} | {start} | {stop} | {limit(rule)} |"
        f" {rule.pause or '-'} | {acts} | {rule.source} |"
    )


@pytest.mark.parametrize("name", TABLES)
def test_every_move_stands_on_the_page_as_it_is(name: str) -> None:
    assert rows(name) == [move_row(event, move) for event, move in TABLES[name].items()]
    assert sum(len(table) for table in TABLES.values()) == len(MOVES)


def test_every_deadline_stands_on_the_page_as_it_is() -> None:
    assert rows("Limits") == [deadline_row(rule) for rule in DEADLINES.values()]
    for step in PROMISE.steps:
        assert f"{step.share:.0%}" in PAGE


def test_every_simple_rule_and_flag_and_filter_is_named() -> None:
    wanted = [
        f"| `{rule.name}` | {rule.title['en']} | {' '.join(rule.lines)} |"
        f" {' '.join(test.fact for test in rule.tests)} | {rule.source} |"
        for rule in RULES
    ]
    assert rows("Rules") == wanted
    assert rows("Filters") == [
        f"| `{name}` | {WORDS[name]['en']} |"
        f" {' '.join(step for step, filters in STEPS.items() if name in filters)} |"
        for name in FILTERS
    ]
    for name in (*FLAGS, *SIX):
        assert f"`{name}`" in PAGE
