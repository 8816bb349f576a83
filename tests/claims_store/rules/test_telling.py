"""What customers are told: words for every stage, step and event, in both languages, the same on
the line, on the page, in messages and for programs."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from ari_app.calls.saying import piece
from ari_app.speech import prompts
from claims_store.rules import telling
from claims_store.rules.deadlines import DEADLINES
from claims_store.rules.stages import MOVES, SIX, ClaimState, next_step, told

pytestmark = pytest.mark.unit

HAN = re.compile(r"[\u4e00-\u9fff]")
SOUNDS = Path(__file__).parents[3] / "asterisk" / "sounds" / "prompts.tsv"


def targets(track: str) -> set[str]:
    return {move.target for move in MOVES.values() if move.track == track and move.target}


STATES = [
    ClaimState(stage=stage, survey=survey, documents=documents, missing=missing)
    for stage, survey, documents, missing in product(
        targets("stage"), targets("survey") | {"none"}, targets("documents") | {"open"},
        ((), ("doc_identity", "doc_invoice")),
    )
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_that_a_claim_can_be_in_has_its_words(language: str) -> None:
    for state in STATES:
        said = told(state)
        assert all(each in telling.STAGES for each in said), said
        step = next_step(state)
        assert step in telling.NEXT
        papers = [telling.paper("motor", each, language) for each in state.missing]
        text = telling.message(
            telling.stage(said, len(papers), language), papers,
            telling.next_words(step, language), None, language,
        )  # fmt: skip
        assert "{" not in text and len(text) < 200
        assert bool(HAN.search(text)) == (language == "zh")
        head = telling.head(step, len(papers), False, language)
        assert head and "{" not in head


def test_the_line_has_a_prompt_for_every_stage_step_and_paper() -> None:
    there = set(prompts.load(SOUNDS).texts)
    for stage in telling.STAGES:
        assert piece("status", stage) in there, stage
    for step in telling.NEXT:
        assert piece("next-step", step) in there, step
    papers = {
        name.removeprefix("missing-doc-") for name in there if name.startswith("missing-doc-")
    }
    for name in papers - {"other"}:
        assert telling.paper("motor", f"doc-{name}", "en") != telling.OTHER_PAPER["en"], name


def test_no_more_than_what_moves_is_told_and_all_six_words_are_there() -> None:
    assert telling.EVENTS.keys() <= MOVES.keys()
    assert tuple(telling.SIX) == SIX
    inside = {"flag_set", "flag_cleared", "rejection_proposed", "simple_rule_fired", "estimated"}
    assert not inside & telling.EVENTS.keys(), "work of the house"
    for rule in DEADLINES.values():
        if rule.told:
            assert rule.name in telling.PROMISED, rule.name


@pytest.mark.parametrize(
    "table", [telling.STAGES, telling.NEXT, telling.EVENTS, telling.SIX, telling.PROMISED]
)
def test_both_languages_are_whole(table: dict[str, dict[str, str]]) -> None:
    for name, words in table.items():
        assert set(words) == {"zh", "en"}, name
        assert HAN.search(words["zh"]) and not re.search(r"[A-Za-z]", words["zh"]), name
        assert words["en"] and not HAN.search(words["en"]), name


@pytest.mark.parametrize(
    ("missing", "closed", "step", "zh", "en"),
    [
        (2, False, "documents", "等您的资料（2 项）", "We need 2 things from you"),
        (1, False, "documents", "等您的资料（1 项）", "We need one thing from you"),
        (0, False, "agree", "请您确认赔款金额", "Agree to the sum"),
        (0, False, "review", "现在不用您做什么", "Nothing for you to do now"),
        (0, True, "none", "这个案件办完了", "This claim is finished"),
    ],
)
def test_the_headline_says_what_is_needed_now(
    missing: int, closed: bool, step: str, zh: str, en: str
) -> None:
    assert telling.head(step, missing, closed, "zh") == zh
    assert telling.head(step, missing, closed, "en") == en
