"""Claims handlers and surveyors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from claims_store.personal import phone, seal, unseal
from claims_store.tables import StaffRow

StaffKind = Literal["handler", "surveyor"]


@dataclass(frozen=True, slots=True)
class Staff:
    """A claims handler or a surveyor, and what he takes on."""

    name: str
    kind: StaffKind
    title: dict[str, str]
    phone: str
    lines: tuple[str, ...]
    languages: tuple[str, ...]
    regions: tuple[str, ...]


def put_staff(s: Session, member: Staff) -> None:
    """Enter a claims handler or surveyor, or bring him up to date."""
    number = seal(s, f"staff:{member.name}", phone(member.phone))
    s.merge(
        StaffRow(
            name=member.name,
            kind=member.kind,
            title=member.title,
            phone=number,
            lines=list(member.lines),
            languages=list(member.languages),
            regions=list(member.regions),
        )
    )
    s.flush()


def staff(s: Session, kind: StaffKind | None = None) -> list[Staff]:
    """Handlers and surveyors by name, or one kind of them."""
    found = select(StaffRow).order_by(StaffRow.name)
    if kind is not None:
        found = found.where(StaffRow.kind == kind)
    return [_staff(s, row) for row in s.scalars(found)]


def _staff(s: Session, row: StaffRow) -> Staff:
    return Staff(
        name=row.name,
        kind="handler" if row.kind == "handler" else "surveyor",
        title=row.title,
        phone=unseal(s, row.phone) or "",
        lines=tuple(row.lines),
        languages=tuple(row.languages),
        regions=tuple(row.regions),
    )
