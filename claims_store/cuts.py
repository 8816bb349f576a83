"""Calls whose end no app saw: cut by the telephone system, their callers to be rung back, or ended
by their callers while no app was there.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from claims_store import callbacks, calls, net_calls, reports
from claims_store.calls import Call

CUT = "cut"
"""Outcome of the call, and reason of the callback."""
LANGUAGE = "zh"
SERVED = "ANSWER"


def cut(s: Session, call_id: str, at: datetime, talk_s: float | None = None) -> bool:
    """Close a call that Asterisk's death ended, and put its caller on the list of those who are
    rung back first. False: it had ended before, or nobody needs to be rung."""
    call = calls.get(s, call_id)
    if call is None or not calls.close(s, call_id, at, CUT, talk_s):
        return False
    calls.note(s, call_id, at, CUT, stage=call.stage)
    number = _number(s, call)
    if not number or _served(s, call_id):
        return False
    callbacks.add(
        s, call_id, number, call.language or LANGUAGE, call.waiting_since or call.started, at,
        reason=CUT, queue=call.queue, report_number=call.report_number,
    )  # fmt: skip
    return True


def gone(s: Session, call_id: str, at: datetime) -> bool:
    """Close a call that was found to be over though Asterisk lived on: its caller had hung up. His
    last talk has no length then. False: it had ended before."""
    names = {each.event for each in calls.events(s, call_id)}
    if net_calls.BEGUN in names:
        outcome = net_calls.OUTCOME
    else:
        outcome = calls.TALKED if "answered" in names else "hung_up"
    return calls.close(s, call_id, at, outcome)


def _number(s: Session, call: Call) -> str:
    """The number he gave for it, else the one he called from; empty when that was withheld."""
    report = reports.state(s, call.report_number) if call.report_number else None
    given = report.values.get("callback_phone") if report else None
    return given.value if given is not None and given.stands and given.value else call.caller


def _served(s: Session, call_id: str) -> bool:
    """Whether an agent had served him, so that only the goodbye was cut."""
    last = [each for each in calls.events(s, call_id) if each.event in ("offered", "returned")]
    return bool(last) and last[-1].data.get("status") == SERVED
