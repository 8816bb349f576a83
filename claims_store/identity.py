"""Tries to identify oneself: ten failures a day per caller number and per claim, then a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from claims_store.personal import mark
from claims_store.tables import IdentityTryRow

LIMIT = 10
PERIOD = timedelta(hours=24)


def allowed(s: Session, caller: str, claim: str, now: datetime) -> bool:
    """Whether one more try may be made. `claim` is what was keyed to name the claim, whether or
    not there is one; empty texts (a withheld number) are counted together."""
    return all(
        _failures(s, column == value, now) < LIMIT
        for column, value in (
            (IdentityTryRow.caller_index, mark(s, "phone", caller)),
            (IdentityTryRow.claim_index, mark(s, "claim", claim)),
        )
    )


def note_try(s: Session, caller: str, claim: str, ok: bool, now: datetime) -> None:
    """Write a try down, right or wrong."""
    s.add(
        IdentityTryRow(
            caller_index=mark(s, "phone", caller),
            claim_index=mark(s, "claim", claim),
            ok=ok,
            at=now,
        )
    )


def _failures(s: Session, whose: object, now: datetime) -> int:
    found = select(func.count()).select_from(IdentityTryRow)
    found = found.where(whose, IdentityTryRow.ok.is_(False), IdentityTryRow.at > now - PERIOD)  # type: ignore[arg-type]
    return s.scalar(found) or 0
