"""What is done when nobody has accepted in time: next surveyor, a call, supervisor, lead, and at
last the customer's own photos or a fixed time. Each step finds out itself whether it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from claims_store import calendar, call_orders, claim_journal, clocks, facts, people, tasks
from claims_store.moves import SYSTEM, move
from claims_store.rules import dispatching
from claims_store.rules.stages import Actor
from claims_store.surveys import telling
from claims_store.surveys.jobs import PHOTOS, VISIT, offer_rows
from claims_store.surveys.sending import NOBODY, look, offer_one, order_key, pass_on, pick, task
from claims_store.tables import ClaimRow, SurveyOfferRow, SurveyRow

UNANSWERED, LEAD, SLOT = "survey_unanswered", "survey_lead", "survey_slot"
"""The supervisor's tasks."""
TO_ASSESS = "survey_photos_to_assess"
"""The handler's task once the customer's photos are there."""
ARRANGED, COMES = "survey_arranged", "surveyor_comes"
"""What the customer is promised: word of how his loss is looked at, and a surveyor at a time."""
SOON = timedelta(minutes=15)
WORD_WITHIN = timedelta(minutes=30)
SLOT_WITHIN = timedelta(hours=2)
ASSESS_WITHIN = timedelta(hours=4)


def step(s: Session, survey_id: str, name: str, seq: int, now: datetime) -> None:
    """Nobody had accepted when this step was put down; it looks whether that is still so."""
    row = s.get(SurveyRow, survey_id)
    if row is None or row.state != "offered" or row.kind != VISIT:
        return
    if claim_journal.locked(s, row.claim_number).closed is not None:
        return
    _STEPS[name](s, row, seq, now)
    s.flush()


def _next(s: Session, row: SurveyRow, seq: int, now: datetime) -> None:
    if seq == row.round and row.step != "instead":
        look(s, row, now)


def _call(s: Session, row: SurveyRow, seq: int, now: datetime) -> None:
    offer = s.get(SurveyOfferRow, (row.id, seq))
    member = people.member(s, offer.surveyor) if offer and offer.state == "open" else None
    if member is None or not member.phone:
        return
    language = "zh" if "zh" in member.languages else "en"
    call_orders.order(
        s, order_key(row.id, seq), "survey_offer", member.phone, now, about=row.claim_number,
        values=telling.spoken(s, row, seq), language=language, window="any", tries=1,
        until=now + SOON,
    )  # fmt: skip


def _supervisor(s: Session, row: SurveyRow, seq: int, now: datetime) -> None:
    row.step = "supervisor"
    task(s, row, UNANSWERED, now, now + SOON)


def _lead(s: Session, row: SurveyRow, seq: int, now: datetime) -> None:
    """The region's lead sees it, and the customer is told the truth: not yet, and word by when."""
    if row.step in ("lead", "instead"):
        return
    row.step = "lead"
    task(s, row, LEAD, now, now + SOON)
    due = calendar.next_promise(s, now, WORD_WITHIN)
    move(s, row.claim_number, "call_promised", SYSTEM, now, due=due, what=ARRANGED)
    telling.customer(s, row, "survey_late", now, promised_at=due)


def _instead(s: Session, row: SurveyRow, seq: int, now: datetime) -> None:
    """The customer's own photos where they are enough, else a fixed time."""
    if row.step == "instead":
        return
    row.step = "instead"
    if photos_do(s, row.claim_number):
        begin_photos(s, row, now)
        return
    row.slot = slot_from(calendar.next_promise(s, now, SLOT_WITHIN))
    kept(s, row, ARRANGED, now)
    move(s, row.claim_number, "call_promised", SYSTEM, now, due=row.slot, what=COMES)
    task(s, row, SLOT, now, now + SOON)
    telling.customer(s, row, "survey_slot", now, at=row.slot)


_STEPS: Mapping[str, Callable[[Session, SurveyRow, int, datetime], None]] = {
    "next": _next, "call": _call, "supervisor": _supervisor, "lead": _lead, "instead": _instead,
}  # fmt: skip


def slot_from(at: datetime) -> datetime:
    """A time as people agree on it: the next full half hour."""
    over = timedelta(minutes=at.minute % 30, seconds=at.second, microseconds=at.microsecond)
    return at if not over else at - over + timedelta(minutes=30)


def kept(s: Session, row: SurveyRow, what: str, now: datetime) -> None:
    """What the customer was promised about the survey is done, if it was promised."""
    running = {each.rule for each in clocks.promises(s, row.claim_number)}
    if what in running and claim_journal.state(s, row.claim_number).closed is None:
        move(s, row.claim_number, "promise_kept", SYSTEM, now, what=what)


def photos_do(s: Session, claim: str) -> bool:
    """Whether the customer's own photos are enough for this claim."""
    row = s.get_one(ClaimRow, claim)
    said, state = facts.values(s, row), claim_journal.state(s, claim)
    known = facts.for_simple(state, said, claim_journal.journal(s, claim))
    return dispatching.photos_do(row.line, said, known)


def begin_photos(s: Session, row: SurveyRow, now: datetime, by: Actor = SYSTEM) -> None:
    """Ask the customer for photos of his own; nobody is under way to him any more."""
    row.kind = PHOTOS
    if claim_journal.state(s, row.claim_number).survey == "dispatched":
        move(s, row.claim_number, "survey_called_off", by, now, reason="photos by the customer")
    for each in offer_rows(s, row.id):
        if each.state in ("open", "passed"):
            pass_on(s, row, each, "gone", now)
    kept(s, row, ARRANGED, now)
    telling.customer(s, row, "survey_photos", now)


def end_tasks(s: Session, row: SurveyRow, now: datetime, by: str) -> None:
    """Somebody has it: nobody need look for one any more."""
    for each in tasks.listing(s, about=row.claim_number):
        if each.kind in (NOBODY, UNANSWERED, LEAD, SLOT):
            tasks.done(s, each.id, now, by)


def assess_photos(s: Session, row: SurveyRow, now: datetime) -> None:
    """The customer's photos are there: a surveyor is asked to assess them, a handler sees it."""
    task(s, row, TO_ASSESS, now, calendar.next_promise(s, now, ASSESS_WITHIN))
    choice = pick(s, row, now)
    if choice.chosen is not None:
        offer_one(s, row, choice, now)
