"""A text message to a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from claims_store.consequences.effects import Effect, Message
from claims_store.outbox import Consequence


def handle(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """One message; none when the person was erased in the meantime."""
    given = row.payload
    if not given.get("to"):
        return []
    # One that goes over another channel after all keeps the key of the message.
    return [
        Message(
            given.get("key", row.key), given["to"], given["text"], given.get("values", {}),
            given["language"], given.get("report"), given.get("channel", ""),
        )
    ]  # fmt: skip
