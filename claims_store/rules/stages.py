"""The life of a claim as one table of legal moves; where it stands is derived from its journal.

A claim has a main track and two that run side by side and meet at the calculation: the survey
with its assessment, and the documents. Stages and events after `claims.md` 2.1 of the research.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

__all__ = ["MOVES", "ClaimState", "IllegalMove", "Move", "apply", "derive", "next_step", "spoken"]

Track = Literal["stage", "survey", "documents"]


class IllegalMove(Exception):
    """This cannot happen to a claim that stands where it does."""


@dataclass(frozen=True, slots=True)
class ClaimState:
    """Where a claim stands. `missing` is what the last request for papers named."""

    stage: str = ""
    survey: str = "none"
    documents: str = "open"
    owner: str | None = None
    promised_at: datetime | None = None
    closed: datetime | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """An event takes a track from `sources` to `target` while the main track is in `during`."""

    track: Track
    sources: frozenset[str]
    target: str
    during: frozenset[str] = frozenset()


def _move(track: Track, sources: str, target: str, during: str = "") -> Move:
    return Move(track, frozenset(sources.split()), target, frozenset(during.split()))


_WORK = "reported filed reopened"
MOVES: Mapping[str, Move] = {
    "claim_reported": Move("stage", frozenset({""}), "reported"),
    "claim_filed": _move("stage", "reported reopened", "filed"),
    "claim_cancelled": _move("stage", "reported", "cancelled"),
    "claim_merged": _move("stage", "reported filed", "merged"),
    "survey_dispatched": _move("survey", "none dispatched surveyed assessed", "dispatched", _WORK),
    "survey_accepted": _move("survey", "dispatched", "accepted", _WORK),
    "surveyor_left": _move("survey", "accepted", "on_way", _WORK),
    "surveyor_arrived": _move("survey", "accepted on_way", "arrived", _WORK),
    "loss_surveyed": _move("survey", "none arrived", "surveyed", _WORK),
    "loss_assessed": _move("survey", "surveyed", "assessed", _WORK),
    "loss_reviewed": _move("survey", "assessed", "loss_reviewed", _WORK),
    "documents_requested": _move("documents", "open partly complete", "queried", _WORK),
    "documents_received": _move("documents", "open partly queried", "partly", _WORK),
    "documents_completed": _move("documents", "open partly queried", "complete", _WORK),
    "claim_calculated": _move("stage", "filed returned", "calculated"),
    "calculation_returned": _move("stage", "calculated", "filed"),
    "claim_approved": _move("stage", "calculated", "approved"),
    "claim_rejected": _move("stage", "reported filed calculated", "rejected"),
    "rejection_appealed": _move("stage", "rejected", "calculated"),
    "sum_agreed": _move("stage", "approved", "agreed"),
    "payment_started": _move("stage", "agreed pay_failed", "paying"),
    "payment_failed": _move("stage", "paying", "pay_failed"),
    "claim_paid": _move("stage", "paying", "paid"),
    "claim_withdrawn": _move("stage", "reported filed calculated approved", "withdrawn"),
    "claim_closed": _move("stage", "paid filed rejected withdrawn", "closed"),
    "claim_reopened": _move("stage", "closed withdrawn rejected", "reopened"),
}
_REMARKS = frozenset({"handler_assigned", "call_promised", "promise_kept"})
_SURVEY_DONE = frozenset({"assessed", "loss_reviewed"})
_ENDED = frozenset({"closed", "cancelled", "merged"})


def apply(state: ClaimState, event: str, at: datetime, data: Mapping[str, Any]) -> ClaimState:
    """The state after an event; raises `IllegalMove`."""
    move = MOVES.get(event)
    if move is None:
        if event not in _REMARKS or not state.stage:
            raise IllegalMove(f"{event} is not an event of this claim")
        return _remark(state, event, data)
    if getattr(state, move.track) not in move.sources:
        raise IllegalMove(f"{event}: {move.track} is {getattr(state, move.track) or 'nothing'}")
    if move.during and state.stage not in move.during:
        raise IllegalMove(f"{event}: the claim is {state.stage or 'not reported'}")
    if event == "claim_calculated" and not _tracks_met(state):
        raise IllegalMove(f"{event}: survey is {state.survey}, documents are {state.documents}")
    return _moved(state, move, event, at, data)


def derive(events: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> ClaimState:
    """The state after a whole journal of (event, at, data)."""
    state = ClaimState()
    for event, at, data in events:
        state = apply(state, event, at, data)
    return state


def spoken(state: ClaimState) -> str:
    """The one stage that is told; the track that waits for the customer comes first."""
    if state.stage not in ("filed", "reopened", "reported"):
        return state.stage
    if state.documents in ("queried", "partly"):
        return state.documents
    if state.survey != "none":
        return state.survey
    return state.stage


def next_step(state: ClaimState) -> str:
    """What happens next, in one word: call, file, survey, assess, documents, calculate, review,
    agree, pay, person or none."""
    if state.stage == "reported":
        return "file" if state.promised_at is None else "call"
    if state.stage in ("filed", "reopened"):
        return _next_of_tracks(state)
    later = {"calculated": "review", "approved": "agree", "agreed": "pay", "paying": "pay"}
    if state.stage in _ENDED or state.stage in ("paid", "withdrawn"):
        return "none"
    return later.get(state.stage, "person")


def _next_of_tracks(state: ClaimState) -> str:
    if state.documents in ("queried", "partly"):
        return "documents"
    if state.survey == "surveyed":
        return "assess"
    if state.survey not in _SURVEY_DONE:
        return "survey"
    return "calculate" if state.documents == "complete" else "documents"


def _tracks_met(state: ClaimState) -> bool:
    return state.documents == "complete" and state.survey in _SURVEY_DONE


def _remark(state: ClaimState, event: str, data: Mapping[str, Any]) -> ClaimState:
    if event == "handler_assigned":
        return replace(state, owner=str(data["handler"]))
    if event == "call_promised":
        return replace(state, promised_at=_moment(data["due"]))
    if event == "promise_kept":
        return replace(state, promised_at=None)
    return state


def _moved(
    state: ClaimState, move: Move, event: str, at: datetime, data: Mapping[str, Any]
) -> ClaimState:
    state = replace(state, **{move.track: move.target})  # type: ignore[arg-type]
    if event == "documents_requested":
        return replace(state, missing=tuple(str(name) for name in data.get("missing", ())))
    if event == "documents_completed":
        return replace(state, missing=())
    if event == "claim_reopened":
        return replace(state, closed=None)
    return replace(state, closed=at) if move.target in _ENDED else state


def _moment(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
