"""Notices said on the telephone: where a claim stands, or that a promised call comes later.

What is said is made up of recorded pieces when it is said, so a notice knows its claim and no text.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from claims_store import call_orders, claim_journal, clocks, facts, outbox
from claims_store.call_orders import CallOrder
from claims_store.moves import SYSTEM, move
from claims_store.tables import CallOrderRow, ClaimRow, DeadlineRow, MessageRow, ReportRow

SCRIPT = "voice_notice"
HEARD = ("heard", "person")
"""Outcomes of a notice that has reached its person."""
FOLLOWED = timedelta(hours=47)
"""How long a notice is tried: as long as somebody asks what became of it, and the message goes over
the next channel then."""
REASON = "nobody took the call in time"
UNREACHED = {
    "zh": "我们答应给您的电话要晚一些。刚才没有打通您的电话，理赔员会尽快联系您，对不起",
    "en": "the call that we promised you comes later. We could not reach you by telephone; "
    "a claims handler contacts you as soon as possible. We are sorry",
}
Came = Literal["sent", "delivered", "failed"]


def for_message(s: Session, message: str, to: str, language: str, now: datetime) -> str | None:
    """Say on the telephone what a message is about; the order's key. None when it is about no
    claim: only where a claim stands can be said."""
    row = s.get(MessageRow, message)
    claim = _claim_of(s, row.report if row else None)
    if row is None or claim is None:
        return None
    key = key_of(message)
    until = now + FOLLOWED
    call_orders.order(s, key, SCRIPT, to, now, about=claim, language=language, until=until)
    return key


def key_of(message: str) -> str:
    """The order that says a message."""
    return f"{SCRIPT}:{message}"


def _claim_of(s: Session, report: str | None) -> str | None:
    found = s.get(ReportRow, report) if report else None
    if found is None:
        return None
    number = "CL-" + found.number.partition("-")[2]  # a claim is opened under its report's digits
    claim = s.get(ClaimRow, number)
    return (claim.merged_into or claim.number) if claim else None


def came(s: Session, key: str) -> Came | None:
    """Whether a notice has reached its person: sent while it is tried; None: nobody ordered it."""
    order = call_orders.get(s, key)
    if order is None:
        return None
    if order.state != "over":
        return "sent"
    return "delivered" if order.outcome in HEARD else "failed"


def for_promise(s: Session, row: DeadlineRow, now: datetime) -> bool:
    """Nobody makes the call that was promised: its customer is told so, and the new time, before
    the promise breaks."""
    claim = s.get(ClaimRow, row.about)
    if claim is None or row.due is None or row.proposed is None:
        return False
    to, language = facts.contact(s, claim)
    if not to:
        return False
    promise = {"rule": row.rule, "seq": row.seq, "due": row.due.isoformat()}
    values = {"promise": promise, "new_time": row.proposed.isoformat()}
    key = f"{SCRIPT}:{row.about}:{row.rule}:{row.seq}"
    return call_orders.order(
        s, key, SCRIPT, to, now, about=row.about, values=values, language=language,
        window="promised", tries=2, until=row.due,
    )  # fmt: skip


def being_called(s: Session, claim: str, since: datetime) -> bool:
    """Whether somebody of ours is in a call about this claim, or has reached its customer since."""
    orders = (each for each in call_orders.listing(s, claim) if each.script == call_orders.CONNECT)
    return any(
        order.state != "over" or (order.outcome == "answered" and _ended(s, order) >= since)
        for order in orders
    )


def _ended(s: Session, order: CallOrder) -> datetime:
    row = s.get_one(CallOrderRow, order.key)
    return row.ended or row.made


def over(s: Session, order: CallOrder, now: datetime) -> None:
    """A promise moves once its customer has heard of it; else he is written to, and it breaks."""
    promise = order.values.get("promise")
    if not promise:
        return
    row = clocks.find(s, order.about, promise["rule"], promise["seq"])
    if order.outcome in HEARD:
        state = claim_journal.state(s, order.about)
        if row is not None and row.state == "open" and state.closed is None:
            due = datetime.fromisoformat(order.values["new_time"])
            move(s, order.about, "promise_moved", SYSTEM, now,
                 what=row.rule, due=due, reason=REASON)  # fmt: skip
    elif row is not None and row.state == "open":
        _write(s, order, now)


def _write(s: Session, order: CallOrder, now: datetime) -> None:
    claim = s.get(ClaimRow, order.about)
    values = {"number": order.about, "stage": UNREACHED[order.language]}
    payload = {
        "to": order.to, "text": "stage", "values": values, "language": order.language,
        "report": claim.report_number if claim else None,
    }  # fmt: skip
    outbox.put(s, "message", f"message:{order.key}", payload, now)
