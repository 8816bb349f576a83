"""What a person may do with a claim now, for whoever offers it before it is tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from claims_store.rules.stages.moving import IllegalMove, offered, unmet
from claims_store.rules.stages.state import Actor, ClaimState
from claims_store.rules.stages.table import MOVES, Move
from claims_store.rules.stages.told import next_step

_COMES_WITH_ANOTHER = frozenset({"claim_reported", "claim_absorbed"})
"""Moves that nobody makes by themselves."""

_OF_STAGE: Mapping[str, str] = {
    "reported": "claim_filed",
    "reopened": "claim_filed",
    "calculated": "claim_approved",
    "approved": "sum_agreed",
    "agreed": "payment_started",
    "pay_failed": "payment_started",
    "paying": "claim_paid",
    "paid": "claim_closed",
    "rejected": "claim_closed",
    "withdrawn": "claim_closed",
}
_OF_SURVEY: Mapping[str, str] = {
    "none": "survey_dispatched",
    "dispatched": "survey_accepted",
    "accepted": "surveyor_left",
    "on_way": "surveyor_arrived",
    "arrived": "loss_surveyed",
    "surveyed": "loss_assessed",
}
_OF_DOCUMENTS: Mapping[str, str] = {
    "open": "documents_requested",
    "queried": "documents_completed",
    "partly": "documents_completed",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A move that fits person and stage. `refused` says what has to come first, if anything."""

    event: str
    move: Move
    refused: IllegalMove | None


def offers(state: ClaimState, by: Actor) -> tuple[Offer, ...]:
    """Every move that this person may make where the claim stands, in the order of the table."""
    found = (each for each in MOVES if each not in _COMES_WITH_ANOTHER)
    return tuple(
        Offer(each, MOVES[each], unmet(state, each, by))
        for each in found
        if offered(state, each, by)
    )


def forward(state: ClaimState) -> str | None:
    """The move that takes the claim on its way, whoever may make it; None when it has ended."""
    if state.stage != "filed":
        return _OF_STAGE.get(state.stage)
    step = next_step(state)
    if step == "calculate":
        return "claim_calculated"
    if step == "documents":
        return _OF_DOCUMENTS.get(state.documents)
    return _OF_SURVEY.get(state.survey)
