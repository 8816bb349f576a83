"""The events of claims for programs of others: in one order to be read, and pushed to whoever wants
to be told, those of one claim one after the other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from claims_store import outbox
from claims_store.personal import seal, unseal
from claims_store.rules.telling import EVENTS
from claims_store.tables import ClaimEventRow, DeliveryRow, TellingRow, WebhookRow
from claims_store.vault import new_token

KIND = "webhook"
GIVE_UP = timedelta(hours=24)
PAUSES_S = (5.0, 3600.0)
"""First and longest pause between two tries."""
_OPEN = ("due", "failed")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7301117)")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a claim's customer is told of. `id` grows with each."""

    id: int
    claim: str
    seq: int
    event: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a program wants to be told; no events means all. `states` counts its deliveries."""

    name: str
    url: str
    events: tuple[str, ...]
    made: datetime
    ended: datetime | None
    states: dict[str, int]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way: due, sent, failed (given up, may be tried by hand) or dropped."""

    id: int
    webhook: str
    claim_number: str
    seq: int
    state: str
    tries: int
    next_at: datetime
    why: str
    settled: datetime | None


@dataclass(frozen=True, slots=True)
class Ready:
    """What is to be sent now."""

    url: str
    secret: str
    name: str
    body: bytes


def tell(s: Session, claim: str, seq: int, event: str, at: datetime) -> None:
    """A claim moved: everybody who follows claims is told, in the transaction that moved it."""
    if event not in EVENTS:
        return
    if s.get_bind().dialect.name == "postgresql":
        # Numbers have to appear in their order, or a reader would pass one by.
        s.execute(_ONE_AT_A_TIME)
    s.add(TellingRow(claim_number=claim, seq=seq))
    for hook in s.scalars(select(WebhookRow).where(WebhookRow.ended.is_(None))):
        if not hook.events or event in hook.events:
            _put(s, hook.name, claim, seq, at)
    s.flush()


def events(s: Session, after: int, limit: int, claim: str | None = None) -> list[Event]:
    """What has happened since; with `claim` to that one alone."""
    found = (
        select(TellingRow, ClaimEventRow)
        .join(
            ClaimEventRow,
            (ClaimEventRow.claim_number == TellingRow.claim_number)
            & (ClaimEventRow.seq == TellingRow.seq),
        )
        .where(TellingRow.id > after)
        .order_by(TellingRow.id)
        .limit(limit)
    )
    if claim is not None:
        found = found.where(TellingRow.claim_number == claim)
    return [
        Event(told.id, row.claim_number, row.seq, row.event, row.at)
        for told, row in s.execute(found).all()
    ]


def moved_since(s: Session, after: int | None) -> tuple[int, set[str]]:
    """The last event, and the claims that something has happened to since; without `after` none:
    from now on."""
    if after is None:
        return s.scalar(select(func.max(TellingRow.id))) or 0, set()
    rows = s.execute(
        select(TellingRow.id, TellingRow.claim_number).where(TellingRow.id > after)
    ).all()
    return max((id for id, _ in rows), default=after), {number for _, number in rows}


def add(s: Session, name: str, url: str, wanted: Sequence[str], now: datetime) -> str | None:
    """A new webhook; the secret by which its messages are signed. None: the name is taken."""
    if s.get(WebhookRow, name) is not None:
        return None
    secret = new_token()
    sealed = seal(s, "outbox", secret)
    s.add(WebhookRow(name=name, url=url, secret=sealed, events=sorted(wanted), made=now))
    s.flush()
    return secret


def end(s: Session, name: str, now: datetime) -> bool:
    """Nothing is sent there any more; False when there was none."""
    row = s.get(WebhookRow, name)
    if row is None or row.ended is not None:
        return False
    row.ended = now
    return True


def listing(s: Session) -> list[Webhook]:
    """All of them, with how their deliveries stand."""
    counted: dict[str, dict[str, int]] = {}
    by_state = select(DeliveryRow.webhook, DeliveryRow.state, func.count())
    for name, state, count in s.execute(
        by_state.group_by(DeliveryRow.webhook, DeliveryRow.state)
    ).all():
        counted.setdefault(name, {})[state] = count
    return [
        Webhook(row.name, row.url, tuple(row.events), row.made, row.ended,
                counted.get(row.name, {}))
        for row in s.scalars(select(WebhookRow).order_by(WebhookRow.name))
    ]  # fmt: skip


def deliveries(s: Session, name: str, limit: int | None = None) -> list[Delivery]:
    """What was sent to one, and what was not, newest first."""
    found = select(DeliveryRow).where(DeliveryRow.webhook == name).order_by(DeliveryRow.id.desc())
    return [
        Delivery(*(getattr(row, each) for each in Delivery.__slots__))
        for row in s.scalars(found.limit(limit))
    ]


def take(s: Session, id: int, now: datetime) -> Ready | timedelta | None:
    """What is to be sent; how long to wait while an earlier event of the same claim is on its way;
    None when nothing is to be done any more."""
    row = s.get(DeliveryRow, id, with_for_update=True)
    hook = s.get(WebhookRow, row.webhook) if row else None
    if row is None or hook is None or row.state not in _OPEN:
        return None
    if hook.ended is not None:
        row.state, row.settled = "dropped", now
        return None
    earlier = s.scalar(
        select(func.min(DeliveryRow.next_at)).where(
            DeliveryRow.webhook == row.webhook, DeliveryRow.claim_number == row.claim_number,
            DeliveryRow.seq < row.seq, DeliveryRow.state == "due",
        )
    )  # fmt: skip
    if earlier is not None:
        return max(timedelta(seconds=1), earlier - now)
    event = s.get_one(ClaimEventRow, (row.claim_number, row.seq))
    row.state = "due"
    return Ready(hook.url, unseal(s, hook.secret) or "", f"{row.claim_number}:{row.seq}",
                 body_of(event.claim_number, event.seq, event.event, event.at))  # fmt: skip


def body_of(claim: str, seq: int, event: str, at: datetime) -> bytes:
    """What is sent: the same at each try."""
    told = {"id": f"{claim}:{seq}", "claim": claim, "seq": seq, "event": event,
            "at": at.isoformat(), "text": dict(EVENTS[event])}  # fmt: skip
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def sent(s: Session, id: int, now: datetime) -> None:
    """The other side has it."""
    row = s.get_one(DeliveryRow, id)
    row.state, row.tries, row.why, row.settled = "sent", row.tries + 1, "", now


def unsent(s: Session, id: int, why: str, now: datetime) -> timedelta | None:
    """It has not: how long to wait; None when it is given up."""
    row = s.get_one(DeliveryRow, id)
    row.tries, row.why = row.tries + 1, why
    if now - row.made > GIVE_UP:
        row.state, row.settled = "failed", now
        return None
    least, most = PAUSES_S
    pause = timedelta(seconds=min(most, least * float(4 ** min(row.tries - 1, 8))))
    row.next_at = now + pause
    return pause


def _put(s: Session, hook: str, claim: str, seq: int, at: datetime) -> None:
    row = DeliveryRow(webhook=hook, claim_number=claim, seq=seq, next_at=at, made=at)
    s.add(row)
    s.flush()
    outbox.put(s, KIND, f"{KIND}:{hook}:{claim}:{seq}", {"delivery": row.id}, at)
