"""A call is over: its recording is joined and encrypted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from claims_store.consequences.effects import Effect, Seal
from claims_store.outbox import Consequence


def handle(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """Seal the call that the row names."""
    call_id = row.payload.get("call_id")
    return [Seal(call_id)] if call_id else []
