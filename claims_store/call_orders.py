"""Orders to call somebody: what is to be said by which script, or who is to be connected with whom.

An order is tried until it is over; then a consequence says so to whoever ordered it. Each try is an
outgoing call of the ledger (`claims_store.outgoing`); `call_attempts` carries the tries.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from claims_store import calendar, claim_journal, customers, facts, outbox, outgoing, preferences
from claims_store.errors import NotFound
from claims_store.personal import phone, seal, seal_data, unseal, unseal_data
from claims_store.prepared import execute
from claims_store.rules import calling
from claims_store.tables import CallOrderRow, ClaimRow

OVER = "call_order_over"
"""The kind of outbox row that says that an order is over."""
CONNECT = "connect"
"""The script of an order in which two people are connected."""
CONNECTS = "c-"
"""Attempts that connect two people are named so; see `ari_app.calls.outgoing.PREFIX`."""
DECLINED = "declined"
TOPICS: Mapping[str, str] = {"voice_notice": "calls", "follow_up": "follow_up"}
"""What a person who does not want to be called by a script says no to, in his preferences."""
A_DAY = timedelta(days=1)
AT_ONCE = timedelta(minutes=2)
"""How long somebody who asks to be connected waits for a trunk that is in use."""


@dataclass(frozen=True, slots=True)
class CallOrder:
    """An order as it stands. `state`: due, dialling, talking or over; `said` is how the script of
    the try that runs has ended so far."""

    key: str
    script: str
    about: str
    to: str
    first: str
    values: dict[str, Any]
    language: str
    window: str
    masked: bool
    record: bool
    by: str
    state: str
    outcome: str
    tries: int
    next_at: datetime | None
    until: datetime
    answers: dict[str, Any]
    call_id: str | None
    attempt: str
    said: str


# Several times a second, mostly for nothing: made once, and past the ORM.
_DUE = (
    select(CallOrderRow.key, CallOrderRow.next_at)
    .where(CallOrderRow.state == "due")
    .order_by(CallOrderRow.next_at)
)


def order(
    s: Session, key: str, script: str, to: str, now: datetime, *, about: str = "",
    values: Mapping[str, Any] | None = None, language: str = "zh", window: str = "service",
    tries: int = calling.TRIES, by: str = "system", until: datetime | None = None,
) -> bool:  # fmt: skip
    """Have a script played to somebody, once per key; False when that was ordered already. No try
    begins after `until`. Who has declined such calls is not called: the order is over at once."""
    if s.get(CallOrderRow, key) is not None:
        return False
    hours, zone = calendar.handlers_hours(s), _zone(s)
    ends = calling.last(now, hours, zone) if window == "service" else now + A_DAY
    row = CallOrderRow(
        key=key, script=script, about=about, to=_sealed(s, key, about, phone(to)),
        details=seal_data(s, _owner(s, key, about), dict(values or {})), language=language,
        window=window, by=by, made=now, until=until or ends, most=tries, tries=0, redials=0,
        state="due", next_at=calling.first(window, now, hours, zone), attempt="", said="",
        outcome="",
    )  # fmt: skip
    s.add(row)
    if TOPICS.get(script) in preferences.of(s, to).off:
        finish(s, row, DECLINED, now)
    s.flush()
    return True


def connect(
    s: Session, key: str, first: str, second: str, now: datetime, *, about: str, by: str,
    masked: bool = False, record: bool = True,
) -> bool:  # fmt: skip
    """Ring `first`, a desk phone or a number outside, and connect it with `second`, once per key.
    `masked`: neither is shown the other's number."""
    if s.get(CallOrderRow, key) is not None:
        return False
    claim = s.get(ClaimRow, about) if about else None
    known = customers.by_phone(s, second)
    language = facts.contact(s, claim)[1] if claim else known.language if known else "zh"
    s.add(
        CallOrderRow(
            key=key, script=CONNECT, about=about, to=_sealed(s, key, about, phone(second)),
            first=_sealed(s, key, about, phone(first)), language=language, window="now",
            masked=masked, record=record, by=by, made=now, until=now + AT_ONCE, most=1, tries=0,
            redials=0, state="due", next_at=now, attempt="", said="", outcome="",
        )
    )  # fmt: skip
    s.flush()
    return True


def customer_of(s: Session, claim: str) -> tuple[str, str]:
    """The number and language of a claim's customer; raises `NotFound`."""
    row = s.get(ClaimRow, claim)
    if row is None:
        raise NotFound("claim", claim)
    return facts.contact(s, row)


def get(s: Session, key: str) -> CallOrder | None:
    row = s.get(CallOrderRow, key)
    return None if row is None else value(s, row)


def of_attempt(s: Session, attempt: str) -> CallOrder | None:
    """The order whose try is this outgoing call."""
    row = row_of(s, attempt)
    return None if row is None else value(s, row)


def row_of(s: Session, attempt: str) -> CallOrderRow | None:
    return s.scalar(select(CallOrderRow).where(CallOrderRow.attempt == attempt))


def listing(s: Session, about: str | None = None) -> list[CallOrder]:
    """All orders, or those about a claim; newest first."""
    found: Select[CallOrderRow] = select(CallOrderRow).order_by(CallOrderRow.made.desc())
    if about is not None:
        found = found.where(CallOrderRow.about == about)
    return [value(s, row) for row in s.scalars(found)]


def cancel(s: Session, key: str, now: datetime) -> bool:
    """Nobody is to be called any more. False: it is over, or he is being called right now, which
    is the last try then."""
    row = s.get(CallOrderRow, key, with_for_update=True)
    if row is None or row.state == "over":
        return False
    if row.state != "due":
        row.until = now
        return False
    finish(s, row, "cancelled", now)
    return True


def take_due(s: Session, now: datetime) -> list[str]:
    """Begin what is due: an outgoing call is asked for, for each. Whose hour has passed meanwhile
    waits for the next, and who can be called no more is not. The attempts."""
    waiting = execute(s, _DUE, {}).mappings().all()
    keys = [each["key"] for each in waiting if each["next_at"] and each["next_at"] <= now]
    begun = (take(s, key, now) for key in keys)
    return [attempt for attempt in begun if attempt]


def take(s: Session, key: str, now: datetime) -> str:
    """Begin one of them; the attempt, or nothing when it is not to be begun now."""
    row = s.get_one(CallOrderRow, key, with_for_update=True)
    if row.state != "due":
        return ""
    at = calling.first(row.window, now, calendar.handlers_hours(s), _zone(s))
    if max(now, at) > row.until:
        finish(s, row, calling.GIVEN_UP if row.tries else calling.TOO_LATE, now)
        return ""
    if at > now:
        row.next_at = at
        return ""
    connects = row.script == CONNECT
    row.attempt = (CONNECTS if connects else "") + secrets.token_hex(8)
    row.state, row.said, row.next_at = "dialling", "", None
    purpose = CONNECT if connects else "ordered"
    outgoing.ask(s, row.attempt, unseal(s, row.to) or "", purpose, row.by, now)
    return row.attempt


def finish(s: Session, row: CallOrderRow, outcome: str, now: datetime) -> None:
    """It is over: whoever ordered it hears of that by a consequence, in the same transaction."""
    row.state, row.outcome, row.ended, row.next_at = "over", outcome, now, None
    payload = {
        "key": row.key, "script": row.script, "about": row.about, "outcome": outcome,
        "answers": unseal_data(s, row.answers),
    }  # fmt: skip
    outbox.put(s, OVER, f"{OVER}:{row.key}", payload, now)


def value(s: Session, row: CallOrderRow) -> CallOrder:
    plain = {
        name: getattr(row, name)
        for name in CallOrder.__slots__
        if name not in ("to", "first", "values", "answers")
    }
    return CallOrder(
        to=unseal(s, row.to) or "", first=unseal(s, row.first) or "",
        values=unseal_data(s, row.details), answers=unseal_data(s, row.answers), **plain,
    )  # fmt: skip


def keep_answers(s: Session, row: CallOrderRow, answers: Mapping[str, Any]) -> None:
    """What he has said by keys, beside what he said before."""
    known = unseal_data(s, row.answers) | dict(answers)
    row.answers = seal_data(s, _owner(s, row.key, row.about), known)


def _sealed(s: Session, key: str, about: str, text: str) -> Any:
    return seal(s, _owner(s, key, about), text)


def _owner(s: Session, key: str, about: str) -> str:
    claim = s.get(ClaimRow, about) if about else None
    return claim_journal.owner(claim) if claim else f"outgoing:{key}"


def _zone(s: Session) -> ZoneInfo:
    zone: ZoneInfo = s.info["zone"]
    return zone
