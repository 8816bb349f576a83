"""The life of a complaint: what is legal, who decides nothing, and what an answer names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.calendar import DEFAULT
from claims_store.rules.clocks import Facts, Happened, clocks
from claims_store.rules.complaints import (
    CONDITIONS,
    MOVES,
    RIGHTS,
    STAGES,
    ComplaintState,
    Known,
    check,
    derive,
)
from claims_store.rules.deadlines import COMPLAINTS
from claims_store.rules.stages import Actor

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SUPERVISOR = Actor("supervisor", "supervisor")
HANDLER = Actor("handler1", "handler")
ANSWER = "我们已核实。您可以申请复核、调解或提起诉讼。"
ENGLISH = "We looked into it. You may ask for a review, for mediation, or go to court."
WHOLE: dict[str, Any] = {
    "reason": "a reason", "text": ANSWER, "owner": "quality", "department": "survey",
}  # fmt: skip


def test_every_row_leads_somewhere() -> None:
    for move in MOVES.values():
        assert move.target in STAGES
        assert move.sources <= set(STAGES)
        assert set(move.needs) <= set(CONDITIONS)
    assert {event for rule in COMPLAINTS.values() for event in rule.trigger | rule.stop} <= set(
        MOVES
    )


@pytest.mark.parametrize(
    ("stage", "legal"),
    [
        ("", {"complaint_drafted", "complaint_opened"}),
        ("drafted", {"complaint_opened", "draft_dropped", "customer_called_back",
                     "complaint_assigned", "complaint_moved"}),
        ("open", {"customer_called_back", "complaint_assigned", "complaint_moved",
                  "complaint_complex", "complaint_answered"}),
        ("answered", {"complaint_assigned", "complaint_closed", "complaint_reopened"}),
        ("closed", {"complaint_reopened"}),
        ("dropped", {"complaint_reopened"}),
    ],
)  # fmt: skip
def test_what_is_legal_at_each_stage(stage: str, legal: set[str]) -> None:
    state = ComplaintState(stage=stage)
    found = {event for event in MOVES if check(state, event, WHOLE, SUPERVISOR, Known()) is None}
    assert found == legal


@pytest.mark.parametrize(
    ("stage", "event"),
    [("drafted", "draft_dropped"), ("open", "complaint_answered"), ("answered", "complaint_closed"),
     ("open", "complaint_complex"), ("drafted", "customer_called_back")],
)  # fmt: skip
def test_whoever_is_concerned_decides_nothing(stage: str, event: str) -> None:
    state = ComplaintState(stage=stage)
    known = Known(concerned=frozenset({"handler1"}))
    refused = check(state, event, WHOLE, HANDLER, known)
    assert refused is not None and refused.code == "not_concerned"
    assert "your own work" in refused.sentence["en"] and "本人" in refused.sentence["zh"]
    assert check(state, event, WHOLE, SUPERVISOR, known) is None


def test_it_is_given_to_nobody_who_is_concerned() -> None:
    known = Known(concerned=frozenset({"handler1"}))
    given_to = {"owner": "handler1"}
    refused = check(ComplaintState(stage="open"), "complaint_assigned", given_to, SUPERVISOR, known)
    assert refused is not None and refused.code == "owner_not_concerned"


@pytest.mark.parametrize(
    ("law", "text", "lacks"),
    [
        ("CN", ANSWER, ""),
        ("CN", ENGLISH, ""),
        ("CN", "我们已核实。您可以申请复核。", "mediation, court"),
        ("CN", "Sorry.", "review, mediation, court"),
        ("UK", ENGLISH, "ombudsman"),
        ("UK", "You may refer it to the Financial Ombudsman Service.", ""),
    ],
)
def test_an_answer_names_what_else_can_be_done(law: str, text: str, lacks: str) -> None:
    state = ComplaintState(stage="open")
    refused = check(state, "complaint_answered", {"text": text}, SUPERVISOR, Known(law=law))
    assert (refused is not None) == bool(lacks)
    if refused is not None:
        assert refused.sentence["en"].endswith(f": {lacks}.")
        assert law in RIGHTS


def test_more_time_needs_a_reason_and_another_person() -> None:
    state = derive([("complaint_opened", NOW, "quality", {})])
    refused = check(state, "extension_approved", WHOLE, SUPERVISOR, Known())
    assert refused is not None and refused.code == "complex"
    complex_ = ("complaint_complex", NOW, "supervisor", {"reason": "two courts"})
    state = derive([("complaint_opened", NOW, "quality", {}), complex_])
    refused = check(state, "extension_approved", WHOLE, SUPERVISOR, Known())
    assert refused is not None and refused.code == "second_person"
    other = Actor("other", "supervisor")
    assert check(state, "extension_approved", WHOLE, other, Known()) is None
    lacks = check(state, "extension_approved", {"reason": " "}, other, Known())
    assert lacks is not None and lacks.code == "lacks"


@given(
    st.lists(st.tuples(st.sampled_from([*MOVES, "unheard_of"]),
                       st.sampled_from(["handler1", "supervisor", "quality"])), max_size=12)
)  # fmt: skip
def test_in_any_order_nothing_illegal_happens_and_no_deadline_is_lost(
    tries: list[tuple[str, str]],
) -> None:
    roles = {"handler1": "handler", "supervisor": "supervisor", "quality": "quality"}
    known = Known(concerned=frozenset({"handler1"}))
    events: list[tuple[str, datetime, str, dict[str, Any]]] = []
    for place, (event, name) in enumerate(tries):
        state = derive(events)
        if check(state, event, WHOLE, Actor(name, roles[name]), known) is None:
            events.append((event, NOW + timedelta(hours=place), name, WHOLE))
    state = derive(events)
    assert state.stage in STAGES
    assert not any(by == "handler1" and event in ("complaint_answered", "complaint_closed")
                   for event, _, by, _ in events)  # fmt: skip
    happened = [Happened(n, at, event) for n, (event, at, _, _) in enumerate(events, 1)]
    running = [each.rule for each in clocks(happened, Facts("", law="CN"), DEFAULT, UTC, COMPLAINTS)
               if each.state == "open"]  # fmt: skip
    if state.stage in ("open", "drafted"):
        assert "CN10" in running or ("CB1" in running) or state.stage == "drafted"
    if state.stage == "open":
        assert running.count("CN10") == 1
    if state.stage in ("closed", "dropped"):
        assert running == []


@pytest.mark.parametrize(
    ("events", "law", "days"),
    [
        (("complaint_opened",), "CN", {"CN10": 15}),
        (("complaint_opened", "complaint_complex"), "CN", {"CN10": 30}),
        (("complaint_opened", "complaint_complex", "extension_approved"), "CN", {"CN10": 60}),
        (("complaint_opened",), "UK", {"UK2A": 3, "UK2": 56}),
    ],
)
def test_the_limits_of_each_law(events: tuple[str, ...], law: str, days: dict[str, int]) -> None:
    happened = [Happened(n, NOW + timedelta(hours=n), each) for n, each in enumerate(events)]
    found = clocks(happened, Facts("", law=law), DEFAULT, UTC, COMPLAINTS)
    ends = {each.rule: (each.due or NOW).date() - timedelta(days=1) for each in found}
    assert {rule: (end - NOW.date()).days for rule, end in ends.items()} == days
