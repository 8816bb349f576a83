"""Messages to people: where each stands, its parts, what was told of them, and what people want."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from claims_store.tables.base import Base
from claims_store.vault import Sealed


class MessageRow(Base):
    """A message, by the key of its consequence. Whom it goes to is only in that row, sealed."""

    __tablename__ = "messages"
    __table_args__ = (Index(None, "to_index", "made"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    to_index: Mapped[str]
    report: Mapped[str | None] = mapped_column(index=True)
    text: Mapped[str]
    topic: Mapped[str]
    answers: Mapped[bool]
    language: Mapped[str]
    channel: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="due", index=True)
    why: Mapped[str] = mapped_column(default="")
    parts: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    repeats: Mapped[int] = mapped_column(default=0)
    made: Mapped[datetime]
    since: Mapped[datetime | None]
    tried: Mapped[datetime | None]
    doubted: Mapped[datetime | None]
    sent: Mapped[datetime | None]
    settled: Mapped[datetime | None]


class MessagePartRow(Base):
    """A part that a channel took, and what it calls it."""

    __tablename__ = "message_parts"
    __table_args__ = (Index(None, "channel", "message_id"),)

    key: Mapped[str] = mapped_column(ForeignKey("messages.key"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[str]
    state: Mapped[str] = mapped_column(default="sent")
    at: Mapped[datetime]


class ReceiptRow(Base):
    """A receipt for a message of which we do not know yet that it was taken."""

    __tablename__ = "receipts"
    __table_args__ = (Index(None, "channel", "message_id"), Index(None, "channel", "to_index"))

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    message_id: Mapped[str]
    to_index: Mapped[str]
    reference: Mapped[int | None]
    state: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]


class PreferenceRow(Base):
    """What a person wants to hear, and how; `who` is the blind index of his number."""

    __tablename__ = "contact_preferences"

    who: Mapped[str] = mapped_column(primary_key=True)
    mail: Mapped[Sealed | None]
    channels: Mapped[list[str]]
    language: Mapped[str]
    off: Mapped[list[str]]
    changed: Mapped[datetime]
