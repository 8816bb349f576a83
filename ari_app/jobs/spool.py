"""Brings the voice reports that AGI scripts took while the app was away into the store, once each.

First the sound is moved to where recordings are sealed from, then one transaction writes all rows,
last the file in the spool goes: killed in between, the next round does the rest and nothing twice.
"""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from agi_scripts.spool import SUFFIX, VoiceReport, read
from ari_app.jobs.parts import REPORT
from ari_app.speech.audio import sync_folder
from claims_store import callbacks, calls, outbox, recordings, reports
from claims_store.calls import CallOpened
from claims_store.personal import phone
from claims_store.store import Store

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
        self._store.run_now(store_report, report, file, now)
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


def store_report(s: Session, report: VoiceReport, file: str | None, now: datetime) -> bool:
    """Write all rows of a voice report in one transaction; False when they are there already."""
    call_id, at = report.call_id, _began(report.call_id, now)
    if not outbox.put(s, "seal", f"seal:{call_id}:report", {"call_id": call_id}, now):
        return False
    opened = CallOpened(
        call_id, call_id.split("-")[0], report.sip_call_id, report.caller, report.dialled, at, None
    )
    if calls.open_call(s, opened):
        s.flush()
        calls.change(s, call_id, language=report.language)
    calls.note(s, call_id, now, "voice_report_left", seconds_known=file is not None)
    number = report.callback or report.caller
    if file is not None:
        recordings.begin(s, call_id, REPORT, "customer", file, at)
        calls.change(s, call_id, consent="given")
    if file is not None or report.callback:
        _report(s, report, number, file, now)
    elif number:
        callbacks.add(s, call_id, number, report.language, at, now, reason="voice_report")
    calls.close(s, call_id, now, "voice_report")
    return True


def _report(s: Session, report: VoiceReport, number: str, file: str | None, now: datetime) -> None:
    """A draft with what he said, a place in the callback list, and a message with its number."""
    call_id, language = report.call_id, report.language
    call = calls.get(s, call_id)
    at = _began(call_id, now)
    draft = call.report_number if call else None
    draft = draft or reports.start(s, call_id, report.caller, language, at)
    there = reports.state(s, draft).values
    given = {"by": "caller", "source": "import", "at": now, "call_id": call_id}
    if number:
        reports.answer(s, draft, "callback_phone", phone(number), **given)
        callbacks.add(
            s, call_id, number, language, at, now, reason="voice_report", report_number=draft
        )
        message = {
            "to": phone(number),
            "text": "voice_report_received",
            "values": {"number": draft},
            "language": language,
            "report": draft,
        }
        outbox.put(s, "message", f"message:voice_report_received:{call_id}", message, now)
    if file is not None and not ("narrative" in there and there["narrative"].stands):
        reports.answer(s, draft, "narrative", "", clip=file.removesuffix(".wav"), **given)


def _began(call_id: str, now: datetime) -> datetime:
    """When the call began: Asterisk's unique ids carry the second."""
    seconds = call_id.rpartition("-")[2].partition(".")[0]
    try:
        return min(now, datetime.fromtimestamp(int(seconds), UTC))
    except (ValueError, OverflowError, OSError):
        return now
