"""The report against the recording, field by field. It never changes the report."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from claims_store import calls, findings, reports, transcripts
from claims_store.calls import Call
from claims_store.consequences.effects import Effect
from claims_store.outbox import Consequence
from claims_store.reports import ReportState
from claims_store.rules.completeness import Context
from claims_store.rules.findings import compare


def handle(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """Compare what was typed with what was heard, and store what was found."""
    call = calls.get(session, row.payload.get("call_id", ""))
    if call is None or call.report_number is None:
        return []
    report = reports.state(session, call.report_number)
    heard = transcripts.of_call(session, call.call_id)
    if not heard and row.payload.get("answered_late"):
        return []  # not written down yet: the check comes when it is
    # What the caller keyed himself needs no witness.
    typed = {
        field: answer
        for field, answer in report.values.items()
        if answer.value and answer.source != "line"
    }
    found = compare(
        report.line or "",
        {field: answer.value for field, answer in typed.items()},
        [line.spoken() for line in heard],
        # The line's questions are not on tape; an agent's must be heard there.
        {field for field, answer in typed.items() if answer.asked and answer.source != "agent"},
        _context(session, call, report),
    )
    findings.put(session, report.number, call.call_id, found)
    return []


def _context(session: Session, call: Call, report: ReportState) -> Context:
    return Context(
        now=call.started,
        zone=session.info["zone"],
        policy=report.policy.facts() if report.policy else None,
        language=call.language or report.language,
        caller=call.caller,
    )
