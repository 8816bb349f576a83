"""Tries to identify oneself: ten failures a day per caller number and per claim, then a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from claims_store.personal import mark
from claims_store.tables import IdentityTryRow

LIMIT = 10
PERIOD = timedelta(hours=24)


def allowed(s: Session, caller: str, claim: str | None, now: datetime) -> bool:
    """Whether this number may try once more and, where the try names a claim, whether that claim
    may be tried once more. Withheld numbers are counted together."""
    if _failures(s, IdentityTryRow.caller_index == mark(s, "phone", caller), now) >= LIMIT:
        return False
    if claim is None:
        return True
    return _failures(s, IdentityTryRow.claim_index == mark(s, "claim", claim), now) < LIMIT


def note_try(s: Session, caller: str, claim: str | None, ok: bool, now: datetime) -> None:
    """Write a try down, right or wrong; `claim` is the one it was about, if it named one."""
    s.add(
        IdentityTryRow(
            caller_index=mark(s, "phone", caller),
            claim_index=mark(s, "claim", claim),
            ok=ok,
            at=now,
        )
    )


def _failures(s: Session, whose: ColumnElement[bool], now: datetime) -> int:
    found = select(func.count()).select_from(IdentityTryRow)
    found = found.where(whose, IdentityTryRow.ok.is_(False), IdentityTryRow.at > now - PERIOD)
    return s.scalar(found) or 0
