"""One answer given on the line: report, answer, journal and the report as it then stands, at once.

A single transaction: what the caller was told is kept is kept, with one wait for the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from claims_store import calls, reports
from claims_store.reports import ReportState, Saved
from claims_store.store import Session


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What a caller answered; `number` is None with his first answer, which begins the report."""

    call_id: str
    number: str | None
    caller: str
    language: str
    field: str
    value: str
    at: datetime
    clip: str | None = None


def save(s: Session, answer: LineAnswer) -> tuple[ReportState, Saved]:
    """Keep one answer; the report and what the answer led to."""
    number = answer.number or reports.start(
        s, answer.call_id, answer.caller, answer.language, answer.at
    )
    saved = reports.answer(
        s, number, answer.field, answer.value, by="line", source="line", at=answer.at,
        call_id=answer.call_id, clip=answer.clip,
    )  # fmt: skip
    calls.note(s, answer.call_id, answer.at, "answer", field=answer.field, report=number)
    return reports.state(s, number, answer.at), saved
