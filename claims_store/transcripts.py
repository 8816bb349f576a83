"""What speech-to-text heard in a recording, utterance by utterance, sealed under the call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from claims_store.personal import seal, unseal
from claims_store.rules.findings import Spoken, Word
from claims_store.tables import HeardRow


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance; times in seconds of the stereo recording, `conf` 0 to 1."""

    track: str
    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    conf: float = 1.0

    def spoken(self) -> Spoken:
        """As the recording check takes it."""
        return Spoken(self.track, self.start, self.end, self.text, self.words)


def put(s: Session, call_id: str, heard: Sequence[Heard]) -> None:
    """Store a call's transcript in the place of an earlier one."""
    s.execute(delete(HeardRow).where(HeardRow.call_id == call_id))
    owner = f"call:{call_id}"
    for seq, line in enumerate(sorted(heard, key=lambda line: (line.start, line.track))):
        words = json.dumps([astuple(word) for word in line.words], ensure_ascii=False)
        s.add(
            HeardRow(
                call_id=call_id,
                seq=seq,
                track=line.track,
                start=line.start,
                end=line.end,
                text=seal(s, owner, line.text),
                words=seal(s, owner, words) if line.words else None,
                conf=line.conf,
            )
        )
    s.flush()


def of_call(s: Session, call_id: str) -> list[Heard]:
    """A call's transcript in the order of time; without text once its key is erased."""
    found = select(HeardRow).where(HeardRow.call_id == call_id).order_by(HeardRow.seq)
    return [_value(s, row) for row in s.scalars(found)]


def _value(s: Session, row: HeardRow) -> Heard:
    words = json.loads(unseal(s, row.words) or "[]")
    return Heard(
        track=row.track,
        start=row.start,
        end=row.end,
        text=unseal(s, row.text) or "",
        words=tuple(Word(*word) for word in words),
        conf=row.conf,
    )
