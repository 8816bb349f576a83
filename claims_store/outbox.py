"""Consequences to carry out: written with the change that causes them, worked off by the worker."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from claims_store.personal import seal_data, unseal_data
from claims_store.prepared import execute, scalar
from claims_store.tables import OutboxRow


@dataclass(frozen=True, slots=True)
class Consequence:
    """One row of the outbox. `payload` is empty once the key of whom it is about was erased."""

    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    due_at: datetime
    tries: int
    error: str | None
    set_aside: bool
    done: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Whether a consequence is done, and what keeps it from that."""

    kind: str
    done: datetime | None
    error: str | None
    set_aside: bool


# Once or more a call: made once, and past the ORM.
_ROWS: Any = OutboxRow.__table__
_THERE = select(_ROWS.c.id).where(_ROWS.c.key == bindparam("the_key"))
_PUT = insert(_ROWS)


def put(s: Session, kind: str, key: str, payload: dict[str, Any], due_at: datetime) -> bool:
    """Write a consequence down, once per key. False: it was there already.

    The payload is sealed under the report or call that it names (`report`, `call_id`).
    """
    if scalar(s, _THERE, {"the_key": key}) is not None:
        return False
    blob = seal_data(s, _owner(payload), payload | {"kind": kind})
    row = {"kind": kind, "key": key, "payload": blob, "due_at": due_at}
    execute(s, _PUT, row)
    return True


def due(
    s: Session, now: datetime, limit: int = 50, *, kind: str | None = None
) -> list[Consequence]:
    """What is to be done now, the longest due first; with `kind` only rows of that kind, so that
    a backlog of one kind never hides another."""
    found = (
        select(OutboxRow)
        .where(OutboxRow.done.is_(None), OutboxRow.set_aside.is_(False), OutboxRow.due_at <= now)
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(limit)
    )
    if kind is not None:
        found = found.where(OutboxRow.kind == kind)
    return [_value(s, row) for row in s.scalars(found)]


def kinds_due(s: Session, now: datetime) -> set[str]:
    """Of which kinds something is to be done now: asked again and again."""
    found = select(OutboxRow.kind).where(
        OutboxRow.done.is_(None), OutboxRow.set_aside.is_(False), OutboxRow.due_at <= now
    )
    return set(s.scalars(found.distinct()))


def get(s: Session, id: int) -> Consequence | None:
    """One row, whatever its state."""
    row = s.get(OutboxRow, id)
    return None if row is None else _value(s, row)


def done(s: Session, id: int, at: datetime) -> None:
    """It is carried out."""
    s.execute(update(OutboxRow).where(OutboxRow.id == id).values(done=at, error=None))


def again(s: Session, id: int, due_at: datetime, error: str) -> int:
    """It failed and is to be tried again; how often it was tried so far."""
    step = update(OutboxRow).where(OutboxRow.id == id)
    step = step.values(due_at=due_at, error=error, tries=OutboxRow.tries + 1)
    return s.scalar(step.returning(OutboxRow.tries)) or 0


def wait(s: Session, id: int, due_at: datetime, reason: str) -> None:
    """Its time has not come (a model is missing, a file is still written): no try is counted."""
    step = update(OutboxRow).where(OutboxRow.id == id)
    s.execute(step.values(due_at=due_at, error=reason))


def set_aside(s: Session, id: int, error: str) -> None:
    """It cannot be carried out; a person has to look."""
    s.execute(update(OutboxRow).where(OutboxRow.id == id).values(set_aside=True, error=error))


def aside(s: Session) -> list[Consequence]:
    """What was set aside, oldest first."""
    found = select(OutboxRow).where(OutboxRow.set_aside.is_(True)).order_by(OutboxRow.id)
    return [_value(s, row) for row in s.scalars(found)]


def progress(s: Session, words: Collection[str]) -> list[Progress]:
    """How far the rows are whose key names one of `words` (a call id, a report number)."""
    named = or_(*(OutboxRow.key.contains(f":{word}", autoescape=True) for word in words))
    rows = s.scalars(select(OutboxRow).where(named).order_by(OutboxRow.id))
    return [Progress(row.kind, row.done, row.error, row.set_aside) for row in rows]


def _owner(payload: dict[str, Any]) -> str:
    for owner, name in (("report", "report"), ("report", "report_number"), ("call", "call_id")):
        if payload.get(name):
            return f"{owner}:{payload[name]}"
    return "outbox"


def _value(s: Session, row: OutboxRow) -> Consequence:
    payload = unseal_data(s, row.payload)
    payload.pop("kind", None)
    return Consequence(
        row.id, row.kind, row.key, payload, row.due_at, row.tries, row.error, row.set_aside,
        row.done,
    )  # fmt: skip
