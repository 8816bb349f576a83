"""One answer given on the line: report, answer, journal and the report as it then stands, at once.

A single transaction: what the caller was told is kept is kept, with one wait for the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from claims_store import calls, reports, tasks
from claims_store.errors import NumberTaken
from claims_store.reports import ReportState, Saved
from claims_store.store import Session
from claims_store.tables import CallRow

NEW_NUMBER_BY = timedelta(hours=4)
"""By when a caller is told that his report has another number than he heard."""


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What a caller answered; `number` is minted for the report that his first answer begins."""

    call_id: str
    number: str
    caller: str
    language: str
    field: str
    value: str
    at: datetime
    clip: str | None = None


def save(s: Session, answer: LineAnswer, *, told: bool = False) -> tuple[ReportState, Saved]:
    """Keep one answer; the report and what the answer led to.

    Raises `NumberTaken` when the report would begin with a number that another one has; once the
    caller was `told` the number, it gets a new one and a handler tells him.
    """
    number = report_of(s, answer.call_id) or _begin(s, answer, told)
    saved = reports.answer(
        s, number, answer.field, answer.value, by="line", source="line", at=answer.at,
        call_id=answer.call_id, clip=answer.clip,
    )  # fmt: skip
    calls.note(s, answer.call_id, answer.at, "answer", field=answer.field, report=number)
    return reports.state(s, number, answer.at), saved


def report_of(s: Session, call_id: str) -> str | None:
    """The number of the report that a call is about."""
    return s.scalar(select(CallRow.report_number).where(CallRow.call_id == call_id))


def _begin(s: Session, answer: LineAnswer, told: bool) -> str:
    begun = (answer.call_id, answer.caller, answer.language, answer.at)
    try:
        return reports.start(s, *begun, answer.number)
    except NumberTaken:
        if not told:
            raise
    number = reports.start(s, *begun)
    calls.note(s, answer.call_id, answer.at, "renumbered", was=answer.number, report=number)
    tasks.add(s, "tell_new_number", number, answer.at, answer.at + NEW_NUMBER_BY)
    return number
