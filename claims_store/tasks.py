"""Tasks: what a person has promised to do by a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from claims_store.rules.feedback import DEPARTMENTS
from claims_store.tables import TaskRow

FOR_SUPERVISORS = frozenset(
    {
        "deadline_missed",
        "nobody_to_assign",
        "survey_nobody",
        "survey_unanswered",
        "survey_lead",
        "survey_slot",
    }
) | {f"feedback_{department}" for department in DEPARTMENTS}
"""Kinds that stay with whoever watches over the house, whoever owns the claim."""


@dataclass(frozen=True, slots=True)
class Task:
    """`about` is a claim or report number; `kind` e.g. "handler_calls"."""

    id: int
    kind: str
    about: str
    owner: str | None
    made: datetime
    due: datetime
    done: datetime | None
    done_by: str | None


def add(
    s: Session, kind: str, about: str, made: datetime, due: datetime, owner: str | None = None
) -> int:
    """Write a task down; its id."""
    row = TaskRow(kind=kind, about=about, made=made, due=due, owner=owner)
    s.add(row)
    s.flush()
    return row.id


def due(s: Session, now: datetime) -> list[Task]:
    """Open tasks whose time has come, the longest due first."""
    found = select(TaskRow).where(TaskRow.done.is_(None), TaskRow.due <= now)
    return _values(s, found.order_by(TaskRow.due, TaskRow.id))


def listing(s: Session, *, done: bool = False, about: str | None = None) -> list[Task]:
    """Open tasks, or done ones, by due time; with `about` only those of a claim or report."""
    found = select(TaskRow).where(TaskRow.done.is_not(None) if done else TaskRow.done.is_(None))
    if about is not None:
        found = found.where(TaskRow.about == about)
    return _values(s, found.order_by(TaskRow.due, TaskRow.id))


def done(s: Session, id: int, at: datetime, by: str) -> bool:
    """It is done; False when it was already."""
    step = update(TaskRow).where(TaskRow.id == id, TaskRow.done.is_(None))
    return s.scalar(step.values(done=at, done_by=by).returning(TaskRow.id)) is not None


def _values(s: Session, found: Select[TaskRow]) -> list[Task]:
    return [Task(*(getattr(row, name) for name in Task.__slots__)) for row in s.scalars(found)]
