"""Reports: what was said about a loss, every version of it, and the claim it leads to."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from claims_store import claims, customers, outbox, tasks
from claims_store.assessing import Answered, Assessed, answered, assess_report, higher, present
from claims_store.errors import NotFound
from claims_store.personal import mark, phone, seal, unseal
from claims_store.rules.completeness import Problem
from claims_store.tables import AnswerRow, CallRow, ClaimRow, ReportRow

Source = Literal["line", "agent", "import", "speech"]

DRAFT_LIFE = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Saved:
    """What an answer led to; `problems` are those of the whole report."""

    version: int
    level: str
    problems: tuple[Problem, ...]
    missing: tuple[str, ...]
    claim_number: str | None
    next_field: str | None


@dataclass(frozen=True, slots=True)
class ReportState:
    """A report as it stands; `open_field` is the next question."""

    number: str
    line: str | None
    language: str
    level: str
    values: dict[str, Answered]
    open_field: str | None
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]
    claim_number: str | None
    policy: customers.Policy | None
    started: datetime
    finished: datetime | None
    call_id: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one field."""

    field: str
    answer: Answered
    call_id: str | None


def start(s: Session, call_id: str | None, caller: str, language: str, at: datetime) -> str:
    """Begin a report; its number "BA-YYMMDD-NNNN" ends in four random digits."""
    number = _free_number(s, at)
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
    _keep(s, row, values, field, given, call_id)
    judged = assess_report(s, row, values, at)
    row.level = higher(row.level, judged.assessment.level)
    claim = _claim_of(s, number)
    if claim is None and row.level != "draft":
        claim = _open_claim(s, row, judged, at, by)
    s.flush()
    found = judged.assessment
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
    if promised_at is not None:
        tasks.add(s, "handler_calls", claim or number, at, promised_at)
        if claim is not None:
            claims.record(s, claim, at, "call_promised", "line", due=promised_at)
    _send_number(s, row, claim, at, promised_at)


def _send_number(
    s: Session, row: ReportRow, claim: str | None, at: datetime, promised_at: datetime | None
) -> None:
    given = present(s, row.number).get("callback_phone")
    to = (given.value if given else "") or unseal(s, row.caller)
    if not to:
        return
    payload = {
        "to": to,
        "text": "report_received",
        "values": {"number": claim or row.number, "promised_at": promised_at},
        "language": row.language,
        "report": row.number,
    }
    outbox.put(s, "message", f"message:report_received:{row.number}", payload, at)


def _keep(
    s: Session,
    row: ReportRow,
    values: dict[str, Answered],
    field: str,
    given: Answered,
    call_id: str | None,
) -> None:
    before = values.get(field)
    if before is not None and (before.value, before.clip) == (given.value, given.clip):
        return
    values[field] = given
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
    _follow(s, row, values, field)
    if call_id is not None:
        _check_again(s, call_id, row.number, given)


def _check_again(s: Session, call_id: str, number: str, given: Answered) -> None:
    """What is typed in wrap-up is compared with the recording as well."""
    if s.scalar(select(CallRow.ended).where(CallRow.call_id == call_id)) is not None:
        key = f"check_report:{call_id}:{number}:{given.version}"
        payload = {"call_id": call_id, "answered_late": True}
        outbox.put(s, "check_report", key, payload, given.at)


def _follow(s: Session, row: ReportRow, values: dict[str, Answered], field: str) -> None:
    """Let the report's line and policy follow from an answer."""
    value = values[field].value
    if field == "line":
        row.line = value or None
    elif field == "policy_number":
        policy = customers.policy_by_number(s, value)
        row.policy_id = policy.id if policy else None
        _line_of(row, values, policy)
    elif field == "plate" and row.policy_id is None and value:
        policy = customers.policy_by_plate(s, value)
        row.policy_id = policy.id if policy else None
        _line_of(row, values, policy)


def _line_of(row: ReportRow, values: dict[str, Answered], policy: customers.Policy | None) -> None:
    named = values.get("line")
    if policy is not None and (named is None or not named.value):
        row.line = policy.line


def _open_claim(s: Session, row: ReportRow, judged: Assessed, at: datetime, by: str) -> str:
    number = "CL" + row.number.removeprefix("BA")
    claims.open_claim(
        s,
        number,
        row.line or "",
        at,
        by,
        report_number=row.number,
        customer_id=judged.policy.customer_id if judged.policy else None,
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
    day = at.astimezone(s.info["zone"]).strftime("%y%m%d")
    while True:
        number = f"BA-{day}-{secrets.randbelow(10_000):04d}"
        if s.get(ReportRow, number) is None and s.get(ClaimRow, f"CL{number[2:]}") is None:
            return number


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
