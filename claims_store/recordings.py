"""Recordings: a row for every recorder's file before its first byte, and the sealed result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Integer, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from claims_store import outbox
from claims_store.prepared import execute, scalar
from claims_store.tables import CallRow, RecordingRow, SegmentRow

Side = Literal["customer", "agent"]

# Segments: the line's part is 0, talks count from 1, what was left by voice in the net is last.
LINE = 0
VOICE_REPORT = 1000
EVERY = -1
"""In place of a segment: all of them."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One side of one stretch of a call; `file` is the recorder's, relative to its folder. `ended`
    is None while it runs, and where the end of the call was its end too."""

    id: int
    call_id: str
    segment: int
    side: str
    agent: str | None
    file: str
    began: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Recording:
    """The sealed recording. `file` is None when there was no audio; `tracks` is sides with audio,
    `legs` recorder files used, `sha256` of the stereo WAV before encryption."""

    call_id: str
    file: str | None
    tracks: int
    legs: int
    seconds: float
    sha256: str | None
    partial: bool
    sealed_at: datetime


# Five of these a call: made once, and past the ORM.
_SEGMENTS: Any = SegmentRow.__table__
_OF_CALL = _SEGMENTS.c.call_id == bindparam("the_call")
_THERE = select(_SEGMENTS.c.id).where(_OF_CALL, _SEGMENTS.c.file == bindparam("the_file"))
_ANY = select(_SEGMENTS.c.id).where(_OF_CALL).limit(1)
_BEGIN = insert(_SEGMENTS)
_ONE = bindparam("the_segment", type_=Integer())
_END = (
    update(_SEGMENTS)
    .where(_OF_CALL, _SEGMENTS.c.ended.is_(None), or_(_ONE == EVERY, _SEGMENTS.c.segment == _ONE))
    .values(ended=bindparam("moment"))
)


def begin(
    s: Session,
    call_id: str,
    segment: int,
    side: Side,
    file: str,
    at: datetime,
    agent: str | None = None,
) -> int:
    """A recorder is about to start; the same file twice is one row. The row's id."""
    there: int | None = scalar(s, _THERE, {"the_call": call_id, "the_file": file})
    if there is not None:
        return there
    row = {
        "call_id": call_id, "segment": segment, "side": side, "file": file, "began": at,
        "agent": agent,
    }  # fmt: skip
    made: Any = execute(s, _BEGIN, row).inserted_primary_key
    return int(made[0])


def end(s: Session, call_id: str, at: datetime, segment: int = EVERY) -> None:
    """The recorders of a segment, or of the whole call, have stopped."""
    execute(s, _END, {"the_call": call_id, "moment": at, "the_segment": segment})
    s.expire_all()


def any_of(s: Session, call_id: str) -> bool:
    """Whether a recorder was begun in this call."""
    return scalar(s, _ANY, {"the_call": call_id}) is not None


def segments(s: Session, call_id: str) -> list[Segment]:
    """The recorder files of a call in the order they began."""
    found = select(SegmentRow).where(SegmentRow.call_id == call_id)
    return [_segment(row) for row in s.scalars(found.order_by(SegmentRow.began, SegmentRow.id))]


def sealed(s: Session, recording: Recording) -> None:
    """The recording is sealed (or there was nothing to seal); where there is audio, its
    transcription becomes due at once."""
    s.merge(RecordingRow(**{name: getattr(recording, name) for name in Recording.__slots__}))
    if recording.file is not None:
        call_id, at = recording.call_id, recording.sealed_at
        outbox.put(s, "transcribe", f"transcribe:{call_id}", {"call_id": call_id}, at)


def of_call(s: Session, call_id: str) -> Recording | None:
    """A call's sealed recording; None while there is none."""
    row = s.get(RecordingRow, call_id)
    if row is None:
        return None
    return Recording(*(getattr(row, name) for name in Recording.__slots__))


def unsealed(s: Session, node: str) -> list[str]:
    """Ended calls of a node that were recorded and are not sealed yet, oldest first."""
    recorded = select(SegmentRow.call_id)
    done = select(RecordingRow.call_id)
    found = select(CallRow.call_id).where(
        CallRow.node == node,
        CallRow.ended.is_not(None),
        CallRow.call_id.in_(recorded),
        CallRow.call_id.not_in(done),
    )
    return list(s.scalars(found.order_by(CallRow.started)))


def sealed_files(s: Session) -> list[tuple[str, str]]:
    """Call and file of every sealed recording that has sound."""
    found = select(RecordingRow.call_id, RecordingRow.file).where(RecordingRow.file.is_not(None))
    return [(call_id, file) for call_id, file in s.execute(found) if file is not None]


def _segment(row: SegmentRow) -> Segment:
    return Segment(*(getattr(row, name) for name in Segment.__slots__))
