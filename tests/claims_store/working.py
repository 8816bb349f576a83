"""Carries out what is due, at its own time: a worker by a given clock."""

from __future__ import annotations

from datetime import datetime

from claims_store import outbox
from claims_store.consequences import HANDLERS
from claims_store.outbox import Consequence
from claims_store.store import Session, Store

KEPT = ("message",)
"""What would leave the house: it stays in the outbox for the test to look at."""


def work(store: Store, until: datetime, *, twice: bool = False) -> list[str]:
    """Carry out everything that is due up to a time; the keys in order. With `twice` each row is
    handled again, as after a worker was killed."""
    done: list[str] = []
    while row := _next(store, until):
        for _ in range(1 + twice):
            store.run_now(_handle, row)
        store.run_now(outbox.done, row.id, row.due_at)
        done.append(row.key)
    return done


def messages(store: Store, until: datetime) -> list[Consequence]:
    """What was sent by then."""
    return [row for row in store.run_now(outbox.due, until, 999) if row.kind in KEPT]


def _next(store: Store, until: datetime) -> Consequence | None:
    rows = store.run_now(outbox.due, until, 999)
    return next((row for row in rows if row.kind not in KEPT), None)


def _handle(s: Session, row: Consequence) -> None:
    assert HANDLERS[row.kind](s, row, row.due_at) == []
