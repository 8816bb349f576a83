"""Calls in which we connect two people: in the ledger as any other, with their consent and both
sides' recorders.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from claims_store import call_attempts, call_orders, calls, claims, line_calls, people, recordings
from claims_store.call_orders import CallOrder
from claims_store.calls import CallOpened
from claims_store.tables import ReportRow

STAGE = "connecting"
"""From its beginning to its end: nobody but Asterisk leads such a call."""
TALK = 1


def begin(
    s: Session, attempt: str, call_id: str, node: str, shown: str, now: datetime
) -> CallOrder | None:
    """Enter the call before anybody's telephone rings; what is to be done. `shown` is the number
    that the called one sees."""
    order = call_orders.of_attempt(s, attempt)
    if order is None:
        return None
    opened = CallOpened(
        call_id, node, "", order.to, shown, now, None, order.language, STAGE, direction="out"
    )
    line_calls.begin(s, opened, told=True)
    call_attempts.opened(s, attempt, call_id)
    agent = people.agent_by_phone(s, order.first)
    calls.change(
        s, call_id, agent=agent.name if agent else None, report_number=_report(s, order.about)
    )
    calls.note(s, call_id, now, "ordered", script=order.script, about=order.about, by=order.by,
               masked=order.masked)  # fmt: skip
    return order


def _report(s: Session, about: str) -> str | None:
    """The report that a claim came from, or the one it is about itself."""
    claim = claims.by_number(s, about)
    if claim is not None:
        return claim.report_number
    return about if s.get(ReportRow, about) is not None else None


def connected(s: Session, call_id: str, leg: str, consent: str, now: datetime) -> None:
    """They hear each other; with consent "given" both are recorded, at the called one."""
    call = calls.get(s, call_id)
    if call is None or any(e.event == "answered" for e in calls.events(s, call_id)):
        return
    calls.change(s, call_id, consent=consent, waited_s=(now - call.started).total_seconds())
    calls.note(s, call_id, now, "consent", value=consent)
    calls.note(s, call_id, now, "answered", agent=call.agent, first=True)
    if consent == "given":
        name = f"{call_id}-talk{TALK}"
        recordings.begin(s, call_id, TALK, "customer", f"{name}-customer.wav", now)
        recordings.begin(s, call_id, TALK, "agent", f"{name}-{leg}-agent.wav", now, call.agent)


def over(s: Session, call_id: str, now: datetime, outcome: str) -> None:
    """It has ended; how long they talked follows from when they were connected."""
    if (call := calls.get(s, call_id)) is None or call.ended is not None:
        return
    talked = next((e.at for e in calls.events(s, call_id) if e.event == "answered"), None)
    recordings.end(s, call_id, now)
    how = calls.TALKED if talked else outcome
    calls.close(s, call_id, now, how, (now - talked).total_seconds() if talked else None)
