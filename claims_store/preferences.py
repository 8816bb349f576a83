"""What people want to hear from us and how, by their telephone number."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from claims_store.personal import mark, seal, unseal
from claims_store.rules.contacting import Wants
from claims_store.tables import PreferenceRow


def of(s: Session, number: str) -> Wants:
    """What the person with this number chose; nothing when he never did."""
    row = s.get(PreferenceRow, mark(s, "phone", number))
    if row is None:
        return Wants()
    return Wants(tuple(row.channels), row.language, frozenset(row.off), unseal(s, row.mail) or "")


def put(s: Session, number: str, wants: Wants, at: datetime) -> None:
    """Keep what he chose, in place of what he chose before."""
    who = mark(s, "phone", number)
    row = s.get(PreferenceRow, who) or PreferenceRow(who=who)
    row.mail = seal(s, f"contact:{who[:24]}", wants.mail or None)
    row.channels, row.language = list(wants.channels), wants.language
    row.off, row.changed = sorted(wants.off), at
    s.add(row)
