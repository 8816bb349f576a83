"""Brings the voice reports that AGI scripts took while the app was away into the store, once each.

First the sound is moved to where recordings are sealed from, then one transaction writes all rows,
last the file in the spool goes: killed in between, the next round does the rest and nothing twice.
What cannot be read is set aside and told; what cannot be written down now is tried again.
"""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ari_app.speech.audio import sync_folder
from claims_store import calls, voice_reports
from claims_store.store import Store
from claims_store.voice_spool import SUFFIX, VoiceReport, read

logger = logging.getLogger(__name__)

ABANDONED = timedelta(minutes=15)
ORPHANED = timedelta(seconds=10)
"""After this the script of a call that is over is taken for dead."""
LATER = timedelta(seconds=30)
"""After this a report is tried again that could not be written down."""
ASIDE = ".unreadable"


class SpoolImporter:
    """Imports from one spool folder; `incoming` is where recorders write."""

    def __init__(self, store: Store, spool: Path, incoming: Path) -> None:
        self._store = store
        self._spool = spool
        self._incoming = incoming
        self._later: dict[Path, datetime] = {}

    def import_all(self, now: datetime) -> int:
        """Import every finished report, and unfinished ones whose script is dead."""
        found = sorted(self._spool.glob(f"*{SUFFIX}"))
        due = [path for path in found if now >= self._later.get(path, now)]
        self._drop_halves(now)
        return sum([self._try(path, now) for path in due])

    def _drop_halves(self, now: datetime) -> None:
        """What a script wrote when it died is no report; the whole one before it lies beside it."""
        for path in self._spool.glob(".*.part"):
            if _silent(path, now) > ABANDONED:
                path.unlink(missing_ok=True)

    def _try(self, path: Path, now: datetime) -> bool:
        """One report; a fault in it must not keep the others waiting."""
        try:
            report = read(path)
        except ValueError as fault:
            self._set_aside(path, fault)
            return False
        try:
            done = self._import(path, report, now)
        except Exception:
            logger.exception("a voice report is tried again", extra={"file": path.name})
            self._later[path] = now + LATER
            return False
        self._later.pop(path, None)
        return done

    def _set_aside(self, path: Path, fault: ValueError) -> None:
        aside = path.with_name(path.name + ASIDE)
        while aside.exists():
            aside = aside.with_name(aside.name + ASIDE)
        path.rename(aside)
        sync_folder(self._spool)
        logger.error("a voice report cannot be read", extra={"file": aside.name}, exc_info=fault)

    def _is_at_work(self, path: Path, report: VoiceReport, now: datetime) -> bool:
        """Whether the script may still write."""
        silent = _silent(path, now)
        if report.finished or silent > ABANDONED:
            return False
        call = self._store.run_now(calls.get, report.call_id)
        return call is None or call.ended is None or silent < ORPHANED

    def _import(self, path: Path, report: VoiceReport, now: datetime) -> bool:
        if self._is_at_work(path, report, now):
            return False
        file = self._move_sound(report)
        self._store.run_now(voice_reports.add, report, file, now)
        path.unlink()
        sync_folder(self._spool)
        return True

    def _move_sound(self, report: VoiceReport) -> str | None:
        """Put the sound where it is sealed from; the name of the file there."""
        target = self._incoming / f"{report.call_id}-report-customer.wav"
        source = self._spool / f"{report.call_id}.wav"
        if source.exists():
            self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.replace(source, target)
            sync_folder(self._incoming)
            sync_folder(self._spool)
        return target.name if target.exists() else None


def _silent(path: Path, now: datetime) -> timedelta:
    """How long nobody has written to a file."""
    return now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
