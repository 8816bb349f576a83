"""The list of claims in parts, each from where the last one ended: what is opened meanwhile moves
nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from claims_store.tables import ClaimRow


@dataclass(frozen=True, slots=True)
class After:
    """The last claim of the part before."""

    opened: datetime
    number: str


@dataclass(frozen=True, slots=True)
class Line:
    """A claim as this list has it."""

    number: str
    line: str
    stage: str
    survey: str
    documents: str
    opened: datetime
    closed: datetime | None


def page(s: Session, after: After | None, limit: int) -> list[Line]:
    """Claims, the newest first. `after` without zone is refused."""
    found = select(ClaimRow).order_by(ClaimRow.opened.desc(), ClaimRow.number.desc()).limit(limit)
    if after is not None:
        same = and_(ClaimRow.opened == after.opened, ClaimRow.number < after.number)
        found = found.where(or_(ClaimRow.opened < after.opened, same))
    return [Line(*(getattr(row, name) for name in Line.__slots__)) for row in s.scalars(found)]
