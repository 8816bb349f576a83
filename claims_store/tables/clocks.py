"""Deadlines and promises with their clocks, and days on which the calendar was corrected."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from claims_store.tables.base import Base


class DeadlineRow(Base):
    """A clock that runs or ran. `about` is a claim, or the report of a promise without one; `rule`
    a row of `rules.deadlines`, or what was promised; `seq` the event that started it."""

    __tablename__ = "deadlines"
    __table_args__ = (UniqueConstraint("about", "rule", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(index=True)
    rule: Mapped[str]
    seq: Mapped[int]
    kind: Mapped[str]
    started: Mapped[datetime]
    due: Mapped[datetime | None] = mapped_column(index=True)
    legal: Mapped[datetime | None]
    ended: Mapped[datetime | None]
    state: Mapped[str]
    owner: Mapped[str | None]
    warned: Mapped[datetime | None]
    broken: Mapped[datetime | None]
    proposed: Mapped[datetime | None]


class CalendarDayRow(Base):
    """A day that is worked, or not, whatever the public calendar says."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    reason: Mapped[str]
