"""Text messages that people sent us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from claims_store.tables.base import Base
from claims_store.vault import Sealed


class IncomingRow(Base):
    """A text that came in, and who took it."""

    __tablename__ = "incoming_texts"
    __table_args__ = (Index(None, "sender_index", "at"),)

    channel: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    sender: Mapped[Sealed]
    sender_index: Mapped[str]
    text: Mapped[Sealed]
    at: Mapped[datetime] = mapped_column(index=True)
    taken: Mapped[str] = mapped_column(default="")


class IncomingPartRow(Base):
    """A part of a long text whose other parts are still on the way."""

    __tablename__ = "incoming_parts"

    channel: Mapped[str] = mapped_column(primary_key=True)
    sender_index: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    octets: Mapped[Sealed]
    at: Mapped[datetime]
