"""Whatever the rules may name has a prompt: missing fields, stages, next steps, choices."""

from __future__ import annotations

from pathlib import Path

import pytest

from ari_app.calls import saying
from ari_app.speech import prompts
from claims_store.rules import fields, stages

pytestmark = pytest.mark.unit

TABLE = prompts.load(Path(__file__).parents[3] / "asterisk" / "sounds" / prompts.TABLE)
NEXT_STEPS = "call file survey assess documents calculate review agree pay person none".split()


@pytest.mark.parametrize("line", fields.LINES)
def test_every_field_that_may_be_missing_has_a_prompt(line: str) -> None:
    names = {saying.piece("missing", row.name) for row in fields.fields_of(line)}
    assert names - TABLE.names == set()


def test_every_stage_of_a_claim_has_a_prompt() -> None:
    """None but "none": a survey that was called off is told by the claim's own stage."""
    targets = {move.target for move in stages.MOVES.values() if move.track} - {"none"}
    names = {saying.piece("status", target) for target in targets}
    assert names - TABLE.names == set()


def test_every_next_step_has_a_prompt() -> None:
    assert {saying.piece("next-step", step) for step in NEXT_STEPS} <= TABLE.names


@pytest.mark.parametrize("line", fields.LINES)
def test_the_question_for_the_kind_of_loss_offers_as_many_keys_as_there_are_choices(
    line: str,
) -> None:
    """Six choices by their own key, whatever else there is by the key after them."""
    kinds = next(row for row in fields.fields_of(line) if row.name == "loss_kind")
    name = "ask-loss-kind" if line == "motor" else f"ask-loss-kind-{line}"
    keys = min(len(kinds.choices), 7)
    assert TABLE.text(name, "zh").count("请按") == keys
    spoken = TABLE.text(name, "en").removesuffix(".").split(". ")
    assert len([part for part in spoken if ", " in part]) == keys
