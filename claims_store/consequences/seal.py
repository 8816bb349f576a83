"""A call is over: its recording is joined and encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from claims_store import calls, outbox, recordings
from claims_store.consequences.effects import Effect, Seal
from claims_store.cuts import CUT
from claims_store.outbox import Consequence
from claims_store.recordings import LINE, Recording, Segment


def handle(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """Seal the call that the row names."""
    call_id = row.payload.get("call_id")
    return [Seal(call_id)] if call_id else []


@dataclass(frozen=True, slots=True)
class Expected:
    """What the recording of a call must hold: its recorders' files, and seconds of the line's part
    and of its talks by the ledger. `cut`: Asterisk died before it had written everything."""

    segments: list[Segment]
    line_s: float
    talk_s: float
    cut: bool


def recorders(s: Session, call_id: str) -> Expected:
    """What was recorded, by the ledger: a recorder that says it is done may have lost everything
    to a full disk."""
    call, rows = calls.get(s, call_id), recordings.segments(s, call_id)
    line = next((row for row in rows if row.segment == LINE), None)
    line_s = (line.ended - line.began).total_seconds() if line and line.ended else 0.0
    if call is None:
        return Expected(rows, line_s, 0.0, cut=False)
    return Expected(rows, line_s, call.talk_s or 0.0, cut=call.outcome == CUT)


def extended(s: Session, recording: Recording) -> None:
    """Store a sealed recording that became longer: it is transcribed anew."""
    recordings.sealed(s, recording)
    key = f"transcribe:{recording.call_id}:{recording.sha256}"
    outbox.put(s, "transcribe", key, {"call_id": recording.call_id}, recording.sealed_at)


def mend(s: Session, node: str, found: Sequence[str], now: datetime) -> list[str]:
    """Put sealing down where a crash left it out: ended calls without a sealed recording, and
    ended calls of which files are left (`found`). The calls of `found` that are not in the ledger.
    """
    for call_id in recordings.unsealed(s, node):
        outbox.put(s, "seal", f"seal:{call_id}", {"call_id": call_id}, now)
    orphans: list[str] = []
    for call_id in found:
        call = calls.get(s, call_id)
        if call is None:
            orphans.append(call_id)
        elif call.ended is not None:
            key = f"seal:{call_id}:left:{now:%Y%m%d%H%M%S}"
            outbox.put(s, "seal", key, {"call_id": call_id}, now)
    return orphans
