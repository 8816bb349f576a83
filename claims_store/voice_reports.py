"""A voice report that was left in the net, as rows: ledger, draft, callback, message, recording."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from sqlalchemy.orm import Session

from claims_store import callbacks, calls, outbox, recordings, reports
from claims_store.calls import CallOpened
from claims_store.personal import phone
from claims_store.recordings import VOICE_REPORT
from claims_store.voice_spool import VoiceReport

REASON = "voice_report"


def add(s: Session, report: VoiceReport, file: str | None, now: datetime) -> bool:
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
        recordings.begin(s, call_id, VOICE_REPORT, "customer", file, at)
        calls.change(s, call_id, consent="given")
    if file is not None or report.callback:
        _report(s, report, number, file, now)
    elif number:
        callbacks.add(s, call_id, number, report.language, at, now, reason=REASON)
    calls.close(s, call_id, now, REASON)
    return True


def _report(s: Session, report: VoiceReport, number: str, file: str | None, now: datetime) -> None:
    """A draft with what he said, a place in the callback list, and a message with its number."""
    call_id, language = report.call_id, report.language
    call = calls.get(s, call_id)
    at = _began(call_id, now)
    draft = call.report_number if call else None
    draft = draft or reports.start(s, call_id, report.caller, language, at)
    answer = partial(
        reports.answer, s, draft, by="caller", source="import", at=now, call_id=call_id
    )
    narrative = reports.state(s, draft).values.get("narrative")
    if file is not None and not (narrative and narrative.stands):
        answer("narrative", "", clip=file.removesuffix(".wav"))
    if not number:
        return
    answer("callback_phone", phone(number))
    callbacks.add(s, call_id, number, language, at, now, reason=REASON, report_number=draft)
    message = {
        "to": phone(number),
        "text": "voice_report_received",
        "values": {"number": draft},
        "language": language,
        "report": draft,
    }
    outbox.put(s, "message", f"message:voice_report_received:{call_id}", message, now)


def _began(call_id: str, now: datetime) -> datetime:
    """When the call began: Asterisk's unique ids carry the second."""
    seconds = call_id.rpartition("-")[2].partition(".")[0]
    try:
        return min(now, datetime.fromtimestamp(int(seconds), UTC))
    except (ValueError, OverflowError, OSError):
        return now
