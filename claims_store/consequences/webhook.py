"""A claim moved, and a program of somebody's wants to be told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from claims_store.consequences.effects import Effect, Push
from claims_store.outbox import Consequence


def handle(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    return [Push(row.payload["delivery"])]
