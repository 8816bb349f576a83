"""Claims, read: looked up by number, keys or customer, and told. `moves` opens and moves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from claims_store.assessing import assess_report, present
from claims_store.claim_journal import ClaimEvent, journal
from claims_store.claim_journal import state as state_of
from claims_store.errors import NotFound
from claims_store.rules import stages
from claims_store.rules.fields import LEVELS, field
from claims_store.rules.stages.state import CALL
from claims_store.tables import ClaimRow, ReportRow

__all__ = [
    "Claim", "ClaimEvent", "ClaimStatus", "by_digits", "by_number", "by_report", "journal",
    "listing", "of_customer", "reports_of", "state_of", "status", "value",
]  # fmt: skip

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
    first_closed: datetime | None = None
    last_closed: datetime | None = None
    flags: tuple[str, ...] = ()
    simple: str | None = None
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """What a customer is told. `told` are words of `rules.stages`, the track that waits for him
    first, and `stage` is the first of them; `progress` counts the six words that are behind;
    `missing` names the papers and the fields of the report that are awaited from him;
    `promised_at` is when a handler calls at the latest, if that was promised."""

    number: str
    stage: str
    told: tuple[str, ...]
    progress: int
    next_step: str
    missing: tuple[str, ...]
    owner: str | None
    promised_at: datetime | None


def by_number(s: Session, number: str) -> Claim | None:
    """One claim by its full number."""
    row = s.get(ClaimRow, number)
    return None if row is None else value(row)


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
    return None if row is None else value(row)


def of_customer(s: Session, customer_id: str) -> list[Claim]:
    """A customer's claims, newest first."""
    return _values(s, select(ClaimRow).where(ClaimRow.customer_id == customer_id))


def listing(s: Session, limit: int | None = None, offset: int = 0) -> list[Claim]:
    """All claims, newest first."""
    return _values(s, select(ClaimRow), limit, offset)


def reports_of(s: Session, number: str) -> list[str]:
    """The reports of a claim: its own, and those of the claims that were merged into it."""
    own = select(ClaimRow.report_number).where(ClaimRow.number == number)
    merged = select(ClaimRow.report_number).where(ClaimRow.merged_into == number)
    found = [*s.scalars(own), *s.scalars(merged.order_by(ClaimRow.number))]
    return [each for each in found if each]


def status(s: Session, number: str) -> ClaimStatus:
    """Where a claim stands and what happens next, for the line and the customer; of a claim that
    was merged, where the other one stands."""
    row = s.get(ClaimRow, number)
    if row is None:
        raise NotFound("claim", number)
    if row.merged_into:
        return status(s, row.merged_into)
    state = state_of(s, number)
    return ClaimStatus(
        number=number,
        stage=stages.spoken(state),
        told=stages.told(state),
        progress=stages.progress(state),
        next_step=stages.next_step(state),
        missing=state.missing + _unsaid(s, row),
        owner=state.owner,
        promised_at=next((due for what, due in state.promises if what == CALL), None),
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


def _values(
    s: Session, found: Select[ClaimRow], limit: int | None = None, offset: int = 0
) -> list[Claim]:
    ordered = found.order_by(ClaimRow.opened.desc(), ClaimRow.number.desc())
    return [value(row) for row in s.scalars(ordered.limit(limit).offset(offset))]


def value(row: ClaimRow) -> Claim:
    """A row as lists show it."""
    plain = {name: getattr(row, name) for name in Claim.__slots__}
    return Claim(**plain | {"flags": tuple(row.flags)})
