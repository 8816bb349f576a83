"""Seals a call's recording: one stereo file, checked, hashed, encrypted; the plain files gone.

May be killed anywhere and begun again. The plain files are removed only after the row that says
"sealed" is on the disk; a call that is sealed already only has its left-overs removed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from ari_app.jobs.carrying import NotYet
from ari_app.jobs.parts import Joined, Part, assemble, part_of, parts_of
from ari_app.speech.audio import Sound, parse_wav, sync_folder, write_wav
from claims_store import recordings
from claims_store.consequences.seal import Expected, extended, recorders
from claims_store.recordings import LINE, VOICE_REPORT, Recording, Segment
from claims_store.store import Store

logger = logging.getLogger(__name__)

SETTLED_S = 0.5
SHORT_S = 1.5
SHORT_SHARE = 0.03
LINE_SHORT_S, LINE_SHORT_SHARE = 3.0, 0.1
"""The line's part is recorded of the caller alone, whose phone may keep its packets in silence."""
ENDING = ".sealed"


@dataclass(frozen=True, slots=True)
class Folders:
    """Where recorders write, where sealed recordings are kept, where plain ones are worked on,
    and where spoken answers are, if they are to be sealed as well."""

    incoming: Path
    kept: Path
    work: Path
    clips: Path | None = None

    def make(self) -> None:
        for folder in (self.kept, self.work):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


class Sealer:
    """Seals the recordings of one store."""

    def __init__(self, store: Store, folders: Folders) -> None:
        self._store = store
        self._folders = folders

    def seal(self, call_id: str, now: datetime) -> None:
        """Seal a call. Raises NotYet while a recorder still writes."""
        self._folders.make()
        parts = parts_of(call_id, self._folders.incoming)
        _refuse_growing(parts, now)
        before = self._store.run_now(recordings.of_call, call_id)
        if before is None:
            self._seal(call_id, parts, now)
        elif late := [part for part in parts if part.segment == VOICE_REPORT]:
            self._add(before, late, now)
        _remove([part.path for part in parts])
        self._seal_clips(call_id)

    def _seal(self, call_id: str, parts: list[Part], now: datetime) -> None:
        expected = self._store.run_now(recorders, call_id)
        began = {Path(row.file).name: row.began for row in expected.segments}
        joined = assemble(parts, began)
        partial = bool(joined.unreadable) or expected.cut or _short(joined, parts, expected)
        if partial:
            logger.warning("a recording is not complete", extra={"call_id": call_id})
        done = self._encrypt(call_id, joined.sound, joined.legs, partial, now)
        self._store.run_now(recordings.sealed, done)

    def _add(self, before: Recording, late: list[Part], now: datetime) -> None:
        """Add a voice report that was imported after the call itself had been sealed."""
        old = open_recording(self._store, before, self._folders.kept)
        new = assemble(late, {}).sound
        sound = new if old is None else Sound(np.concatenate([old.samples, new.samples]), new.rate)
        if old is not None and np.array_equal(old.samples[-len(new.samples) :], new.samples):
            return
        done = self._encrypt(before.call_id, sound, before.legs, before.partial, now)
        self._store.run_now(extended, done)

    def _encrypt(
        self, call_id: str, sound: Sound, legs: int, partial: bool, now: datetime
    ) -> Recording:
        file: str | None = None
        sha256: str | None = None
        if len(sound.samples):
            plain = self._folders.work / f"{call_id}.wav"
            write_wav(plain, sound)
            file = f"{call_id}{ENDING}"
            key = self._store.vault.new_key(f"call:{call_id}")
            sha256 = self._store.vault.seal_file(plain, self._folders.kept / file, key)
            _remove([plain])
        tracks = sum(bool(sound.samples[:, side].any()) for side in (0, 1))
        return Recording(call_id, file, tracks, legs, sound.seconds, sha256, partial, now)

    def _seal_clips(self, call_id: str) -> None:
        """Encrypt each spoken answer by itself, so that it can still be played to its caller."""
        if self._folders.clips is None:
            return
        clips = sorted(self._folders.clips.glob(f"{call_id}-*.wav"))
        for clip in clips:
            key = self._store.vault.new_key(f"call:{call_id}")
            self._store.vault.seal_file(clip, self._folders.kept / f"{clip.stem}{ENDING}", key)
        _remove(clips)


def open_recording(store: Store, recording: Recording, kept: Path) -> Sound | None:
    """The stereo sound of a sealed recording; None when there was none, or its key was erased."""
    if recording.file is None:
        return None
    sealed = store.vault.open_file(kept / recording.file)
    if sealed is None:
        return None
    with sealed:
        return parse_wav(sealed.read(), recording.file)


def _refuse_growing(parts: list[Part], now: datetime) -> None:
    # A file from the future is of before the machine's clock was set back.
    if any(abs(now.timestamp() - part.path.stat().st_mtime) < SETTLED_S for part in parts):
        raise NotYet("recorders are still writing", SETTLED_S)


def _short(joined: Joined, parts: list[Part], expected: Expected) -> bool:
    """Whether sound is missing: a file with a row is not there, or its stretch was longer.

    Files of a talk that nobody answered are not missed.
    """
    # By legs: a blind transfer goes on in the next segment of the dialplan.
    there = {part.path.name for part in parts} | {part.leg for part in parts if part.leg}
    kept = {stretch.segment for stretch in joined.stretches} | {LINE}
    lost = any(not there & _names(row) for row in expected.segments if row.segment in kept)
    line_s = sum(each.seconds for each in joined.stretches if each.segment == LINE)
    return (
        lost
        or joined.talk_s < expected.talk_s - max(SHORT_S, SHORT_SHARE * expected.talk_s)
        or line_s < expected.line_s - max(LINE_SHORT_S, LINE_SHORT_SHARE * expected.line_s)
    )


def _names(row: Segment) -> set[str]:
    part = part_of(Path(row.file))
    return {Path(row.file).name} | ({part.leg} if part and part.leg else set())


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in paths}:
        sync_folder(folder)
