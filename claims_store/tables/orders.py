"""Calls that are to be made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from claims_store.tables.base import Base
from claims_store.vault import Sealed


class CallOrderRow(Base):
    """One wish to call somebody, tried until it is over. `attempt` names the outgoing call of the
    try that runs, `said` how its script ended so far; `first` is who is rung before `to`."""

    __tablename__ = "call_orders"
    __table_args__ = (Index(None, "state", "next_at"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    script: Mapped[str]
    about: Mapped[str] = mapped_column(index=True)
    to: Mapped[Sealed]
    first: Mapped[Sealed | None]
    details: Mapped[Sealed | None]
    language: Mapped[str]
    window: Mapped[str]
    masked: Mapped[bool] = mapped_column(default=False)
    record: Mapped[bool] = mapped_column(default=False)
    by: Mapped[str]
    made: Mapped[datetime]
    until: Mapped[datetime]
    most: Mapped[int]
    tries: Mapped[int] = mapped_column(default=0)
    redials: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="due")
    next_at: Mapped[datetime | None]
    attempt: Mapped[str] = mapped_column(default="", index=True)
    call_id: Mapped[str | None]
    said: Mapped[str] = mapped_column(default="")
    answers: Mapped[Sealed | None]
    outcome: Mapped[str] = mapped_column(default="")
    ended: Mapped[datetime | None]
