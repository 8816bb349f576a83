"""The tries of ordered calls: an outgoing call begins, is answered, says something, ends; and the
order goes on from there, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from claims_store import calendar, call_orders, outgoing, people, preferences
from claims_store.call_orders import CallOrder
from claims_store.outgoing import Outgoing
from claims_store.personal import unseal
from claims_store.rules import calling
from claims_store.rules.calling import Tried
from claims_store.tables import CallOrderRow
from routing.outgoing import Chosen, Declined, Used

REFUSED = "refused"
REJECTED = "no_answer"
"""Somebody who rejects a ringing phone has not heard what it is about."""
UNHEARD = "hung_up"
ENDED = "answered"
AHEAD = "first"
"""Purpose of the call to the first of two people whom we connect."""
TRUNK = "trunk_"
"""Why no trunk could carry a call, apart from what the one who was called did."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Which trunk may carry a call to a number, by what each has used since `midnight`."""

    node: str
    decide: Callable[[str, Mapping[str, Used]], Chosen | Declined]
    now: datetime
    midnight: datetime


def due(s: Session, now: datetime) -> list[Outgoing]:
    """Outgoing calls that are to begin now: those of orders whose time has come among them."""
    call_orders.take_due(s, now)
    return outgoing.due(s)


def ahead(s: Session, key: str, number: str, by: str, rule: Rule) -> Chosen | Declined:
    """Begin the call to the first of two people who are to be connected."""
    outgoing.ask(s, key, number, AHEAD, by, rule.now)
    s.flush()
    return outgoing.begin(s, key, rule.node, rule.decide, rule.now, rule.midnight)


def dialled(
    s: Session, key: str, phone: str, number: str, rule: Rule
) -> tuple[str, Chosen | Declined]:
    """Somebody of ours dials a number at his desk phone: that is an order like any other, and
    begins at once. The attempt, and which trunk may carry it."""
    agent = people.agent_by_phone(s, phone)
    by = agent.name if agent else phone
    call_orders.connect(s, key, phone, number, rule.now, about="", by=by)
    attempt = call_orders.take(s, key, rule.now)
    s.flush()
    chosen = begin(s, attempt, rule)
    if isinstance(chosen, Declined):  # he has heard so, and dials again if he wants
        call_orders.finish(s, s.get_one(CallOrderRow, key), chosen.why, rule.now)
    return attempt, chosen


def begin(s: Session, key: str, rule: Rule) -> Chosen | Declined:
    """As `outgoing.begin`; an order whose call no trunk may carry now waits or is over."""
    chosen = outgoing.begin(s, key, rule.node, rule.decide, rule.now, rule.midnight)
    row = call_orders.row_of(s, key)
    if row is not None and isinstance(chosen, Declined):
        _settle(s, row, _declined(chosen), rule.now)
    return chosen


def _declined(chosen: Declined) -> str:
    why = chosen.why
    return TRUNK + why if why in ("busy", "lost", "tried", "spent") else why


def answered(s: Session, key: str, now: datetime) -> None:
    """Somebody has answered."""
    outgoing.answered(s, key, now)
    row = call_orders.row_of(s, key)
    if row is not None and row.state == "dialling":
        row.state = "talking"


def answering(s: Session, attempt: str) -> tuple[CallOrder, Outgoing] | None:
    """What is to be said in a call that was answered, and the call."""
    row, call = call_orders.row_of(s, attempt), outgoing.get(s, attempt)
    return (call_orders.value(s, row), call) if row is not None and call is not None else None


def opened(s: Session, attempt: str, call_id: str) -> None:
    """The call of the ledger in which it is said."""
    row = call_orders.row_of(s, attempt)
    if row is not None:
        row.call_id = call_id


def say(s: Session, attempt: str, outcome: str, answers: Mapping[str, Any]) -> None:
    """How the script has ended so far (empty: it has not), and what he answered. Written at once:
    he may hang up before the goodbye."""
    row = call_orders.row_of(s, attempt)
    if row is None or row.state == "over":
        return
    row.said = outcome or row.said
    if answers:
        call_orders.keep_answers(s, row, answers)


def end(s: Session, key: str, now: datetime, outcome: str) -> bool:
    """As `outgoing.end`; the order is over, or is tried again by the rules."""
    ended = outgoing.end(s, key, now, outcome)
    row = call_orders.row_of(s, key)
    if not ended or row is None or row.state not in ("dialling", "talking"):
        return ended
    if row.said:
        outcome = row.said
    elif outcome == ENDED and row.script != call_orders.CONNECT:
        outcome = UNHEARD
    elif outcome == REFUSED:
        outcome = REJECTED
    _settle(s, row, outcome, now)
    return ended


def _settle(s: Session, row: CallOrderRow, outcome: str, now: datetime) -> None:
    if row.script == call_orders.CONNECT and not outcome.startswith(TRUNK):
        call_orders.finish(s, row, outcome, now)  # the person who asked sees it, and asks again
        return
    hours, zone = calendar.handlers_hours(s), s.info["zone"]
    tried = Tried(row.tries, row.redials, row.most, row.until)
    after = calling.after(outcome, tried, row.window, now, hours, zone)
    row.tries, row.redials = after.tries, after.redials
    if outcome == REFUSED:
        _keep_refusal(s, row, now)
    if after.at is None:
        call_orders.finish(s, row, after.outcome, now)
    else:
        row.state, row.next_at = "due", after.at


def _keep_refusal(s: Session, row: CallOrderRow, now: datetime) -> None:
    """Who does not want such calls gets none any more."""
    topic, to = call_orders.TOPICS.get(row.script), unseal(s, row.to)
    if topic and to:
        wants = preferences.of(s, to)
        preferences.put(s, to, replace(wants, off=wants.off | {topic}), now)
