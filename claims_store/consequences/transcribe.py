"""A recording is sealed: what is said in it is written down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from claims_store import calls
from claims_store.consequences.effects import Effect, Transcribe
from claims_store.outbox import Consequence

LANGUAGE = "zh"


def handle(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """Transcribe in the language that the caller chose."""
    call = calls.get(session, row.payload.get("call_id", ""))
    return [] if call is None else [Transcribe(call.call_id, call.language or LANGUAGE)]
