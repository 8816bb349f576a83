"""The journal of a claim: what has happened to it, and the state that is its sum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from claims_store.errors import NotFound
from claims_store.personal import seal_data, unseal_data
from claims_store.rules import stages
from claims_store.tables import ClaimEventRow, ClaimRow


@dataclass(frozen=True, slots=True)
class ClaimEvent:
    """One entry of a claim's journal."""

    seq: int
    at: datetime
    event: str
    by: str
    data: dict[str, Any]


def journal(s: Session, number: str) -> list[ClaimEvent]:
    """Everything that has happened to a claim, in order."""
    found = select(ClaimEventRow).where(ClaimEventRow.claim_number == number)
    return [
        ClaimEvent(row.seq, row.at, row.event, row.by, unseal_data(s, row.data))
        for row in s.scalars(found.order_by(ClaimEventRow.seq))
    ]


def state(s: Session, number: str) -> stages.ClaimState:
    """Where a claim stands."""
    return stages.derive((each.event, each.at, each.by, each.data) for each in journal(s, number))


def locked(s: Session, number: str) -> ClaimRow:
    """The claim's row; nobody else moves it meanwhile. Raises `NotFound`."""
    row = s.get(ClaimRow, number, with_for_update=True)
    if row is None:
        raise NotFound("claim", number)
    return row


def append(s: Session, row: ClaimRow, after: stages.ClaimState, new: ClaimEvent) -> None:
    """Write down what has happened, and what the claim is after it."""
    row.events = new.seq
    s.add(
        ClaimEventRow(
            claim_number=row.number, seq=new.seq, at=new.at, event=new.event, by=new.by,
            data=seal_data(s, owner(row), new.data),
        )
    )  # fmt: skip
    row.stage, row.survey, row.documents = after.stage, after.survey, after.documents
    row.owner, row.promised_at = after.owner, after.promised_at
    row.closed, row.first_closed, row.last_closed = (
        after.closed,
        after.first_closed,
        after.last_closed,
    )
    row.flags, row.simple, row.merged_into = sorted(after.flags), after.simple, after.merged_into
    s.flush()


def owner(row: ClaimRow) -> str:
    """Whose key seals what is written about a claim."""
    return f"report:{row.report_number}" if row.report_number else f"claim:{row.number}"
