"""What is told about where a claim stands: the track that waits for the customer comes first."""

from __future__ import annotations

from claims_store.rules.stages.state import ENDED, SURVEY_DONE, ClaimState

SIX = ("reported", "surveyed", "assessed", "review", "payout", "closed")
"""The six plain words of the customer's progress line."""

_TRACKS_TELL = ("filed", "reopened", "reported")
_AT = {"calculated": 3, "approved": 4, "agreed": 4, "paying": 4, "pay_failed": 4, "paid": 5}


def told(state: ClaimState) -> tuple[str, ...]:
    """What is told, first things first: while both tracks run there are two things to tell."""
    if state.stage not in _TRACKS_TELL:
        return (state.stage,)
    waits = (state.documents,) if state.documents in ("queried", "partly") else ()
    survey = (state.survey,) if state.survey != "none" else ()
    return (*waits, *survey) or (state.stage,)


def spoken(state: ClaimState) -> str:
    """The one stage that is told where there is room for one."""
    return told(state)[0]


def progress(state: ClaimState) -> int:
    """How many of the six words are behind a claim; all six once it has ended."""
    if state.closed is not None:
        return len(SIX)
    if state.stage in _AT:
        return _AT[state.stage]
    if state.survey in SURVEY_DONE:
        return 3
    return 2 if state.survey == "surveyed" else 1


def next_step(state: ClaimState) -> str:
    """What happens next, in one word: call, file, survey, assess, documents, calculate, review,
    agree, pay, person or none."""
    if state.stage == "reported":
        return "file" if state.promised_at is None else "call"
    if state.stage in ("filed", "reopened"):
        return _next_of_tracks(state)
    later = {"calculated": "review", "approved": "agree", "agreed": "pay", "paying": "pay"}
    if state.stage in ENDED or state.stage in ("paid", "withdrawn"):
        return "none"
    return later.get(state.stage, "person")


def _next_of_tracks(state: ClaimState) -> str:
    if state.documents in ("queried", "partly"):
        return "documents"
    if state.survey == "surveyed":
        return "assess"
    if state.survey not in SURVEY_DONE:
        return "survey"
    return "calculate" if state.documents == "complete" else "documents"
