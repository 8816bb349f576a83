"""Surveys: a claim needs a surveyor, was moved under him, or nobody has accepted yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from claims_store import surveys
from claims_store.consequences.effects import Effect
from claims_store.outbox import Consequence


def dispatch(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """A claim was reported or filed: somebody may have to look at the loss."""
    if row.payload.get("claim"):
        surveys.begun(session, row.payload["claim"], row.payload["event"], now)
    return []


def follow(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """A claim's survey was moved, or the claim has ended."""
    if row.payload.get("claim"):
        surveys.moved(session, row.payload["claim"], row.payload["seq"], now)
    return []


def step(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """Nobody had accepted when this was put down."""
    given = row.payload
    if given.get("survey"):
        surveys.step(session, given["survey"], given["step"], given["seq"], now)
    return []
