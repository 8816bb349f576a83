"""What customers answered when they were asked what they think of us, whichever way it came. A
remark is sealed; scores are kept with the department and the person whose work they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from claims_store import claim_journal, complaints, customers, outbox
from claims_store.concerned import agent_of, claim_of, surveyor_of
from claims_store.personal import mark, seal, unseal
from claims_store.rules import complaint_words, feedback
from claims_store.rules.incoming import Incoming
from claims_store.tables import AskedRow, ClaimRow, FeedbackRow, ReportRow, ScoreRow

Way = Literal["keys", "page", "text", "call"]
GIVEN = "feedback_given"
"""The kind of outbox row by which feedback goes to those whom it concerns."""
HEAR = "hear_remark"
"""The kind of outbox row by which a spoken remark is written down."""
ANSWERED_WITHIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Feedback:
    """One occasion: scores by question, the departments concerned, what was said."""

    key: str
    about: str
    way: str
    at: datetime
    call_id: str | None
    scores: dict[str, int]
    departments: tuple[str, ...]
    remark: str
    clip: str | None


@dataclass(frozen=True, slots=True)
class Average:
    """What a question came to for one department or person."""

    question: str
    of: str
    count: int
    mean: float


def give(
    s: Session, about: str, way: Way, scores: Mapping[str, int], remark: str | None, at: datetime,
    *, call_id: str | None = None, key: str, clip: str | None = None,
) -> bool:  # fmt: skip
    """Keep what somebody answered; once per key: a later call of the same key adds questions that
    were open, and never changes one that was answered. False when there was nothing new. Raises
    `BadScore`."""
    feedback.check(scores)
    claim = claim_of(s, about)
    row = _row(s, key, claim.number if claim else about, way, at, call_id)
    known = set(s.scalars(select(ScoreRow.question).where(ScoreRow.key == key)))
    new = {name: score for name, score in scores.items() if name not in known}
    for name, score in new.items():
        s.add(_score(s, row, claim, name, score))
    said = bool(remark and remark.strip()) and row.remark is None
    if said:
        row.remark = seal(s, _sealed_by(row, claim), (remark or "").strip())
    spoken = clip is not None and row.clip is None
    if spoken:
        row.clip = clip
        if row.call_id:  # of whom nothing else was recorded, nothing else would be sealed
            outbox.put(s, "seal", f"seal:{row.call_id}:remark", {"call_id": row.call_id}, at)
        outbox.put(s, HEAR, f"{HEAR}:{key}", {"key": key, "call_id": row.call_id}, at)
    s.flush()
    if new or said:
        _pass_on(s, row, claim, len(known) + len(new), at)
    return bool(new or said or spoken)


def _row(
    s: Session, key: str, about: str, way: Way, at: datetime, call_id: str | None
) -> FeedbackRow:
    row = s.get(FeedbackRow, key, with_for_update=True)
    if row is None:
        row = FeedbackRow(
            key=key, about=about, way=way, at=at, call_id=call_id, remark=None, clip=None
        )
        s.add(row)
        s.flush()
    return row


def remark_heard(s: Session, key: str, text: str, at: datetime) -> None:
    """A spoken remark was written down."""
    row = s.get(FeedbackRow, key)
    if row is None or row.remark is not None or not text.strip():
        return
    claim = claim_of(s, row.about)
    row.remark = seal(s, _sealed_by(row, claim), text.strip())
    scores = s.scalar(select(func.count()).where(ScoreRow.key == key)) or 0
    _pass_on(s, row, claim, scores, at)


def _score(s: Session, row: FeedbackRow, claim: ClaimRow | None, name: str, score: int) -> ScoreRow:
    question = feedback.QUESTIONS[name]
    person: str | None = None
    if question.whom == "agent":
        person = agent_of(s, claim, row.call_id)
    elif question.whom == "surveyor":
        person = surveyor_of(s, claim)
    elif question.whom == "handler":
        person = claim.owner if claim else None
    return ScoreRow(
        key=row.key, question=name, score=score, department=question.department, person=person
    )


def _pass_on(
    s: Session, row: FeedbackRow, claim: ClaimRow | None, scores: int, at: datetime
) -> None:
    payload = {"key": row.key, "report": claim.report_number if claim else None}
    said = int(row.remark is not None)
    outbox.put(s, GIVEN, f"{GIVEN}:{row.key}:{scores}:{said}", payload, at)


def _sealed_by(row: FeedbackRow, claim: ClaimRow | None) -> str:
    if claim is not None:
        return claim_journal.owner(claim)
    return f"call:{row.call_id}" if row.call_id else f"feedback:{row.key}"


def asked(s: Session, key: str, to: str, about: str, question: str, at: datetime) -> None:
    """A question went out as a message; the next digit from there answers it."""
    if s.get(AskedRow, key) is None:
        s.add(AskedRow(key=key, who=mark(s, "phone", to), about=about, question=question, at=at))
        s.flush()


def by_text(s: Session, incoming: Incoming, now: datetime) -> bool:
    """Whether a message answered a question of ours, or sounds like a complaint: then it is a draft
    for a person. Everything else is somebody else's."""
    found = _open_question(s, incoming.sender, incoming.at)
    answer = feedback.read_answer(incoming.text, found.question) if found else None
    if found is not None and answer is not None:
        score, remark = answer
        found.answered = incoming.at
        key = f"asked:{found.key}"
        give(s, found.about, "text", {found.question: score}, remark, incoming.at, key=key)
        return True
    why = complaint_words.found(incoming.text)
    if not why:
        return False
    about = _claim_by_phone(s, incoming.sender) or f"{incoming.channel}:{incoming.id}"
    complaints.draft(
        s, about, incoming.text, "text", incoming.at, why=why, sender=incoming.sender,
        key=f"incoming:{incoming.channel}:{incoming.id}",
    )  # fmt: skip
    return True


def _open_question(s: Session, sender: str, at: datetime) -> AskedRow | None:
    found = select(AskedRow).where(
        AskedRow.who == mark(s, "phone", sender), AskedRow.answered.is_(None),
        AskedRow.at <= at, AskedRow.at > at - ANSWERED_WITHIN,
    )  # fmt: skip
    return s.scalar(found.order_by(AskedRow.at.desc(), AskedRow.key).limit(1))


def _claim_by_phone(s: Session, sender: str) -> str | None:
    """The newest claim of whoever has this number, open ones first."""
    reports = select(ReportRow.number).where(ReportRow.caller_index == mark(s, "phone", sender))
    customer = customers.by_phone(s, sender)
    own = ClaimRow.report_number.in_(reports)
    mine = own | (ClaimRow.customer_id == customer.id) if customer else own
    order = (ClaimRow.closed.is_not(None), ClaimRow.opened.desc())
    return s.scalar(select(ClaimRow.number).where(mine).order_by(*order).limit(1))


def get(s: Session, key: str) -> Feedback | None:
    """One occasion."""
    row = s.get(FeedbackRow, key)
    return None if row is None else _values(s, [row])[0]


def of(s: Session, about: str) -> list[Feedback]:
    """What was said about a claim, report or call, newest first."""
    claim = claim_of(s, about)
    found = select(FeedbackRow).where(
        FeedbackRow.about.in_([about, claim.number if claim else about])
    )
    return _values(s, list(s.scalars(found.order_by(FeedbackRow.at.desc(), FeedbackRow.key))))


def listing(s: Session, limit: int | None = None, department: str | None = None) -> list[Feedback]:
    """All feedback, newest first, or what concerns a department."""
    found = select(FeedbackRow).order_by(FeedbackRow.at.desc(), FeedbackRow.key).limit(limit)
    if department is not None:
        own = select(ScoreRow.key).where(ScoreRow.department == department)
        found = found.where(FeedbackRow.key.in_(own))
    return _values(s, list(s.scalars(found)))


def averages(
    s: Session, since: datetime, until: datetime, by: Literal["department", "person"]
) -> list[Average]:
    """The mean of each question in a time, for each department or person that it was about."""
    column = ScoreRow.department if by == "department" else ScoreRow.person
    found = (
        select(ScoreRow.question, column, func.count(), func.avg(ScoreRow.score * 1.0))
        .join(FeedbackRow, FeedbackRow.key == ScoreRow.key)
        .where(FeedbackRow.at >= since, FeedbackRow.at < until, column.is_not(None))
        .group_by(ScoreRow.question, column)
        .order_by(column, ScoreRow.question)
    )
    return [Average(q, str(of), n, round(float(mean), 2)) for q, of, n, mean in s.execute(found)]


def _values(s: Session, rows: list[FeedbackRow]) -> list[Feedback]:
    scores: dict[str, list[ScoreRow]] = {}
    asked_for = select(ScoreRow).where(ScoreRow.key.in_([row.key for row in rows]))
    for each in s.scalars(asked_for.order_by(ScoreRow.question)):
        scores.setdefault(each.key, []).append(each)
    return [_value(s, row, scores.get(row.key, [])) for row in rows]


def _value(s: Session, row: FeedbackRow, scores: list[ScoreRow]) -> Feedback:
    return Feedback(
        row.key, row.about, row.way, row.at, row.call_id,
        {each.question: each.score for each in scores},
        tuple(dict.fromkeys(each.department for each in scores)),
        unseal(s, row.remark) or "", row.clip,
    )  # fmt: skip
