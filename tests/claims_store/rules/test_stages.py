"""The table of legal moves of a claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.rules.stages import (
    MOVES,
    SIX,
    Actor,
    ClaimState,
    IllegalMove,
    apply,
    check,
    derive,
    next_step,
    progress,
    spoken,
    told,
)
from claims_store.rules.stages.names import name

pytestmark = pytest.mark.unit

AT = datetime(2026, 11, 24, tzinfo=UTC)
HANDLER = Actor("handler1", "handler")
SECOND = Actor("handler2", "handler")
ROLES = {"surveyor": Actor("s1", "surveyor"), "line": Actor("line", "line")}
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
REJECTED = (*FILED, "rejection_proposed", "claim_rejected")
GIVEN = {
    "surveyor": "surveyor1", "missing": ["driving_licence"], "reason": "r", "notice": "n",
    "clause": "7", "heard_in": "n1-1.1", "into": "CL-2", "handler": "handler1",
    "due": AT + timedelta(hours=2), "amount": "3600", "flag": "litigation", "rule": "once",
    "claim": "CL-3",
}  # fmt: skip
"""A value for everything that a move asks for."""


def by(event: str) -> Actor:
    """Somebody who may; a rejection is another one's than the proposal."""
    if event == "claim_rejected":
        return SECOND
    who = MOVES[event].who if event in MOVES else frozenset({"handler"})
    return HANDLER if "handler" in who else Actor("system", "system")


def given_for(event: str, **data: Any) -> dict[str, Any]:
    asks = MOVES[event].asks if event in MOVES else ()
    return {name: GIVEN[name] for name in asks} | data


def after(*events: str, **data: Any) -> ClaimState:
    """Where a claim stands after legal moves."""
    state = ClaimState()
    for event in events:
        state = apply(state, event, AT, given_for(event, **data), by(event))
    return state


@pytest.mark.parametrize(
    ("events", "told_first", "step"),
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
        (REJECTED, "rejected", "person"),
        ((*FILED, "claim_withdrawn"), "withdrawn", "none"),
        (("claim_reported", "claim_cancelled"), "cancelled", "none"),
        ((*PAID, "claim_closed", "claim_reopened"), "assessed", "calculate"),
    ],
)
def test_a_claim_is_told_by_its_stage_and_next_step(
    events: tuple[str, ...], told_first: str, step: str
) -> None:
    state = after(*events)
    assert (spoken(state), next_step(state)) == (told_first, step)


@pytest.mark.parametrize(
    ("events", "code"),
    [
        (("claim_filed",), "track"),
        (("claim_reported", "claim_reported"), "track"),
        # calculated without complete papers, or unassessed
        ((*SURVEYED, "loss_assessed", "claim_calculated"), "tracks_met"),
        ((*SURVEYED, "documents_completed", "claim_calculated"), "tracks_met"),
        ((*PAID[:-3], "payment_started"), "track"),  # nobody agreed
        ((*PAID[:-1], "claim_closed"), "track"),  # not paid yet
        ((*FILED, "documents_requested", "documents_requested"), "new_reason"),
        ((*PAID, "survey_dispatched"), "during"),
        ((*PAID, "claim_closed", "claim_closed"), "track"),
        ((*FILED, "claim_rejected"), "proposed"),
        ((*SURVEYED, "zero_closed"), "no_open_track"),
        ((*FILED, "survey_dispatched", "claim_withdrawn", "claim_closed"), "no_open_track"),
        ((*FILED, "loss_assessed_at_once"), "simple"),
        ((*PAID[:-4], "flag_set", "claim_approved"), "not_referred"),
        (("claim_reported", "something_else"), "unknown"),
    ],
)
def test_what_cannot_happen_is_refused_with_a_sentence(events: tuple[str, ...], code: str) -> None:
    before = after(*events[:-1], flag="fraud_referral")
    with pytest.raises(IllegalMove) as refused:
        apply(before, events[-1], AT, given_for(events[-1]), by(events[-1]))
    assert refused.value.code == code
    assert refused.value.sentence["zh"] and str(refused.value) == refused.value.sentence["en"]


@pytest.mark.parametrize("event", MOVES)
def test_nobody_moves_a_claim_whose_move_it_is_not(event: str) -> None:
    stranger = Actor("auditor", "auditor")
    refused = check(ClaimState("reported"), event, given_for(event), stranger)
    assert refused is not None and refused.code == "who"


@pytest.mark.parametrize("event", [name for name, move in MOVES.items() if move.asks])
def test_what_a_move_asks_for_has_to_be_there(event: str) -> None:
    move = MOVES[event]
    stage = next(iter(move.during or (move.sources if move.track == "stage" else {"filed"})))
    tracks = {move.track: next(iter(move.sources))} if move.track not in ("", "stage") else {}
    state = ClaimState(stage, **tracks)
    for lacking in move.asks:
        data = {name: value for name, value in given_for(event).items() if name != lacking}
        refused = check(state, event, data, by(event))
        assert refused is not None and refused.code == "lacks" and lacking in str(refused)


def test_a_rejection_needs_two_persons_and_a_notice() -> None:
    proposed = after(*FILED, "rejection_proposed")
    alone = check(proposed, "claim_rejected", given_for("claim_rejected"), HANDLER)
    assert alone is not None and alone.code == "second_person"
    silent = check(proposed, "claim_rejected", {"reason": "r"}, SECOND)
    assert silent is not None and silent.code == "lacks"
    done = apply(proposed, "claim_rejected", AT, given_for("claim_rejected"), SECOND)
    assert done.stage == "rejected"


def test_a_second_request_for_papers_says_what_is_new() -> None:
    state = after(*FILED, "documents_requested", reason="first")
    again = {"missing": ["invoice"], "reason": "first"}
    refused = check(state, "documents_requested", again, HANDLER)
    assert refused is not None and refused.code == "new_reason"
    assert check(state, "documents_requested", again | {"reason": "court"}, HANDLER) is None


@pytest.mark.parametrize(("authority", "allowed"), [("3600", True), ("3599.99", False), (None, 1)])
def test_who_approves_has_the_authority(authority: str | None, allowed: bool) -> None:
    state = after(*PAID[:-4])
    limit = None if authority is None else Decimal(authority)
    state = apply(after(*SURVEYED), "loss_assessed", AT, {"amount": "3600"}, ROLES["surveyor"])
    state = replace(state, documents="complete", stage="calculated")
    refused = check(state, "claim_approved", {}, Actor("handler3", "handler", limit))
    assert (refused is None) == bool(allowed)


@pytest.mark.parametrize(
    ("name", "value"),
    [("amount", "-1"), ("amount", "many"), ("amount", "NaN"), ("due", "soon"),
     ("due", "2026-11-24T10:00")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(name: str, value: str) -> None:
    event = "estimated" if name == "amount" else "call_promised"
    refused = check(after(*FILED), event, {name: value}, HANDLER)
    assert refused is not None and refused.code == "lacks"


def test_who_has_the_claim_and_what_was_promised_is_in_the_journal() -> None:
    due = AT + timedelta(hours=2)
    state = after("claim_reported")
    state = apply(state, "handler_assigned", AT, {"handler": "handler1"})
    state = apply(state, "call_promised", AT, {"due": due.isoformat()}, HANDLER)
    assert (state.owner, state.promised_at, next_step(state)) == ("handler1", due, "call")
    assert apply(state, "call_promised", AT, {"due": due}, HANDLER).promised_at == due
    assert apply(state, "promise_kept", AT, {}, HANDLER).promised_at is None


def test_one_promise_that_is_kept_leaves_the_others_open() -> None:
    call, visit = AT + timedelta(hours=2), AT + timedelta(hours=1)
    state = apply(after("claim_reported"), "call_promised", AT, {"due": call}, HANDLER)
    state = apply(state, "call_promised", AT, {"due": visit, "what": "surveyor_comes"}, HANDLER)
    assert state.promised_at == visit
    state = apply(state, "promise_kept", AT, {"what": "surveyor_comes"}, HANDLER)
    assert (state.promised_at, next_step(state)) == (call, "call")
    later = {"due": call + timedelta(hours=1), "what": "handler_calls", "reason": "late"}
    moved = apply(state, "promise_moved", AT, later, HANDLER)
    assert moved.promises == (("handler_calls", later["due"]),)
    withdrawn = {"reason": "paid myself", "heard_in": "n1-1.1"}
    assert apply(moved, "claim_withdrawn", AT, withdrawn, HANDLER).promises == ()


def test_a_request_names_papers_until_they_are_complete() -> None:
    state = after(*FILED, "documents_requested", missing=["licence", "invoice"])
    assert state.missing == ("licence", "invoice")
    assert apply(state, "documents_completed", AT, {}, HANDLER).missing == ()


def test_reopening_keeps_both_times_of_closing() -> None:
    later = AT + timedelta(days=9)
    closed = apply(after(*PAID), "claim_closed", AT, {}, HANDLER)
    opened = apply(closed, "claim_reopened", later, {"reason": "court"}, HANDLER)
    assert (opened.closed, opened.first_closed, opened.last_closed) == (None, AT, AT)
    again = replace(opened, stage="paid")
    again = apply(again, "claim_closed", later, {}, HANDLER)
    assert (again.closed, again.first_closed, again.last_closed) == (later, AT, later)


def test_flags_come_and_go_beside_the_stages() -> None:
    state = after(*FILED, "flag_set", flag="catastrophe")
    assert state.flags == {"catastrophe"} and state.stage == "filed"
    state = apply(state, "flag_cleared", AT, {"flag": "catastrophe", "reason": "r"}, HANDLER)
    assert state.flags == frozenset()
    assert after(*FILED, "advance_paid").flags == {"prepaid"}
    refused = check(state, "flag_set", {"flag": "weather", "reason": "r"}, HANDLER)
    assert refused is not None and refused.code == "flag_known"


def test_both_tracks_are_told_and_the_one_that_waits_for_the_customer_first() -> None:
    assert told(after(*SURVEYED, "documents_requested")) == ("queried", "surveyed")
    assert told(after(*FILED, "documents_received")) == ("partly",)
    assert told(after(*FILED)) == ("filed",)


@pytest.mark.parametrize(
    ("events", "behind"),
    [(FILED, 1), (SURVEYED, 2), ((*SURVEYED, "loss_assessed"), 3), (PAID[:-4], 3),
     (PAID[:-3], 4), (PAID, 5), ((*PAID, "claim_closed"), 6), (REJECTED, 1),
     (("claim_reported", "claim_cancelled"), 6)],
)  # fmt: skip
def test_the_progress_line_has_six_words(events: tuple[str, ...], behind: int) -> None:
    assert len(SIX) == 6
    assert progress(after(*events)) == behind


def test_a_journal_from_before_a_rule_is_history_all_the_same() -> None:
    old = [("claim_reported", AT, "line", {}), ("claim_rejected", AT, "handler1", {}),
           ("handler_assigned", AT, "system", {})]  # fmt: skip
    assert derive(old).stage == "rejected"


def test_every_stage_has_a_name() -> None:
    for move in MOVES.values():
        for stage in {move.target, *move.sources} if move.track else ():
            assert name(move.track, stage)["zh"] != stage
    assert name("stage", "nowhere") == {"zh": "nowhere", "en": "nowhere"}


@given(st.lists(st.sampled_from([*MOVES, "handler_assigned"]), max_size=60))
def test_no_order_of_events_leads_past_the_table(events: list[str]) -> None:
    state, history = ClaimState(), []
    for event in events:
        data = given_for(event, reason=f"r{len(history)}")
        try:
            moved = apply(state, event, AT, data, by(event))
        except IllegalMove:
            assert state == derive(history)
            continue
        history.append((event, AT, by(event).name, data))
        state = moved
        happened = {each[0] for each in history}
        if state.stage in ("approved", "agreed", "paying", "paid"):
            assert happened & {"claim_calculated", "rejection_appealed"}
        if state.stage == "paid":
            assert "sum_agreed" in happened
        if state.stage == "closed":
            assert not state.track_open
        assert (state.first_closed is None) == (state.last_closed is None)
        assert told(state) and spoken(state) and next_step(state)
        assert 1 <= progress(state) <= 6
    assert state == derive(history)
