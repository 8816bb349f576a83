"""Claims: opened from a report, moved by events, looked up by number, keys or customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from claims_store.assessing import assess_report, present
from claims_store.errors import NotFound
from claims_store.personal import seal_data, unseal_data
from claims_store.rules import stages
from claims_store.rules.fields import LEVELS, field
from claims_store.tables import ClaimEventRow, ClaimRow, ReportRow

_DIGITS_OF_NUMBER = 10
_PAYABLE = frozenset({"approved", "agreed", "pay_failed"})


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as lists show it; `stage` is the main track."""

    number: str
    report_number: str | None
    customer_id: str | None
    policy_id: int | None
    line: str
    stage: str
    survey: str
    documents: str
    owner: str | None
    promised_at: datetime | None
    opened: datetime
    closed: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """What a customer is told. `stage` and `next_step` are words of `rules.stages`
    (`spoken`, `next_step`); `missing` names the papers and the
    fields of the report that are awaited from him."""

    number: str
    stage: str
    next_step: str
    missing: tuple[str, ...]
    owner: str | None
    promised_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimEvent:
    """One entry of a claim's journal."""

    seq: int
    at: datetime
    event: str
    by: str
    data: dict[str, Any]


def open_claim(
    s: Session,
    number: str,
    line: str,
    at: datetime,
    by: str,
    *,
    report_number: str | None = None,
    customer_id: str | None = None,
    policy_id: int | None = None,
) -> Claim:
    """Open a claim; its journal begins with `claim_reported`."""
    row = ClaimRow(
        number=number,
        report_number=report_number,
        customer_id=customer_id,
        policy_id=policy_id,
        line=line,
        stage="",
        survey="none",
        documents="open",
        opened=at,
        events=0,
    )
    s.add(row)
    s.flush()
    record(s, number, at, "claim_reported", by)
    return _value(row)


def record(
    s: Session, number: str, at: datetime, event: str, by: str, **data: Any
) -> stages.ClaimState:
    """Append to the journal what has happened; raises `stages.IllegalMove` if it cannot have."""
    row = s.get(ClaimRow, number, with_for_update=True)
    if row is None:
        raise NotFound("claim", number)
    state = stages.apply(_state(s, row), event, at, data)
    row.events += 1
    blob = seal_data(s, _owner(row), data)
    entry = ClaimEventRow(claim_number=number, seq=row.events, at=at, event=event, by=by, data=blob)
    s.add(entry)
    row.stage, row.survey, row.documents = state.stage, state.survey, state.documents
    row.owner, row.promised_at, row.closed = state.owner, state.promised_at, state.closed
    s.flush()
    return state


def by_number(s: Session, number: str) -> Claim | None:
    """One claim by its full number."""
    row = s.get(ClaimRow, number)
    return None if row is None else _value(row)


def by_digits(s: Session, digits: str) -> list[Claim]:
    """Claims whose number ends with the keyed digits: four or more, all ten name one claim.

    Four digits alone prove nothing: ask for ten, or for the caller's identity number as well.
    """
    if not digits.isascii() or not digits.isdigit() or not 4 <= len(digits) <= _DIGITS_OF_NUMBER:
        return []
    tail = digits if len(digits) == 4 else f"{digits[:-4]}-{digits[-4:]}"
    return _values(s, select(ClaimRow).where(ClaimRow.number.endswith(tail)))


def by_report(s: Session, number: str) -> Claim | None:
    """The claim that a report led to."""
    row = s.scalar(select(ClaimRow).where(ClaimRow.report_number == number))
    return None if row is None else _value(row)


def of_customer(s: Session, customer_id: str) -> list[Claim]:
    """A customer's claims, newest first."""
    return _values(s, select(ClaimRow).where(ClaimRow.customer_id == customer_id))


def listing(s: Session, limit: int | None = None, offset: int = 0) -> list[Claim]:
    """All claims, newest first."""
    return _values(s, select(ClaimRow), limit, offset)


def journal(s: Session, number: str) -> list[ClaimEvent]:
    """Everything that has happened to a claim, in order."""
    found = select(ClaimEventRow).where(ClaimEventRow.claim_number == number)
    return [
        ClaimEvent(row.seq, row.at, row.event, row.by, unseal_data(s, row.data))
        for row in s.scalars(found.order_by(ClaimEventRow.seq))
    ]


def status(s: Session, number: str) -> ClaimStatus:
    """Where a claim stands and what happens next, for the line and the customer."""
    row = s.get(ClaimRow, number)
    if row is None:
        raise NotFound("claim", number)
    state = _state(s, row)
    return ClaimStatus(
        number=number,
        stage=stages.spoken(state),
        next_step=stages.next_step(state),
        missing=state.missing + _unsaid(s, row),
        owner=state.owner,
        promised_at=state.promised_at,
    )


def _unsaid(s: Session, row: ClaimRow) -> tuple[str, ...]:
    """What the report still lacks; how to be paid is asked once there is something to pay."""
    report = s.get(ReportRow, row.report_number) if row.report_number else None
    if report is None or row.closed is not None:
        return ()
    missing = assess_report(s, report, present(s, report.number), report.touched).assessment.missing
    wanted = LEVELS if row.stage in _PAYABLE else ("assignable",)
    rows = [field(row.line, name) for name in missing]
    return tuple(each.name for each in rows if each is not None and each.level in wanted)


def _state(s: Session, row: ClaimRow) -> stages.ClaimState:
    # The row is the journal's sum; only what the last request named has to be read.
    missing = ()
    if row.documents == "queried":
        found = select(ClaimEventRow).where(
            ClaimEventRow.claim_number == row.number, ClaimEventRow.event == "documents_requested"
        )
        last = s.scalar(found.order_by(ClaimEventRow.seq.desc()).limit(1))
        missing = tuple(unseal_data(s, last.data).get("missing", ())) if last else ()
    return stages.ClaimState(
        row.stage, row.survey, row.documents, row.owner, row.promised_at, row.closed, missing
    )


def _owner(row: ClaimRow) -> str:
    return f"report:{row.report_number}" if row.report_number else f"claim:{row.number}"


def _values(
    s: Session, found: Select[ClaimRow], limit: int | None = None, offset: int = 0
) -> list[Claim]:
    ordered = found.order_by(ClaimRow.opened.desc(), ClaimRow.number.desc())
    return [_value(row) for row in s.scalars(ordered.limit(limit).offset(offset))]


def _value(row: ClaimRow) -> Claim:
    return Claim(*(getattr(row, name) for name in Claim.__slots__))
