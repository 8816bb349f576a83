"""The table of legal moves of a claim."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.rules.stages import (
    MOVES,
    ClaimState,
    IllegalMove,
    apply,
    derive,
    next_step,
    spoken,
)

pytestmark = pytest.mark.unit

AT = datetime(2026, 11, 24, tzinfo=UTC)
FILED = ("claim_reported", "claim_filed")
SURVEYED = (
    *FILED,
    "survey_dispatched",
    "survey_accepted",
    "surveyor_left",
    "surveyor_arrived",
    "loss_surveyed",
)
READY = (*SURVEYED, "loss_assessed", "documents_completed")
PAID = (
    *READY,
    "claim_calculated",
    "claim_approved",
    "sum_agreed",
    "payment_started",
    "claim_paid",
)


def after(*events: str, **data: Any) -> ClaimState:
    return derive((event, AT, data) for event in events)


@pytest.mark.parametrize(
    ("events", "told", "step"),
    [
        (("claim_reported",), "reported", "file"),
        (FILED, "filed", "survey"),
        ((*FILED, "survey_dispatched"), "dispatched", "survey"),
        (SURVEYED, "surveyed", "assess"),
        ((*SURVEYED, "loss_assessed"), "assessed", "documents"),
        ((*SURVEYED, "documents_requested"), "queried", "documents"),
        ((*SURVEYED, "documents_received"), "partly", "documents"),
        (READY, "assessed", "calculate"),
        (PAID[:-4], "calculated", "review"),
        (PAID[:-3], "approved", "agree"),
        (PAID[:-2], "agreed", "pay"),
        (PAID[:-1], "paying", "pay"),
        ((*PAID[:-1], "payment_failed"), "pay_failed", "person"),
        (PAID, "paid", "none"),
        ((*PAID, "claim_closed"), "closed", "none"),
        ((*FILED, "claim_rejected"), "rejected", "person"),
        ((*FILED, "claim_withdrawn"), "withdrawn", "none"),
        (("claim_reported", "claim_cancelled"), "cancelled", "none"),
        ((*PAID, "claim_closed", "claim_reopened"), "assessed", "calculate"),
    ],
)
def test_a_claim_is_told_by_its_stage_and_next_step(
    events: tuple[str, ...], told: str, step: str
) -> None:
    state = after(*events)
    assert (spoken(state), next_step(state)) == (told, step)


@pytest.mark.parametrize(
    "events",
    [
        ("claim_filed",),
        ("claim_reported", "claim_reported"),
        (*SURVEYED, "loss_assessed", "claim_calculated"),  # papers are not complete
        (*SURVEYED, "documents_completed", "claim_calculated"),  # not assessed
        (*PAID[:-3], "payment_started"),  # nobody agreed
        (*PAID[:-1], "claim_closed"),  # not paid yet
        (*FILED, "documents_requested", "documents_requested"),  # everything is named once
        (*PAID, "survey_dispatched"),
        (*PAID, "claim_closed", "claim_closed"),
        ("claim_reported", "something_else"),
    ],
)
def test_what_cannot_happen_is_refused(events: tuple[str, ...]) -> None:
    before = after(*events[:-1])
    with pytest.raises(IllegalMove):
        apply(before, events[-1], AT, {})


def test_who_has_the_claim_and_what_was_promised_is_in_the_journal() -> None:
    due = AT + timedelta(hours=2)
    state = after("claim_reported")
    state = apply(state, "handler_assigned", AT, {"handler": "handler1"})
    state = apply(state, "call_promised", AT, {"due": due.isoformat()})
    assert (state.owner, state.promised_at, next_step(state)) == ("handler1", due, "call")
    assert apply(state, "call_promised", AT, {"due": due}).promised_at == due
    assert apply(state, "promise_kept", AT, {}).promised_at is None


def test_a_request_names_papers_until_they_are_complete() -> None:
    state = after(*FILED, "documents_requested", missing=["licence", "invoice"])
    assert state.missing == ("licence", "invoice")
    assert apply(state, "documents_completed", AT, {}).missing == ()


def test_closing_and_reopening_keep_the_time_of_the_last_close() -> None:
    closed = apply(after(*PAID), "claim_closed", AT, {})
    assert closed.closed == AT
    assert apply(closed, "claim_reopened", AT, {}).closed is None


@given(st.lists(st.sampled_from([*MOVES, "handler_assigned"]), max_size=60))
def test_no_order_of_events_leads_past_the_table(events: list[str]) -> None:
    state = ClaimState()
    calculated = False
    for event in events:
        try:
            state = apply(state, event, AT, {"handler": "handler1"})
        except IllegalMove:
            continue
        calculated = calculated or event == "claim_calculated"
        if state.stage in ("approved", "agreed", "paying", "paid"):
            assert calculated or event == "rejection_appealed" or "rejection_appealed" in events
        assert spoken(state)
        assert next_step(state)
