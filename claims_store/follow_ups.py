"""Follow-ups after a payment: planned when the claim is paid, made in allowed hours by the line or
by a person, and their result where it belongs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from claims_store import (
    calendar,
    call_orders,
    claim_journal,
    complaints,
    facts,
    feedback,
    links,
    outbox,
    preferences,
    tasks,
)
from claims_store.call_orders import CallOrder
from claims_store.errors import NotFound
from claims_store.moves import move
from claims_store.rules import following_up
from claims_store.rules.contacting import Wants
from claims_store.rules.feedback import QUESTIONS
from claims_store.rules.following_up import TOPIC, NotMade, Paid
from claims_store.rules.stages.state import SYSTEM, Actor
from claims_store.tables import ClaimRow, FollowUpRow
from routing.names import FOLLOW_UP_QUESTIONS

DUE = "follow_up_due"
SCRIPT = TASK = "follow_up"
TASK_DAYS = 2
"""Working days in which a person makes the call."""
REACHED = ("heard", "person", "left")
"""How a follow-up ends that its customer took part in."""
PAID = ("paid", "closed")
MISSED_QUESTION = "payout"
"""What the message asks when nobody could be reached."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One follow-up. `state`: planned, asked (called, or somebody's task), missed (written to),
    done or not_made, for the `reason`."""

    claim: str
    seq: int
    way: str
    state: str
    reason: str
    due: datetime | None
    settled: datetime | None


def plan(s: Session, claim: str, seq: int, now: datetime) -> None:
    """A claim was paid by its event `seq`: decide whether, how and when it is followed up."""
    row, there = s.get(ClaimRow, claim), s.get(FollowUpRow, (claim, seq))
    if row is None or there is not None:
        return
    held = calendar.plan(s)
    made = following_up.decide(held.follow_up if held else None, _paid(s, row))
    if isinstance(made, NotMade):
        found = FollowUpRow(claim=claim, seq=seq, way="", state="not_made", reason=made.reason)
        found.settled = now
        s.add(found)
        s.flush()
        _declined(s, found, now)
        return
    due = following_up.first_moment(now, made.days, calendar.handlers_hours(s), s.info["zone"])
    s.add(FollowUpRow(claim=claim, seq=seq, way=made.way, state="planned", reason="", due=due))
    s.flush()
    payload = {"claim": claim, "seq": seq, "report": row.report_number}
    outbox.put(s, DUE, f"{DUE}:{claim}:{seq}", payload, due)


def begin(s: Session, claim: str, seq: int, now: datetime) -> None:
    """Its time has come. What has changed meanwhile counts: he may have declined or complained, or
    the claim may be open again."""
    found, row = s.get(FollowUpRow, (claim, seq)), s.get(ClaimRow, claim)
    if found is None or row is None or found.state != "planned":
        return
    held = calendar.plan(s)
    made = following_up.decide(held.follow_up if held else None, _paid(s, row))
    if row.stage not in PAID:
        made = NotMade("reopened")
    if isinstance(made, NotMade):
        _settle(s, found, "not_made", now, made.reason)
        _declined(s, found, now)
        return
    found.way, found.state = made.way, "asked"
    to, language = facts.contact(s, row)
    if made.way == "task":
        _as_task(s, claim, now)
        return
    asked = {"questions": list(questions_now(s))}
    call_orders.order(
        s, key_of(claim, seq), SCRIPT, to, now, about=claim, values=asked, language=language
    )


def over(s: Session, order: CallOrder, now: datetime) -> None:
    """The line's call is over: keep what was answered, and go on from how it ended."""
    found = _of_order(s, order.key)
    if found is None:
        return
    scores = {name: int(v) for name, v in order.answers.items() if name in QUESTIONS}
    clip = order.answers.get("remark")
    if scores or clip:
        feedback.give(
            s, found.claim, "call", scores, None, now, call_id=order.call_id, key=order.key,
            clip=str(clip) if clip else None,
        )  # fmt: skip
    if found.state != "asked":
        return
    if order.outcome in REACHED or scores:
        _done(s, found, SYSTEM, now, order.outcome)
    elif order.outcome in ("refused", call_orders.DECLINED):
        _settle(s, found, "not_made", now, "declined")
        _declined(s, found, now)
    else:
        _settle(s, found, "missed", now, order.outcome)
        _write(s, found, now)


def record(
    s: Session, claim: str, by: Actor, scores: dict[str, int], remark: str, now: datetime
) -> None:
    """A person has made the call. Raises `NotFound` when there is none to make, `BadScore`, and
    `IllegalMove`."""
    found = _open(s, claim)
    feedback.give(s, claim, "call", scores, remark, now, key=key_of(claim, found.seq))
    _done(s, found, by, now, "called")


def decline(s: Session, claim: str, by: Actor, now: datetime) -> None:
    """He told a person that he does not want to be asked; that is kept for the next time.
    Raises `NotFound` and `IllegalMove`."""
    found = _open(s, claim)
    to, _ = facts.contact(s, s.get_one(ClaimRow, claim))
    if to:
        wants = preferences.of(s, to)
        preferences.put(s, to, replace(wants, off=wants.off | {TOPIC}), now)
    _settle(s, found, "not_made", now, "declined")
    _close_task(s, claim, by.name, now)
    _declined(s, found, now, by)


def answered(s: Session, claim: str, now: datetime) -> None:
    """Feedback came by page or text: whoever could not be reached has answered after all."""
    for found in _rows(s, claim):
        if found.state == "missed":
            _done(s, found, SYSTEM, now, "written")


def dial(s: Session, claim: str, phone: str, by: str, now: datetime) -> bool:
    """Ring an agent's phone and connect it with the customer: one click. False when there is no
    number, or he was connected this minute already."""
    row = s.get(ClaimRow, claim)
    to = facts.contact(s, row)[0] if row else ""
    key = f"dial:{TASK}:{claim}:{by}:{now:%Y%m%d%H%M}"
    return bool(to) and call_orders.connect(s, key, phone, to, now, about=claim, by=by)


def to_call(s: Session, claim: str) -> bool:
    """Whether a person makes the call: it is his task, or the line reached nobody."""
    return any(
        row.state == "missed" or (row.state == "asked" and row.way == "task")
        for row in _rows(s, claim)
    )


def questions_now(s: Session) -> tuple[str, ...]:
    """What the plan in force asks."""
    held = calendar.plan(s)
    return held.follow_up.questions if held and held.follow_up else ()


def listing(s: Session, claim: str | None = None) -> list[FollowUp]:
    """All follow-ups, or those of a claim; the first due first."""
    found = select(FollowUpRow).order_by(FollowUpRow.due, FollowUpRow.claim, FollowUpRow.seq)
    if claim is not None:
        found = found.where(FollowUpRow.claim == claim)
    return [
        FollowUp(*(getattr(row, name) for name in FollowUp.__slots__)) for row in s.scalars(found)
    ]


def key_of(claim: str, seq: int) -> str:
    """The key of a follow-up's call and of its feedback."""
    return f"{SCRIPT}:{claim}:{seq}"


def _rows(s: Session, claim: str) -> list[FollowUpRow]:
    found = select(FollowUpRow).where(FollowUpRow.claim == claim)
    return list(s.scalars(found.order_by(FollowUpRow.seq.desc())))


def _open(s: Session, claim: str) -> FollowUpRow:
    found = next((each for each in _rows(s, claim) if each.state in ("asked", "missed")), None)
    if found is None:
        raise NotFound("open follow-up of claim", claim)
    return found


def _of_order(s: Session, key: str) -> FollowUpRow | None:
    claim, _, seq = key.removeprefix(f"{SCRIPT}:").rpartition(":")
    return s.get(FollowUpRow, (claim, int(seq))) if seq.isdecimal() else None


def _paid(s: Session, row: ClaimRow) -> Paid:
    to, _ = facts.contact(s, row)
    wants = preferences.of(s, to) if to else Wants()
    complained = [
        each
        for closed in (False, True)
        for each in complaints.listing(s, about=row.number, closed=closed)
    ]
    return Paid(
        row.number, row.line, claim_journal.state(s, row.number).amount,
        injury=facts.values(s, row).get("any_injury") == "yes",
        complained=any(each.stage != "dropped" for each in complained),
        declined=TOPIC in wants.off, phone=bool(to),
    )  # fmt: skip


def _as_task(s: Session, claim: str, now: datetime) -> None:
    zone = s.info["zone"]
    due = following_up.within(now, calendar.handlers_hours(s), zone, TASK_DAYS)
    tasks.add(s, TASK, claim, now, due)


def _settle(s: Session, found: FollowUpRow, state: str, now: datetime, reason: str) -> None:
    found.state, found.settled, found.reason = state, now, reason
    s.flush()


def _done(s: Session, found: FollowUpRow, by: Actor, now: datetime, how: str) -> None:
    """The move that ends the law's deadline."""
    _settle(s, found, "done", now, how)
    _close_task(s, found.claim, by.name, now)
    _note(s, found.claim, "follow_up_called", by, now, how=how)


def _declined(s: Session, found: FollowUpRow, now: datetime, by: Actor = SYSTEM) -> None:
    if found.reason == "declined":
        why = "the customer does not want it"
        _note(s, found.claim, "follow_up_declined", by, now, reason=why)


def _note(s: Session, claim: str, event: str, by: Actor, now: datetime, **data: str) -> None:
    """Write it down, unless the claim is open again: then no deadline waits for it."""
    if claim_journal.state(s, claim).stage in PAID:
        move(s, claim, event, by, now, **data)


def _close_task(s: Session, claim: str, by: str, now: datetime) -> None:
    for each in tasks.listing(s, about=claim):
        if each.kind == TASK:
            tasks.done(s, each.id, now, by)


def _write(s: Session, found: FollowUpRow, now: datetime) -> None:
    """Nobody could be reached: one message, with a question and the link."""
    row = s.get_one(ClaimRow, found.claim)
    to, language = facts.contact(s, row)
    key = f"message:{key_of(found.claim, found.seq)}"
    link = links.path("claim", links.make(s, "claim", found.claim, now, whom=to))
    values = {"number": found.claim, "link": link}
    payload: dict[str, Any] = {"to": to, "text": "follow_up_missed", "values": values}
    payload |= {"language": language, "report": row.report_number}
    outbox.put(s, "message", key, payload, now)
    feedback.asked(s, key, to, found.claim, MISSED_QUESTION, now)


def questions(asked: list[str]) -> list[str]:
    """What an order says is to be asked, in the order of the table."""
    return [name for name in FOLLOW_UP_QUESTIONS if name in asked]
