"""Where a claim stands for its customer, through its life: one query for page, message, line and
programs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import claims, links, moves, people, reports, standing
from claims_store.errors import NotFound
from claims_store.store import Session, Store
from tests.claims_store.examples import (
    CALLER,
    HANDLER,
    PLATE,
    SURVEYOR,
    a_handler,
    insured,
    motor_answers,
)
from tests.claims_store.working import messages, work

pytestmark = pytest.mark.store


SURVEYS = a_handler("surveyor1", kind="surveyor", title={"zh": "周凯", "en": "Zhou"})


@pytest.fixture
def number(store: Store, now: datetime) -> str:
    def begin(s: Session) -> str:
        insured(s, now)
        people.put_staff(s, a_handler(title={"zh": "何敏", "en": "He Min"}))
        people.put_staff(s, SURVEYS)
        report = reports.start(s, None, CALLER, "zh", now)
        reports.answer(s, report, "line", "motor", by="line", source="line", at=now)
        for name, value in motor_answers(now).items():
            reports.answer(s, report, name, value, by="line", source="line", at=now)
        found = reports.state(s, report).claim_number
        assert found
        moves.move(s, found, "handler_assigned", HANDLER, now, handler="handler1")
        moves.move(s, found, "claim_filed", HANDLER, now)
        return found

    return store.run_now(begin)


def look(store: Store, number: str, at: datetime) -> standing.Standing:
    return store.run_now(standing.of, number, at)


def test_who_acts_and_until_when(store: Store, now: datetime, number: str) -> None:
    store.run_now(moves.move, number, "survey_dispatched", HANDLER, now, surveyor="surveyor1")
    assert look(store, number, now).who == {"zh": "周凯", "en": "Zhou"}
    store.run_now(moves.move, number, "survey_accepted", SURVEYOR, now)
    stands = look(store, number, now)
    assert stands.until is not None
    assert (stands.until.rule, stands.until.by_day) == ("SV4", False)
    assert stands.until.at > now and stands.until == store.run_now(standing.first, number, now)
    for move in ("surveyor_arrived", "loss_surveyed"):
        store.run_now(moves.move, number, move, SURVEYOR, now)
    stands = look(store, number, now)
    assert stands.until is not None and (stands.until.rule, stands.until.by_day) == ("SV5", True)
    assert [(p.rule, p.state) for p in stands.promises] == [("SV4", "met"), ("SV5", "open")]
    assert stands.who == {"zh": "何敏", "en": "He Min"}


def test_what_is_told_of_what_happened(store: Store, now: datetime, number: str) -> None:
    store.run_now(moves.move, number, "flag_set", HANDLER, now, flag="fraud_referral", reason="x")
    later = now + timedelta(hours=1)
    store.run_now(
        moves.move, number, "documents_requested", HANDLER, later, missing=["doc_invoice"]
    )
    stands = look(store, number, later)
    told = [each.event for each in stands.events]
    assert told == ["documents_requested", "claim_filed", "handler_assigned", "claim_reported"]
    assert (stands.phone, stands.language, stands.loss_kind) == (CALLER, "zh", "rear_end")
    assert stands.status.missing == ("doc_invoice",) and stands.review_days == 5
    assert stands.plate in ("", PLATE)


def test_a_promise_that_is_over_counts_no_more_and_is_still_there(
    store: Store, now: datetime, number: str
) -> None:
    due = now + timedelta(hours=2)
    store.run_now(moves.move, number, "call_promised", HANDLER, now, due=due)
    assert look(store, number, now).until == standing.Until("handler_calls", due, False, "open")
    stands = look(store, number, due + timedelta(minutes=1))
    assert stands.until is None and [each.state for each in stands.promises] == ["open"]


def test_a_message_of_a_stage_carries_a_link_to_that_claim(
    store: Store, now: datetime, number: str
) -> None:
    store.run_now(moves.move, number, "documents_requested", HANDLER, now, missing=["doc_invoice"])
    work(store, now, twice=True)
    found = [row for row in messages(store, now) if row.payload["text"] == "stage"]
    assert len(found) == 1
    path = found[0].payload["values"]["link"]
    link = store.run_now(links.open_link, path.removeprefix("/c/"), now)
    assert (link.about, link.whom) == (number, CALLER)


def test_of_a_merged_claim_the_other_is_told(store: Store, now: datetime, number: str) -> None:
    claim = store.run_now(claims.by_number, number)
    assert claim is not None
    other = "CL-261124-0042"
    store.run_now(moves.open_claim, other, "motor", now, HANDLER, customer_id="C10001")
    merged = {"into": number, "reason": "same crash"}
    store.run_now(moves.move, other, "claim_merged", HANDLER, now, **merged)
    assert look(store, other, now).status.number == number
    with pytest.raises(NotFound):
        look(store, "CL-1", now)
