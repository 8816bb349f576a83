"""Complaints: cases of their own, with a number, words that are sealed, an owner who is not
concerned, a journal and the clocks of the law. Everything that happens to one goes through `move`.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from claims_store import calendar, claim_journal, clocks, facts, outbox, tasks
from claims_store.concerned import claim_of, concerned, somebody_else
from claims_store.errors import NotFound
from claims_store.personal import mark, seal, seal_data, unseal, unseal_data
from claims_store.rules import clocks as rules_of_clocks
from claims_store.rules import complaints as rules
from claims_store.rules.clocks import Facts, Happened
from claims_store.rules.complaints import ComplaintState, Known
from claims_store.rules.deadlines import COMPLAINTS
from claims_store.rules.stages.state import SYSTEM, Actor
from claims_store.tables import ComplaintEventRow, ComplaintRow, TaskRow

TASKS = {"drafted": "complaint_draft", "open": "complaint"}
"""What its owner has to do at a stage."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint as lists show it; `due` is when its first open deadline ends."""

    number: str
    about: str
    call_id: str | None
    way: str
    department: str
    stage: str
    owner: str | None
    made: datetime
    closed: datetime | None
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a complaint's journal."""

    seq: int
    at: datetime
    event: str
    by: str
    data: dict[str, Any]


def draft(
    s: Session, about: str, words: str, way: str, now: datetime, *, key: str = "",
    call_id: str | None = None, department: str = "line", why: Sequence[str] = (), sender: str = "",
) -> str:  # fmt: skip
    """Put a complaint down for a person to confirm or drop; its number. Once per `key` (else once
    for the same words the same way): words that come later are added where there were none."""
    key = key or str(mark(s, "complaint", f"{way}\0{about}\0{words}"))
    row = s.scalar(select(ComplaintRow).where(ComplaintRow.key == key))
    if row is not None:
        if words and row.words is None:
            row.words = seal(s, _sealed_by(s, row), words)
        return row.number
    data: dict[str, Any] = {"why": list(why), "department": department}
    data |= {"sender": sender} if sender else {}
    row = _row(s, key, about, words, way, call_id, now)
    move(s, row.number, "complaint_drafted", SYSTEM, now, **data)
    return row.number


def open(
    s: Session, about: str, words: str, way: str, by: Actor, now: datetime, *,
    department: str = "line", call_id: str | None = None,
) -> str:  # fmt: skip
    """Take up a complaint that somebody made; its number. Raises `IllegalMove`."""
    key = str(mark(s, "complaint", f"{by.name}\0{way}\0{about}\0{words}"))
    row = s.scalar(select(ComplaintRow).where(ComplaintRow.key == key))
    if row is not None:
        return row.number
    row = _row(s, key, about, words, way, call_id, now)
    move(s, row.number, "complaint_opened", by, now, department=department)
    return row.number


def answer(s: Session, number: str, text: str, by: Actor, now: datetime) -> ComplaintState:
    """Answer; the customer is sent the text. Raises `IllegalMove`."""
    return move(s, number, "complaint_answered", by, now, text=text)


def close(s: Session, number: str, by: Actor, now: datetime) -> ComplaintState:
    """Close one that was answered. Raises `IllegalMove`, also when it is about his own work."""
    return move(s, number, "complaint_closed", by, now)


def move(
    s: Session, number: str, event: str, by: Actor, at: datetime, /, **data: Any
) -> ComplaintState:
    """Move a complaint; the state after it. Raises `IllegalMove` with a sentence in both languages,
    and `NotFound`."""
    row = s.get(ComplaintRow, number, with_for_update=True)
    if row is None:
        raise NotFound("complaint", number)
    events = journal(s, number)
    before = _sum(events)
    known = Known(concerned(s, row.about, row.call_id), law(s))
    refused = rules.check(before, event, data, by, known)
    if refused is not None:
        raise refused
    if not before.owner and "owner" not in data:
        data |= {"owner": _owner(s, by, known, at)} if event in _BEGINNINGS else {}
    after = _write(s, row, [*events, Event(row.events + 1, at, event, by.name, data)])
    _tasks(s, row, before, after, by, at)
    _tell(s, row, event, data, at)
    return after


_BEGINNINGS = frozenset({"complaint_drafted", "complaint_opened"})


def get(s: Session, number: str) -> Complaint | None:
    """One complaint."""
    row = s.get(ComplaintRow, number)
    return None if row is None else _value(s, row)


def words(s: Session, number: str) -> str:
    """What was said; empty when nothing was, or nothing is readable any more."""
    row = s.get(ComplaintRow, number)
    return (unseal(s, row.words) if row else None) or ""


def listing(
    s: Session, *, about: str | None = None, closed: bool = False, not_of: str | None = None
) -> list[Complaint]:
    """Complaints that are open, or those that are closed, the first due first; with `not_of` only
    those that do not concern that person's own work."""
    found = select(ComplaintRow)
    found = found.where(
        ComplaintRow.closed.is_not(None) if closed else ComplaintRow.closed.is_(None)
    )
    if about is not None:
        claim = claim_of(s, about)
        found = found.where(ComplaintRow.about.in_([about, claim.number if claim else about]))
    rows = [
        _value(s, row)
        for row in s.scalars(found.order_by(ComplaintRow.made, ComplaintRow.number))
        if not_of is None or not_of not in concerned(s, row.about, row.call_id)
    ]
    return sorted(rows, key=lambda each: (each.due is None, each.due or each.made, each.number))


def may_see(s: Session, number: str, name: str) -> bool:
    """Whether it is about somebody else's work."""
    row = s.get(ComplaintRow, number)
    return row is not None and name not in concerned(s, row.about, row.call_id)


def journal(s: Session, number: str) -> list[Event]:
    """Everything that has happened to a complaint, in order."""
    found = select(ComplaintEventRow).where(ComplaintEventRow.number == number)
    return [
        Event(row.seq, row.at, row.event, row.by, unseal_data(s, row.data))
        for row in s.scalars(found.order_by(ComplaintEventRow.seq))
    ]


def law(s: Session) -> str:
    """Whose limits hold: the plan says."""
    plan = calendar.plan(s)
    return plan.complaints.law if plan else "CN"


def contact(s: Session, number: str) -> tuple[str, str]:
    """Whom to call or write to, and his language; no number when nobody knows one."""
    row = s.get(ComplaintRow, number)
    if row is None:
        raise NotFound("complaint", number)
    sender = next((each.data.get("sender") for each in journal(s, number)), None)
    claim = claim_of(s, row.about)
    if claim is None:
        return str(sender or ""), "zh"
    to, language = facts.contact(s, claim)
    return str(sender or to), language


def state(s: Session, number: str) -> ComplaintState:
    """Where a complaint stands."""
    return _sum(journal(s, number))


def _row(
    s: Session, key: str, about: str, words: str, way: str, call_id: str | None, now: datetime
) -> ComplaintRow:
    if way not in rules.WAYS:
        raise ValueError(f"a complaint comes by one of {', '.join(rules.WAYS)}")
    claim = claim_of(s, about)
    number = _mint(s, now)
    row = ComplaintRow(
        number=number, key=key, about=claim.number if claim else about, call_id=call_id, way=way,
        department="line", stage="", made=now, events=0,
    )  # fmt: skip
    row.words = seal(s, _sealed_by(s, row), words or None)
    s.add(row)
    s.flush()
    return row


def _mint(s: Session, now: datetime) -> str:
    day = now.astimezone(s.info["zone"])
    while True:
        number = f"CP-{day:%y%m%d}-{secrets.randbelow(10_000):04d}"
        if s.get(ComplaintRow, number) is None:
            return number


def _sealed_by(s: Session, row: ComplaintRow) -> str:
    claim = claim_of(s, row.about)
    if claim is not None:
        return claim_journal.owner(claim)
    return f"call:{row.call_id}" if row.call_id else f"complaint:{row.number}"


def _owner(s: Session, by: Actor, known: Known, at: datetime) -> str | None:
    """Whoever opens one keeps it if he may; else somebody who is not concerned."""
    mine = by.role in ("supervisor", "quality", "handler") and by.name not in known.concerned
    return by.name if mine else somebody_else(s, known.concerned, at)


def _sum(events: Sequence[Event]) -> ComplaintState:
    return rules.derive((each.event, each.at, each.by, each.data) for each in events)


def _write(s: Session, row: ComplaintRow, events: Sequence[Event]) -> ComplaintState:
    new, after = events[-1], _sum(events)
    row.events, row.stage, row.owner = new.seq, after.stage, after.owner
    row.department, row.closed = after.department, after.closed
    s.add(
        ComplaintEventRow(
            number=row.number, seq=new.seq, at=new.at, event=new.event, by=new.by,
            data=seal_data(s, _sealed_by(s, row), new.data),
        )
    )  # fmt: skip
    happened = [Happened(each.seq, each.at, each.event) for each in events]
    found = rules_of_clocks.clocks(
        happened, Facts("", law=law(s)), calendar.handlers_hours(s), s.info["zone"], COMPLAINTS
    )
    clocks.keep(s, row.number, found, after.owner, new.at)
    return after


def _tasks(
    s: Session, row: ComplaintRow, before: ComplaintState, after: ComplaintState, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    """Its owner has one task, for the stage that it is at."""
    held = update(TaskRow).where(
        TaskRow.about == row.number, TaskRow.kind.in_(TASKS.values()), TaskRow.done.is_(None)
    )
    if before.stage == after.stage:
        if before.owner != after.owner:
            s.execute(held.values(owner=after.owner))
        return
    s.execute(held.values(done=at, done_by=by.name))
    if after.stage in TASKS:
        due = _due(s, row.number) or at
        tasks.add(s, TASKS[after.stage], row.number, at, due, after.owner)


def _tell(s: Session, row: ComplaintRow, event: str, data: dict[str, Any], at: datetime) -> None:
    """The customer hears that it was taken up and until when, and the answer itself."""
    if event not in ("complaint_opened", "complaint_reopened", "complaint_answered"):
        return
    to, language = contact(s, row.number)
    if not to:
        return
    due = _due(s, row.number)
    values = {"number": row.number, "answer": str(data.get("text") or "")}
    values |= {"due": f"{due.astimezone(s.info['zone']):%m-%d}"} if due else {}
    text = "complaint_answered" if event == "complaint_answered" else "complaint_opened"
    payload: dict[str, Any] = {"to": to, "text": text, "values": values, "language": language}
    claim = claim_of(s, row.about)
    payload |= {"report": claim.report_number} if claim and claim.report_number else {}
    outbox.put(s, "message", f"message:{row.number}:{row.events}", payload, at)


def _due(s: Session, number: str) -> datetime | None:
    open_ = [each.due for each in clocks.of(s, number) if each.ended is None and each.due]
    return min(open_, default=None)


def _value(s: Session, row: ComplaintRow) -> Complaint:
    plain = {name: getattr(row, name) for name in Complaint.__slots__ if name != "due"}
    return Complaint(due=_due(s, row.number), **plain)
