"""Several reports of one loss become one claim: same policy or plate, same kind, within a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from claims_store import claim_journal, facts, tasks
from claims_store.moves import SYSTEM, move
from claims_store.rules.fields import field
from claims_store.rules.stages.moving import moment
from claims_store.tables import ClaimRow

WITHIN = timedelta(hours=24)
LOOK_BACK = timedelta(days=14)
MAYBE = "same_loss"
"""The handler's task when two losses lie close together and only a person can tell."""


def look(s: Session, number: str, now: datetime) -> str | None:
    """Merge a claim that has just begun into the one about the same loss; its number. What only may
    be the same is a task for the handler."""
    row = s.get(ClaimRow, number)
    if row is None or row.closed is not None or row.stage not in ("reported", "filed"):
        return None
    said = facts.values(s, row)
    lost = moment(said.get("loss_time"))
    if lost is None:
        return None
    for other in _near(s, row):
        theirs = facts.values(s, other)
        at = moment(theirs.get("loss_time"))
        if at is None or abs(at - lost) > WITHIN or not _same_object(row, other, said, theirs):
            continue
        if _same_kind(row.line, said, theirs):
            reason = f"same policy or plate, same kind of loss within {WITHIN}"
            move(s, number, "claim_merged", SYSTEM, now, into=other.number, reason=reason)
            return other.number
        _ask(s, number, now)
    return None


def _near(s: Session, row: ClaimRow) -> list[ClaimRow]:
    """Open claims of the same line that began shortly before this one, the oldest first."""
    found = select(ClaimRow).where(
        ClaimRow.line == row.line, ClaimRow.number != row.number, ClaimRow.closed.is_(None),
        ClaimRow.opened <= row.opened, ClaimRow.opened > row.opened - LOOK_BACK,
    )  # fmt: skip
    return list(s.scalars(found.order_by(ClaimRow.opened, ClaimRow.number)))


def _same_object(
    row: ClaimRow, other: ClaimRow, said: dict[str, str], theirs: dict[str, str]
) -> bool:
    if row.policy_id is not None and row.policy_id == other.policy_id:
        return said.get("plate", "") in ("", theirs.get("plate", said.get("plate", "")))
    return bool(said.get("plate")) and said.get("plate") == theirs.get("plate")


def _same_kind(line: str, said: dict[str, str], theirs: dict[str, str]) -> bool:
    """Whether the kinds of loss agree; one is part of another (a rear-end is a collision)."""
    row = field(line, "loss_kind")
    kinds = {each.value: each.part_of or each.value for each in row.choices} if row else {}
    one, other = (kinds.get(each.get("loss_kind", ""), "") for each in (said, theirs))
    return not one or not other or one == other


def _ask(s: Session, number: str, now: datetime) -> None:
    if not any(each.kind == MAYBE for each in tasks.listing(s, about=number)):
        owner = claim_journal.state(s, number).owner
        tasks.add(s, MAYBE, number, now, now + timedelta(hours=4), owner)
