"""Claims handlers and surveyors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from claims_store.errors import NotFound
from claims_store.personal import phone, seal, unseal
from claims_store.rules.stages import Actor
from claims_store.tables import AbsenceRow, StaffRow, UserRow

StaffKind = Literal["handler", "surveyor"]


@dataclass(frozen=True, slots=True)
class Staff:
    """A claims handler or a surveyor, and what he takes on. `authority` is the sum up to which he
    decides (None: any), `shift` names hours of the plan ("": always), `conflicts` are marks of
    parties (customer:ID, agent:NAME, garage:NAME) whose claims he must not have."""

    name: str
    kind: StaffKind
    title: dict[str, str]
    phone: str
    lines: tuple[str, ...]
    languages: tuple[str, ...]
    regions: tuple[str, ...]
    authority: Decimal | None = None
    shift: str = ""
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which somebody is given no work."""

    staff: str
    begins: datetime
    ends: datetime
    reason: str


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
            authority=None if member.authority is None else str(member.authority),
            shift=member.shift,
            conflicts=list(member.conflicts),
        )
    )
    s.flush()


def staff(s: Session, kind: StaffKind | None = None) -> list[Staff]:
    """Handlers and surveyors by name, or one kind of them."""
    found = select(StaffRow).order_by(StaffRow.name)
    if kind is not None:
        found = found.where(StaffRow.kind == kind)
    return [_staff(s, row) for row in s.scalars(found)]


def member(s: Session, name: str) -> Staff | None:
    """One of them."""
    row = s.get(StaffRow, name)
    return None if row is None else _staff(s, row)


def put_absence(s: Session, absence: Absence) -> None:
    """Note when somebody is away; raises `NotFound`."""
    if s.get(StaffRow, absence.staff) is None:
        raise NotFound("member of staff", absence.staff)
    s.add(
        AbsenceRow(
            staff=absence.staff, begins=absence.begins, ends=absence.ends, reason=absence.reason
        )
    )  # fmt: skip
    s.flush()


def absences(s: Session, until: datetime) -> list[Absence]:
    """Absences that are not over at that time, the first to begin first."""
    found = select(AbsenceRow).where(AbsenceRow.ends > until)
    rows = s.scalars(found.order_by(AbsenceRow.begins, AbsenceRow.id))
    return [Absence(row.staff, row.begins, row.ends, row.reason) for row in rows]


def actor(s: Session, login: str) -> Actor | None:
    """Who moves a claim under this login; None when he may not sign in."""
    user = s.get(UserRow, login)
    if user is None or not user.active:
        return None
    row = s.get(StaffRow, user.person) if user.person else None
    authority = Decimal(row.authority) if row and row.authority else None
    return Actor(user.person or login, user.role, authority)


def _staff(s: Session, row: StaffRow) -> Staff:
    return Staff(
        name=row.name,
        kind="handler" if row.kind == "handler" else "surveyor",
        title=row.title,
        phone=unseal(s, row.phone) or "",
        lines=tuple(row.lines),
        languages=tuple(row.languages),
        regions=tuple(row.regions),
        authority=None if row.authority is None else Decimal(row.authority),
        shift=row.shift,
        conflicts=tuple(row.conflicts),
    )
