"""A recording is sealed: what is said in it is written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from claims_store import calls, outbox, transcripts
from claims_store.consequences.effects import Effect, Transcribe
from claims_store.outbox import Consequence
from claims_store.personal import mark
from claims_store.transcripts import Heard

LANGUAGE = "zh"


def handle(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """Transcribe in the language that the caller chose."""
    call = calls.get(session, row.payload.get("call_id", ""))
    return [] if call is None else [Transcribe(call.call_id, call.language or LANGUAGE)]


def written_down(s: Session, call_id: str, heard: Sequence[Heard], now: datetime) -> None:
    """Store a transcript; the report is checked against it next, once for each transcript."""
    transcripts.put(s, call_id, heard)
    text = "".join(f"{line.track} {line.start} {line.text}\n" for line in heard)
    key = f"check_report:{call_id}:{mark(s, 'transcript', text)[:16]}"
    outbox.put(s, "check_report", key, {"call_id": call_id}, now)
