"""Reports: what was said about a loss, every version of it, and the claim it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from claims_store import customers, links, moves, outbox, promises
from claims_store.advancing import (
    Advanced,
    Find,
    ReportState,
    Saved,
    advance,
    claim_number,
    mint,
)
from claims_store.assessing import Answered, answered, assess_report, circumstances, present
from claims_store.errors import NotFound, NumberTaken
from claims_store.personal import mark, phone, seal, unseal
from claims_store.rules.stages import Actor
from claims_store.tables import AnswerRow, CallRow, ClaimRow, ReportRow

__all__ = [
    "ReportState", "Saved", "Source", "Version", "answer", "finish", "listing", "open_draft",
    "start", "state", "versions",
]  # fmt: skip

Source = Literal["line", "agent", "import", "speech"]

LINE = Actor("line", "line")
DRAFT_LIFE = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one field."""

    field: str
    answer: Answered
    call_id: str | None


def start(
    s: Session,
    call_id: str | None,
    caller: str,
    language: str,
    at: datetime,
    number: str | None = None,
) -> str:
    """Begin a report; its number "BA-YYMMDD-NNNN" ends in four random digits. One that was minted
    before is used as it is; raises `NumberTaken`."""
    if number is None:
        number = _free_number(s, at)
    elif not _free(s, number):
        raise NumberTaken(number)
    said = phone(caller) if caller else None
    s.add(
        ReportRow(
            number=number,
            call_id=call_id,
            caller=seal(s, f"report:{number}", said),
            caller_index=mark(s, "phone", said),
            language=language,
            started=at,
            touched=at,
            versions=0,
            level="draft",
        )
    )
    if call_id is not None:
        s.execute(update(CallRow).where(CallRow.call_id == call_id).values(report_number=number))
    s.flush()
    return number


def answer(
    s: Session,
    number: str,
    field: str,
    value: str,
    *,
    by: str,
    source: Source,
    at: datetime,
    call_id: str | None = None,
    asked: bool = True,
    clip: str | None = None,
) -> Saved:
    """Store an answer as the field's next version (the same again stores nothing), judge the
    report, and make the claim when it first becomes assignable.
    `value` is canonical. "line" sets the line of business; "policy_number" and "plate" find the
    policy, and with it the line where none was named.
    """
    row = _locked(s, number)
    values = present(s, number)
    given = Answered(value, by, source, at, asked, row.versions + 1, clip)
    policy = customers.policy(s, row.policy_id) if row.policy_id is not None else None
    done = advance(
        row.line, policy, row.level, values, field, given, _finder(s), circumstances(s, row, at)
    )
    if done.kept:
        _keep(s, row, field, given, call_id)
    row.line, row.level = done.line, done.level
    row.policy_id = done.policy.id if done.policy else None
    claim = _claim_of(s, number)
    if claim is None and row.level != "draft":
        claim = _open_claim(s, row, done, at, by)
    s.flush()
    found = done.assessment
    return Saved(row.versions, row.level, found.problems, found.missing, claim, found.next_field)


def state(s: Session, number: str, now: datetime | None = None) -> ReportState:
    """A report as it stands; judged as of `now`, or of its last answer."""
    row = s.get(ReportRow, number)
    if row is None:
        raise NotFound("report", number)
    return _state(s, row, now or row.touched)


def open_draft(s: Session, caller: str, now: datetime) -> ReportState | None:
    """The newest report from this number that was begun and not finished in the last 48 hours."""
    found = select(ReportRow).where(
        ReportRow.caller_index == mark(s, "phone", caller),
        ReportRow.finished.is_(None),
        ReportRow.touched > now - DRAFT_LIFE,
        ReportRow.versions > 0,
    )
    row = s.scalar(found.order_by(ReportRow.touched.desc()).limit(1)) if caller else None
    return None if row is None else _state(s, row, now)


def versions(s: Session, number: str) -> list[Version]:
    """Every version of every field, in the order they were given."""
    found = select(AnswerRow).where(AnswerRow.report_number == number)
    rows = s.scalars(found.order_by(AnswerRow.version))
    return [Version(row.field, answered(s, row), row.call_id) for row in rows]


def listing(s: Session, limit: int | None = None, offset: int = 0) -> list[str]:
    """Numbers of all reports, newest first."""
    found = select(ReportRow.number).order_by(ReportRow.started.desc(), ReportRow.number.desc())
    return list(s.scalars(found.limit(limit).offset(offset)))


def finish(s: Session, number: str, at: datetime, promised_at: datetime | None = None) -> None:
    """The caller has said what he had to say: a text message with the number goes out, and with
    `promised_at` a claims handler's call by then becomes a task. The second time does nothing."""
    row = _locked(s, number)
    if row.finished is not None:
        return
    row.finished = at
    claim = _claim_of(s, number)
    if promised_at is not None and claim is not None:
        moves.move(s, claim, "call_promised", LINE, at, due=promised_at)
    elif promised_at is not None:
        promises.make(s, number, at, promised_at)
    _send_number(s, row, claim, at, promised_at)


def _send_number(
    s: Session, row: ReportRow, claim: str | None, at: datetime, promised_at: datetime | None
) -> None:
    given = present(s, row.number).get("callback_phone")
    to = (given.value if given else "") or unseal(s, row.caller)
    if not to:
        return
    values = {"number": claim or row.number, "promised_at": promised_at}
    if claim is not None:
        values["link"] = links.path("claim", links.make(s, "claim", claim, at, whom=to))
    payload = {
        "to": to,
        "text": "report_received",
        "values": values,
        "language": row.language,
        "report": row.number,
    }
    outbox.put(s, "message", f"message:report_received:{row.number}", payload, at)


def _keep(s: Session, row: ReportRow, field: str, given: Answered, call_id: str | None) -> None:
    row.versions, row.touched = given.version, given.at
    s.add(
        AnswerRow(
            report_number=row.number,
            version=given.version,
            field=field,
            value=seal(s, f"report:{row.number}", given.value),
            by=given.by,
            source=given.source,
            at=given.at,
            asked=given.asked,
            clip=given.clip,
            call_id=call_id,
        )
    )
    if call_id is not None:
        _check_again(s, call_id, row.number, given)


def _check_again(s: Session, call_id: str, number: str, given: Answered) -> None:
    """What is typed in wrap-up is compared with the recording as well."""
    if s.scalar(select(CallRow.ended).where(CallRow.call_id == call_id)) is not None:
        key = f"check_report:{call_id}:{number}:{given.version}"
        payload = {"call_id": call_id, "answered_late": True}
        outbox.put(s, "check_report", key, payload, given.at)


def _finder(s: Session) -> Find:
    def find(field: str, value: str) -> customers.Policy | None:
        by = customers.policy_by_plate if field == "plate" else customers.policy_by_number
        return by(s, value)

    return find


def _open_claim(s: Session, row: ReportRow, done: Advanced, at: datetime, by: str) -> str:
    number = claim_number(row.number)
    moves.open_claim(
        s,
        number,
        row.line or "",
        at,
        Actor(by, "line" if by == "line" else "agent"),
        report_number=row.number,
        customer_id=done.policy.customer_id if done.policy else None,
        policy_id=row.policy_id,
    )
    return number


def _claim_of(s: Session, number: str) -> str | None:
    return s.scalar(select(ClaimRow.number).where(ClaimRow.report_number == number))


def _locked(s: Session, number: str) -> ReportRow:
    row = s.get(ReportRow, number, with_for_update=True)
    if row is None:
        raise NotFound("report", number)
    return row


def _free_number(s: Session, at: datetime) -> str:
    number = mint(at, s.info["zone"])
    while not _free(s, number):
        number = mint(at, s.info["zone"])
    return number


def _free(s: Session, number: str) -> bool:
    return s.get(ReportRow, number) is None and s.get(ClaimRow, claim_number(number)) is None


def _state(s: Session, row: ReportRow, now: datetime) -> ReportState:
    judged = assess_report(s, row, present(s, row.number), now)
    found = judged.assessment
    return ReportState(
        number=row.number,
        line=row.line,
        language=row.language,
        level=row.level,
        values=judged.values,
        open_field=found.next_field,
        missing=found.missing,
        problems=found.problems,
        claim_number=_claim_of(s, row.number),
        policy=judged.policy,
        started=row.started,
        finished=row.finished,
        call_id=row.call_id,
    )
