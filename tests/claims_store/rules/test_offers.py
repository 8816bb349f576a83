"""What is offered is what would be taken, and the way ahead leads to the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.rules.stages import (
    MOVES,
    Actor,
    ClaimState,
    apply,
    check,
    forward,
    offers,
    refusal,
)

pytestmark = pytest.mark.unit
AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
HANDLER, OTHER = Actor("handler1", "handler"), Actor("handler2", "handler")
GIVEN: dict[str, Any] = {
    "reason": "r", "notice": "n", "into": "CL-1", "amount": "3600", "due": AT, "clause": "c",
    "missing": ["invoice"], "handler": "handler1", "surveyor": "s", "heard_in": "n1-1.1",
    "flag": "litigation", "claim": "CL-2", "rule": "once",
}  # fmt: skip
STATES = st.builds(
    ClaimState,
    stage=st.sampled_from(sorted({""} | {m.target for m in MOVES.values() if m.track == "stage"})),
    survey=st.sampled_from(["none", "dispatched", "accepted", "on_way", "arrived", "surveyed",
                            "assessed", "loss_reviewed"]),
    documents=st.sampled_from(["open", "queried", "partly", "complete"]),
    rejection_by=st.sampled_from([None, "handler1", "handler2"]),
    simple=st.sampled_from([None, "once"]),
    flags=st.sampled_from([frozenset(), frozenset({"fraud_referral"})]),
)  # fmt: skip
ACTORS = st.builds(
    Actor,
    st.sampled_from(["handler1", "handler2"]),
    st.sampled_from(["agent", "handler", "supervisor", "surveyor", "auditor"]),
)


@given(STATES, ACTORS)
def test_an_offer_without_objection_is_taken_and_all_others_are_refused(
    state: ClaimState, by: Actor
) -> None:
    offered = {each.event: each.refused for each in offers(state, by)}
    for event, move in MOVES.items():
        data = {name: GIVEN[name] for name in move.asks} | {"reason": "r"}
        refused = check(state, event, data, by)
        assert (refusal(state, event, by) is None) == (refused is None), event
        if event in ("claim_reported", "claim_absorbed"):
            assert event not in offered
        elif event in offered:
            assert (refused is None) == (offered[event] is None), event
        else:
            assert refused is not None and refused.code in ("who", "track", "during"), event


def test_the_way_ahead_leads_from_the_report_to_the_close() -> None:
    state, made = ClaimState(stage="reported"), []
    while (event := forward(state)) is not None:
        assert refusal(state, event, HANDLER) is None, event
        state = apply(state, event, AT, {name: GIVEN[name] for name in MOVES[event].asks}, HANDLER)
        made.append(event)
    assert state.stage == "closed"
    assert made[0] == "claim_filed" and made[-2:] == ["claim_paid", "claim_closed"]
    assert len(made) == len(set(made)) == 15


def test_who_proposed_a_rejection_reads_that_another_has_to_decide() -> None:
    state = apply(ClaimState(stage="filed"), "rejection_proposed", AT, GIVEN, HANDLER)
    refused = {each.event: each.refused for each in offers(state, HANDLER)}["claim_rejected"]
    assert refused is not None and refused.code == "second_person"
    assert {each.event: each.refused for each in offers(state, OTHER)}["claim_rejected"] is None
    unproposed = replace(state, rejection_by=None)
    lacking = {each.event: each.refused for each in offers(unproposed, OTHER)}["claim_rejected"]
    assert lacking is not None and lacking.code == "proposed"


def test_agents_are_offered_what_agents_may() -> None:
    offered = {each.event for each in offers(ClaimState(stage="filed"), Actor("agent1", "agent"))}
    assert offered == {
        "claim_withdrawn", "documents_received", "call_promised", "promise_kept", "customer_called",
    }  # fmt: skip
    assert offers(ClaimState(stage="filed"), Actor("x", "auditor")) == ()
