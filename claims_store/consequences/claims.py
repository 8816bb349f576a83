"""What follows from a claim's moves: who gets it, whether it is simple, the same as another, and
what the customer is told."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from claims_store import (
    assignment,
    claim_journal,
    facts,
    links,
    outbox,
    people,
    same_loss,
    simple_claims,
)
from claims_store.claim_journal import ClaimEvent
from claims_store.consequences.effects import Effect
from claims_store.outbox import Consequence
from claims_store.rules.stages import MOVES, IllegalMove
from claims_store.tables import ClaimRow


def assign(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """Give a claim to a handler; one that has an owner already keeps him, unless it is taken from
    him (`instead_of`)."""
    number, before = row.payload.get("claim"), row.payload.get("instead_of")
    found = session.get(ClaimRow, number) if number else None
    if found is None or found.closed is not None or found.owner not in (None, before):
        return []
    reason = row.payload.get("reason") or row.payload.get("event", "")
    with suppress(IllegalMove):  # it was withdrawn or cancelled meanwhile: nobody need have it
        assignment.assign(session, found.number, now, reason, {before} if before else ())
    return []


def hand_over(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """Somebody is away from now on: what he owns goes to others, unless he is back already."""
    name = row.payload["staff"]
    away = {each.staff for each in people.absences(session, now) if each.begins <= now}
    if name in away:
        assignment.hand_over(session, name, now, "absent")
    return []


def merge(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """Look whether a new claim is about the same loss as another."""
    if row.payload.get("claim"):
        same_loss.look(session, row.payload["claim"], now)
    return []


def judge(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """Ask the rules of simple claims; what they say is written down when it is new."""
    if row.payload.get("claim"):
        simple_claims.judge(session, row.payload["claim"], now)
    return []


def tell(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """Put a message to the customer down; none when nobody can be written to."""
    found = session.get(ClaimRow, row.payload.get("claim"))
    if found is None:
        return []
    to, language = facts.contact(session, found)
    if not to:
        return []
    event = claim_journal.journal(session, found.number)[row.payload["seq"] - 1]
    values = {"number": found.number, "stage": _notice(event, language)}
    values |= {"promised_at": event.data["due"]} if "due" in event.data else {}
    values["link"] = links.path("claim", links.make(session, "claim", found.number, now, whom=to))
    payload: dict[str, Any] = {"to": to, "text": "stage", "values": values, "language": language}
    payload |= {"report": found.report_number}
    outbox.put(session, "message", f"message:{row.key}", payload, now)
    return []


def _notice(event: ClaimEvent, language: str) -> str:
    """What the table says to the customer, with how many papers are awaited."""
    words = MOVES[event.event].notice or {}
    return words[language].format(n=len(event.data.get("missing", ())))
