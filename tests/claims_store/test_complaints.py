"""Complaints in the store: sealed words, an owner who is not concerned, the clocks of the law."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from claims_store import calls, claims, clocks, complaints, moves, people, tasks
from claims_store.consequences.deadline import MISSED, NEAR
from claims_store.errors import NotFound
from claims_store.people import Staff, User
from claims_store.rules.stages import Actor, IllegalMove
from claims_store.store import Session, Store
from claims_store.tables import ComplaintEventRow, ComplaintRow
from tests.claims_store.examples import CALL, HANDLER, SYSTEM, a_handler, insured, open_call
from tests.claims_store.test_moves import reported
from tests.claims_store.working import messages, work

pytestmark = pytest.mark.store

DAY = timedelta(days=1)
ANSWER = "经核实，查勘延误属实，特此致歉。您可以申请复核、调解或提起诉讼。"
QUALITY = Actor("quality", "quality")


@pytest.fixture
def number(store: Store, now: datetime) -> str:
    """A claim of handler1 whose surveyor is surveyor1; agent1 talked about it."""
    open_call(store, now)

    def begin(s: Session) -> str:
        insured(s, now)
        people.put_staff(s, a_handler("handler1"))
        surveyor: Staff = a_handler("surveyor1", kind="surveyor")
        people.put_staff(s, surveyor)
        for login, role in (("handler1", "handler"), ("quality", "quality"), ("agent1", "agent")):
            user = User(login, role, {"zh": login, "en": login}, login, "zh")
            people.add_user(s, user, "x", now)
        claim = reported(s, now)
        calls.change(s, CALL, report_number=claim.replace("CL", "BA"), agent="agent1")
        moves.move(s, claim, "handler_assigned", SYSTEM, now, handler="handler1")
        moves.move(s, claim, "survey_dispatched", HANDLER, now, surveyor="surveyor1")
        return claim

    found = store.run_now(begin)
    work(store, now)
    return found


def drafted(store: Store, claim: str, now: datetime) -> str:
    return store.run_now(complaints.draft, claim, "太慢了，我要投诉", "page", now, why=["投诉"])


def test_a_draft_waits_for_a_person_who_is_not_concerned(
    store: Store, now: datetime, number: str
) -> None:
    made = drafted(store, number, now)
    assert made.startswith("CP-261124-")
    found = store.run_now(complaints.get, made)
    assert found is not None
    assert (found.stage, found.owner, found.about, found.way) == (
        "drafted", "quality", number, "page")  # fmt: skip
    assert store.run_now(complaints.words, made) == "太慢了，我要投诉"
    (task,) = store.run_now(tasks.listing, about=made)
    assert (task.kind, task.owner, task.due) == ("complaint_draft", "quality", found.due)
    (clock,) = store.run_now(clocks.of, made)
    # Tuesday: the end of Wednesday.
    assert (clock.rule, clock.due) == ("CB1", datetime.fromisoformat("2026-11-26T00:00+08:00"))
    assert drafted(store, number, now + DAY) == made
    assert len(store.run_now(complaints.listing)) == 1


def test_its_words_are_sealed(store: Store, now: datetime, number: str) -> None:
    made = drafted(store, number, now)

    def raw(s: Session) -> list[bytes]:
        found = [s.scalars(select(ComplaintRow.words)).one(),
                 *s.scalars(select(ComplaintEventRow.data))]  # fmt: skip
        return [bytes(each) for each in found if each is not None]

    blobs = store.run_now(raw)
    assert blobs and not any("投诉".encode() in blob for blob in blobs)
    store.vault.erase(f"report:{number.replace('CL', 'BA')}")
    assert store.run_now(complaints.words, made) == ""


@pytest.mark.parametrize("name", ["handler1", "surveyor1", "agent1"])
def test_whoever_is_concerned_neither_drops_nor_answers_nor_closes(
    store: Store, now: datetime, number: str, name: str
) -> None:
    made = drafted(store, number, now)
    them = Actor(name, "handler")
    with pytest.raises(IllegalMove, match="your own work"):
        store.run_now(complaints.move, made, "draft_dropped", them, now, reason="nothing")
    store.run_now(complaints.move, made, "complaint_opened", them, now)
    with pytest.raises(IllegalMove, match="your own work"):
        store.run_now(complaints.answer, made, ANSWER, them, now)
    store.run_now(complaints.answer, made, ANSWER, QUALITY, now)
    with pytest.raises(IllegalMove, match="your own work"):
        store.run_now(complaints.close, made, them, now)
    with pytest.raises(IllegalMove, match="whom the complaint is about"):
        store.run_now(complaints.move, made, "complaint_assigned", QUALITY, now, owner=name)
    assert store.run_now(complaints.close, made, QUALITY, now).stage == "closed"
    assert not store.run_now(complaints.may_see, made, name)
    assert store.run_now(complaints.may_see, made, "quality")
    assert store.run_now(complaints.listing, closed=True, not_of=name) == []


def test_its_limits_run_by_the_same_clocks(store: Store, now: datetime, number: str) -> None:
    made = store.run_now(complaints.open, number, "没人联系我", "call", QUALITY, now)
    assert store.run_now(complaints.open, number, "没人联系我", "call", QUALITY, now) == made
    found = store.run_now(complaints.get, made)
    assert found is not None and found.due == datetime.fromisoformat("2026-12-10T00:00+08:00")
    (told,) = (row for row in messages(store, now) if row.payload["text"] == "complaint_opened")
    assert told.payload["values"]["due"] == "12-10"
    store.run_now(complaints.move, made, "complaint_complex", QUALITY, now + DAY, reason="两地")
    moved = store.run_now(complaints.get, made)
    assert moved is not None and moved.due == datetime.fromisoformat("2026-12-25T00:00+08:00")
    work(store, now + 17 * DAY, twice=True)
    kinds = [each.kind for each in store.run_now(tasks.listing, about=made)]
    assert kinds.count(NEAR) == 1 and MISSED not in kinds
    work(store, now + 31 * DAY, twice=True)
    kinds = [each.kind for each in store.run_now(tasks.listing, about=made)]
    assert kinds.count(MISSED) == 1


def test_an_answer_is_sent_and_ends_the_clock(store: Store, now: datetime, number: str) -> None:
    made = drafted(store, number, now)
    store.run_now(complaints.move, made, "complaint_opened", QUALITY, now)
    with pytest.raises(IllegalMove, match="mediation"):
        store.run_now(complaints.answer, made, "已复核。", QUALITY, now)
    store.run_now(complaints.answer, made, ANSWER, QUALITY, now + DAY)
    (told,) = (row for row in messages(store, now + DAY)
               if row.payload["text"] == "complaint_answered")  # fmt: skip
    assert told.payload["values"]["answer"] == ANSWER
    assert {each.state for each in store.run_now(clocks.of, made)} == {"met"}
    assert store.run_now(tasks.listing, about=made) == []
    store.run_now(complaints.close, made, QUALITY, now + DAY)
    store.run_now(
        complaints.move, made, "complaint_reopened", HANDLER, now + 2 * DAY, reason="又来"
    )
    found = store.run_now(complaints.get, made)
    assert found is not None and (found.stage, found.closed) == ("open", None)
    assert found.due == datetime.fromisoformat("2026-12-12T00:00+08:00")


def test_a_complaint_about_nothing_known_is_kept(store: Store, now: datetime) -> None:
    made = store.run_now(
        complaints.draft, "sms:17", "你们骗人", "text", now, sender="+8613800138009"
    )
    found = store.run_now(complaints.get, made)
    assert found is not None and (found.about, found.owner) == ("sms:17", None)
    assert store.run_now(complaints.contact, made) == ("+8613800138009", "zh")


def test_what_does_not_exist_is_said(store: Store, now: datetime) -> None:
    with pytest.raises(NotFound):
        store.run_now(complaints.move, "CP-1", "complaint_closed", QUALITY, now)
    with pytest.raises(ValueError, match="comes by one of"):
        store.run_now(complaints.draft, "CL-1", "x", "pigeon", now)


def test_the_claim_itself_is_left_as_it_is(store: Store, now: datetime, number: str) -> None:
    before = store.run_now(claims.journal, number)
    drafted(store, number, now)
    assert store.run_now(claims.journal, number) == before
