"""What becomes of a row of the outbox: its effects, and what a failure means for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from claims_store import outbox
from claims_store.consequences import HANDLERS
from claims_store.consequences.effects import Effect
from claims_store.outbox import Consequence

TRIES = 3
FIRST_PAUSE = timedelta(seconds=5)


def effects(s: Session, row: int, due: datetime, now: datetime) -> list[Effect] | None:
    """The row's effects; None when the try that was due at `due` is over already."""
    found = _open(s, row, due)
    return None if found is None else HANDLERS[found.kind](s, found, now)


def failed(s: Session, row: int, due: datetime, reason: str, now: datetime) -> None:
    """Try again after a pause that grows; after the third time a person has to look."""
    found = _open(s, row, due)
    if found is None:
        return
    pause = FIRST_PAUSE * float(6**found.tries)
    if outbox.again(s, row, now + pause, reason) >= TRIES:
        outbox.set_aside(s, row, reason)


def _open(s: Session, row: int, due: datetime) -> Consequence | None:
    found = outbox.get(s, row)
    over = found is None or found.due_at != due or found.set_aside or found.done is not None
    return None if over else found
