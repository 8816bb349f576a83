"""A call is over: its recording is joined and encrypted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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


LOST = "recording_missing"
"""Event of a call whose sealed recording was found to be gone."""


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


@dataclass(frozen=True, slots=True)
class Mended:
    """Calls whose sealing was put down anew: `unsealed` were recorded and forgotten, of `left`
    there are files yet. `orphans` are not in the ledger; of `lost` the sealed file is not there,
    which is told once."""

    unsealed: list[str]
    left: list[str]
    orphans: list[str]
    lost: list[str]


def mend(
    s: Session, node: str, found: Sequence[str], kept: Collection[str], now: datetime
) -> Mended:
    """Compare the ledger with the calls of which recorders' files are there (`found`) and with the
    names of the sealed files (`kept`), and put sealing down where a crash left it out."""
    unsealed = [each for each in recordings.unsealed(s, node) if _put(s, f"seal:{each}", each, now)]
    left: list[str] = []
    orphans: list[str] = []
    for call_id in found:
        call = calls.get(s, call_id)
        if call is None:
            orphans.append(call_id)
        elif call.ended is not None and not _pending(s, call_id):
            _put(s, f"seal:{call_id}:left:{now:%Y%m%d%H%M%S}", call_id, now)
            left.append(call_id)
    for call_id in (*unsealed, *left):
        calls.note(s, call_id, now, "sealing_put_down_again")
    gone = [call_id for call_id, file in recordings.sealed_files(s) if file not in kept]
    return Mended(unsealed, left, orphans, [each for each in gone if _told_lost(s, each, now)])


def _put(s: Session, key: str, call_id: str, now: datetime) -> bool:
    return outbox.put(s, "seal", key, {"call_id": call_id}, now)


def _pending(s: Session, call_id: str) -> bool:
    """Whether its sealing is due anyway."""
    rows = outbox.progress(s, [call_id])
    return any(row.kind == "seal" and row.done is None and not row.set_aside for row in rows)


def _told_lost(s: Session, call_id: str, now: datetime) -> bool:
    if any(each.event == LOST for each in calls.events(s, call_id)):
        return False
    calls.note(s, call_id, now, LOST)
    return True
