"""Brings the voice reports that AGI scripts took while the app was away into the store, once each.

First the sound is moved to where recordings are sealed from, then one transaction writes all rows,
last the file in the spool goes: killed in between, the next round does the rest and nothing twice.
"""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ari_app.speech.audio import sync_folder
from claims_store import voice_reports
from claims_store.store import Store
from claims_store.voice_spool import SUFFIX, VoiceReport, read

logger = logging.getLogger(__name__)

ABANDONED = timedelta(minutes=15)


class SpoolImporter:
    """Imports from one spool folder; `incoming` is where recorders write."""

    def __init__(self, store: Store, spool: Path, incoming: Path) -> None:
        self._store = store
        self._spool = spool
        self._incoming = incoming

    def import_all(self, now: datetime) -> int:
        """Import every finished report, and unfinished ones whose script is long dead."""
        done = 0
        for path in sorted(self._spool.glob(f"*{SUFFIX}")):
            try:
                done += self._import(path, read(path), now)
            except ValueError as fault:
                aside = path.with_suffix(".unreadable")
                path.rename(aside)
                logger.error(
                    "a voice report cannot be read", extra={"file": aside.name}, exc_info=fault
                )
        return done

    def _import(self, path: Path, report: VoiceReport, now: datetime) -> bool:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if not report.finished and now - written < ABANDONED:
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
