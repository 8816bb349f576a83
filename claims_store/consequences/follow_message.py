"""A message was sent and no receipt came: the other side is asked what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from claims_store.consequences.effects import Effect, Follow
from claims_store.outbox import Consequence
from claims_store.tables import MessagePartRow, MessageRow

PAUSES = (timedelta(minutes=1), timedelta(hours=6))


@dataclass(frozen=True, slots=True)
class Open:
    """A part of which we only know that the other side took it."""

    key: str
    channel: str
    part: int
    message_id: str
    at: datetime


def handle(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    key = row.payload.get("message")
    return [Follow(key)] if key else []


def unsettled(s: Session, key: str, since: datetime) -> list[Open]:
    """The parts of a message without news that were sent after `since`."""
    found = s.scalars(
        select(MessagePartRow)
        .join(MessageRow, MessageRow.key == MessagePartRow.key)
        .where(
            MessagePartRow.key == key, MessagePartRow.state == "sent",
            MessagePartRow.channel == MessageRow.channel, MessageRow.state == "sent",
            MessagePartRow.at > since,
        )
        .order_by(MessagePartRow.part)
    )  # fmt: skip
    return [Open(row.key, row.channel, row.part, row.message_id, row.at) for row in found]


def pause(sent: datetime, now: datetime) -> timedelta:
    """Until it is asked again: as long as it is on the way already, within limits."""
    least, most = PAUSES
    return min(most, max(least, now - sent))
