"""Published plans: every revision stays as it was, the newest is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from claims_store.prepared import scalar
from claims_store.tables import PlanRevisionRow


@dataclass(frozen=True, slots=True)
class PlanRevision:
    """One published plan: its text and who published it why."""

    revision: int
    text: str
    by: str
    reason: str
    at: datetime


_NEWEST = select(func.max(PlanRevisionRow.revision))


def publish(s: Session, text: str, by: str, reason: str, at: datetime) -> int:
    """Put a plan into force; its revision number. The text must have been checked."""
    last = s.scalar(select(func.max(PlanRevisionRow.revision))) or 0
    s.add(PlanRevisionRow(revision=last + 1, text=text, by=by, reason=reason, at=at))
    s.flush()
    return last + 1


def current(s: Session) -> PlanRevision | None:
    """The plan in force."""
    found = select(PlanRevisionRow).order_by(PlanRevisionRow.revision.desc()).limit(1)
    row = s.scalar(found)
    return None if row is None else _value(row)


def newest(s: Session) -> int | None:
    """The number of the plan in force: asked again and again, without its text."""
    found: int | None = scalar(s, _NEWEST, {})
    return found


def get(s: Session, revision: int) -> PlanRevision | None:
    """One revision: a call keeps the one it began with."""
    row = s.get(PlanRevisionRow, revision)
    return None if row is None else _value(row)


def listing(s: Session) -> list[PlanRevision]:
    """All revisions, newest first."""
    found = select(PlanRevisionRow).order_by(PlanRevisionRow.revision.desc())
    return [_value(row) for row in s.scalars(found)]


def _value(row: PlanRevisionRow) -> PlanRevision:
    return PlanRevision(*(getattr(row, name) for name in PlanRevision.__slots__))
