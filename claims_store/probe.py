"""What tells whether a database does its work, without leaving anything in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from claims_store.personal import vault
from claims_store.tables import CallRow, OutboxRow


def write(s: Session, key: str, at: datetime) -> None:
    """Write a row and take it away again, which needs the same lock and the same disk as any
    other. The worker never sees the row."""
    sealed = vault(s).seal("{}", vault(s).new_key("probe"))
    s.add(OutboxRow(kind="probe", key=f"probe:{key}", payload=sealed, due_at=at))
    s.flush()
    s.execute(delete(OutboxRow).where(OutboxRow.key == f"probe:{key}"))
    s.flush()


def newest_call(s: Session) -> datetime | None:
    """When the newest call began."""
    return s.scalar(select(func.max(CallRow.started)))


def opens(s: Session) -> bool:
    """Whether the newest call's sealed number opens with this installation's keys; raises
    VaultDamaged. False: there is none, or its key was erased."""
    newest = select(CallRow.caller).where(CallRow.caller.is_not(None))
    blob = s.scalar(newest.order_by(CallRow.started.desc()).limit(1))
    return vault(s).open(blob) is not None
