"""Whom one calls about a claim, a report or a complaint."""

from __future__ import annotations

from sqlalchemy.orm import Session

from claims_store import claims, complaints, facts, reports
from claims_store.tables import ClaimRow


def number_of(s: Session, about: str) -> str:
    """The customer's number: the one that he gave with the report, else his own; empty when none
    is known. Raises `NotFound`."""
    claim = claims.by_number(s, about) or claims.by_report(s, about)
    if claim is not None:
        return facts.contact(s, s.get_one(ClaimRow, claim.number))[0]
    if complaints.get(s, about) is not None:
        return complaints.contact(s, about)[0]
    found = reports.state(s, about).values.get("callback_phone")
    return found.value if found else ""
