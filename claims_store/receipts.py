"""Receipts: matched with the parts they are about, in whatever order they come."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from claims_store.personal import mark
from claims_store.rules.contacting import reference
from claims_store.tables import MessagePartRow, MessageRow, ReceiptRow

KEPT = timedelta(days=3)
"""How long a receipt waits for a message to belong to."""
SENT = "sent"


def part(s: Session, channel: str, message_id: str) -> MessagePartRow | None:
    """The newest part that the channel calls so."""
    if not message_id:
        return None
    return s.scalars(
        select(MessagePartRow)
        .where(MessagePartRow.channel == channel, MessagePartRow.message_id == message_id)
        .order_by(MessagePartRow.at.desc())
        .limit(1)
    ).first()


def keep(
    s: Session, channel: str, message_id: str, to: str, ours: int | None, state: str, why: str,
    now: datetime,
) -> None:  # fmt: skip
    """Keep a receipt for a part that we do not know yet; `ours` is the reference it names."""
    s.execute(delete(ReceiptRow).where(ReceiptRow.at < now - KEPT))
    s.add(ReceiptRow(channel=channel, message_id=message_id, to_index=mark(s, "phone", to),
                     reference=ours, state=state, why=why, at=now))  # fmt: skip


def early(s: Session, row: MessageRow, message_id: str) -> str:
    """The state that a receipt gave to a part before we knew that it was taken."""
    if not message_id:
        return SENT
    there = ReceiptRow.channel == row.channel, ReceiptRow.message_id == message_id
    found = s.scalars(select(ReceiptRow).where(*there).order_by(ReceiptRow.id.desc())).first()
    if found is None:
        return SENT
    state, row.why = found.state, found.why
    s.execute(delete(ReceiptRow).where(*there))
    return state


def clears(s: Session, row: MessageRow) -> str | None:
    """The id under which the part in doubt was taken, if a receipt shows that it was: one that
    names our reference, or one to this person while nothing else to him is in doubt."""
    ours = reference(row.key, row.parts)
    by_person = (ReceiptRow.reference.is_(None)) & (ReceiptRow.to_index == row.to_index)
    found = s.scalars(
        select(ReceiptRow)
        .where(ReceiptRow.channel == row.channel, ReceiptRow.at >= (row.tried or row.made),
               or_(ReceiptRow.reference == ours, by_person))
        .order_by(ReceiptRow.reference.is_(None), ReceiptRow.id)
    ).first()  # fmt: skip
    if found is None or (found.reference is None and not _alone(s, row)):
        return None
    return found.message_id


def _alone(s: Session, row: MessageRow) -> bool:
    others = select(MessageRow.key).where(
        MessageRow.to_index == row.to_index, MessageRow.channel == row.channel,
        MessageRow.key != row.key, MessageRow.state.in_(("sending", "doubtful")),
    )  # fmt: skip
    return s.scalars(others.limit(1)).first() is None
