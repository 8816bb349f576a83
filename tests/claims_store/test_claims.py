"""Claims: moved by events, found by digits, told in one stage."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import claims, moves
from claims_store.errors import NotFound
from claims_store.rules.stages import IllegalMove, derive
from claims_store.store import Session, Store
from tests.claims_store.examples import HANDLER, LINE, insured

pytestmark = pytest.mark.store

NUMBER = "CL-261124-0042"


@pytest.fixture
def number(store: Store, now: datetime) -> str:
    def begin(s: Session) -> None:
        policy = insured(s, now)
        moves.open_claim(s, NUMBER, "motor", now, LINE, customer_id="C10001", policy_id=policy.id)

    store.run_now(begin)
    return NUMBER


def test_the_row_is_the_sum_of_the_journal(store: Store, now: datetime, number: str) -> None:
    due = now + timedelta(hours=2)
    for event, data in (
        ("handler_assigned", {"handler": "handler1"}),
        ("call_promised", {"due": due}),
        ("claim_filed", {}),
        ("survey_dispatched", {"surveyor": "surveyor1"}),
        ("documents_requested", {"missing": ["licence"]}),
    ):
        store.run_now(moves.move, number, event, HANDLER, now, **data)
    claim = store.run_now(claims.by_number, number)
    assert claim is not None
    assert (claim.stage, claim.survey, claim.documents) == ("filed", "dispatched", "queried")
    assert (claim.owner, claim.promised_at, claim.closed) == ("handler1", due, None)
    journal = store.run_now(claims.journal, number)
    assert [event.seq for event in journal] == [1, 2, 3, 4, 5, 6]
    assert journal[4].data == {"surveyor": "surveyor1"}
    state = derive((event.event, event.at, event.by, event.data) for event in journal)
    assert (state.stage, state.survey, state.documents) == ("filed", "dispatched", "queried")
    status = store.run_now(claims.status, number)
    assert (status.stage, status.next_step, status.missing) == (
        "queried",
        "documents",
        ("licence",),
    )
    assert (status.owner, status.promised_at) == ("handler1", due)


def test_an_illegal_move_leaves_no_trace(store: Store, now: datetime, number: str) -> None:
    with pytest.raises(IllegalMove):
        store.run_now(moves.move, number, "claim_paid", HANDLER, now)
    assert len(store.run_now(claims.journal, number)) == 1


def test_closing_takes_the_claim_off_the_open_ones(
    store: Store, now: datetime, number: str
) -> None:
    later = now + timedelta(days=1)
    store.run_now(moves.move, number, "claim_withdrawn", LINE, now, reason="好了", heard_in="n1-1")
    store.run_now(moves.move, number, "claim_closed", HANDLER, later)
    claim = store.run_now(claims.by_number, number)
    assert claim is not None and claim.closed == later


@pytest.mark.parametrize(
    ("digits", "found"),
    [
        ("2611240042", True),
        ("0042", True),
        ("40042", True),
        ("042", False),
        ("2611240043", False),
        ("12611240042", False),
        ("004%", False),
        ("____", False),
        ("００４２", False),
        ("", False),
    ],
)
def test_a_claim_is_found_by_the_digits_of_its_number(
    store: Store, number: str, digits: str, found: bool
) -> None:
    assert [claim.number for claim in store.run_now(claims.by_digits, digits)] == (
        [number] if found else []
    )


def test_claims_are_listed_newest_first(store: Store, now: datetime, number: str) -> None:
    later = now + timedelta(hours=1)
    newer = store.run_now(moves.open_claim, "CL-261124-0001", "home", later, LINE)
    assert newer.stage == "reported"
    numbers = [claim.number for claim in store.run_now(claims.listing)]
    assert numbers == ["CL-261124-0001", number]
    assert [claim.number for claim in store.run_now(claims.listing, 1, 1)] == [number]
    assert [claim.number for claim in store.run_now(claims.of_customer, "C10001")] == [number]
    assert store.run_now(claims.by_report, "BA-261124-0042") is None


def test_a_claim_that_is_not_there_is_told(store: Store, now: datetime) -> None:
    assert store.run_now(claims.by_number, "CL-1") is None
    assert store.run_now(claims.journal, "CL-1") == []
    for query in (
        lambda s: claims.status(s, "CL-1"),
        lambda s: moves.move(s, "CL-1", "claim_filed", HANDLER, now),
    ):
        with pytest.raises(NotFound):
            store.run_now(query)
