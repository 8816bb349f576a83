"""A voice report that was left in the net, as rows: ledger, draft, callback, message, recording."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import update
from sqlalchemy.orm import Session

from claims_store import callbacks, calls, customers, outbox, recordings, reports
from claims_store.calls import CallOpened
from claims_store.personal import phone
from claims_store.recordings import VOICE_REPORT
from claims_store.rules import identifiers
from claims_store.rules.readings import read
from claims_store.rules.readings.times import joined
from claims_store.tables import CallRow
from claims_store.voice_spool import VoiceReport

REASON = "voice_report"
LESSER = ("fallback", "cut")
"""Outcomes that are told of a call before what its caller left is found."""
LEAST_TAIL = 4


KEYED = ("policy_keys", "day_keys", "time_keys")


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
    keyed = {name: getattr(report, name) for name in KEYED if getattr(report, name)}
    calls.note(s, call_id, now, "voice_report_left", seconds_known=file is not None, **keyed)
    number = report.callback or report.caller
    if file is not None:
        recordings.begin(s, call_id, VOICE_REPORT, "customer", file, at)
        calls.change(s, call_id, consent="given")
    elif report.consent == "refused":
        calls.change(s, call_id, consent="refused")
    if file is not None or report.callback or keyed:
        _report(s, report, number, file, now)
    elif number:
        callbacks.add(s, call_id, number, report.language, at, now, reason=REASON)
    if not calls.close(s, call_id, now, REASON):
        found = update(CallRow).where(CallRow.call_id == call_id, CallRow.outcome.in_(LESSER))
        s.execute(found.values(outcome=REASON))
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
    for field, value in _meant(s, report, at).items():
        answer(field, value)
    if not number:
        return
    answer("callback_phone", phone(number))
    callbacks.add(s, call_id, number, language, at, now, reason=REASON, report_number=draft)
    callbacks.improve(s, call_id, number, REASON, draft)
    message = {
        "to": phone(number),
        "text": "voice_report_received",
        "values": {"number": draft},
        "language": language,
        "report": draft,
    }
    outbox.put(s, "message", f"message:voice_report_received:{call_id}", message, now)


def _meant(s: Session, report: VoiceReport, at: datetime) -> dict[str, str]:
    """What his keys say, field by field; what cannot be understood is only in the journal."""
    found: dict[str, str] = {}
    if report.policy_keys:
        field, value = _policy(s, report)
        found[field] = value
    if when := _loss_time(s, report, at):
        found["loss_time"] = when
    return found


def _policy(s: Session, report: VoiceReport) -> tuple[str, str]:
    """A policy by its number; else, among the caller's own, by the digits of plate or number."""
    keys = report.policy_keys
    if customers.policy_by_number(s, keys) is None and report.caller:
        holder = customers.by_phone(s, phone(report.caller))
        for policy in customers.policies(s, holder.id) if holder else []:
            if policy.plate and _digits(policy.plate) == keys:
                return "plate", policy.plate
            if len(keys) >= LEAST_TAIL and _digits(policy.number).endswith(keys):
                return "policy_number", policy.number
    return "policy_number", identifiers.squeeze(keys)


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


def _loss_time(s: Session, report: VoiceReport, at: datetime) -> str | None:
    """Day and time, if both can be read."""
    zone, language = s.info["zone"], report.language
    clock = read("time_keys", report.time_keys, language, at, zone)
    near = {"1": 0, "2": 1}.get(report.day_keys)
    if near is not None:
        day = (at.astimezone(zone) - timedelta(days=near)).date().isoformat()
    elif keyed := read("date_keys", report.day_keys, language, at, zone):
        day = keyed.value
    else:
        return None
    return joined(day, clock.value, zone) if clock else None


def _began(call_id: str, now: datetime) -> datetime:
    """When the call began: Asterisk's unique ids carry the second."""
    seconds = call_id.rpartition("-")[2].partition(".")[0]
    try:
        return min(now, datetime.fromtimestamp(int(seconds), UTC))
    except (ValueError, OverflowError, OSError):
        return now
