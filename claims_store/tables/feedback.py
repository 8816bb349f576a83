"""What customers thought of us: feedback, complaints with their journals, follow-up calls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from claims_store.tables.base import Base
from claims_store.vault import Sealed


class FeedbackRow(Base):
    """One occasion on which somebody was asked. `about` is a claim, a report, or a call."""

    __tablename__ = "feedback"

    key: Mapped[str] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(index=True)
    way: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    call_id: Mapped[str | None]
    remark: Mapped[Sealed | None]
    clip: Mapped[str | None]


class ScoreRow(Base):
    """The answer to one question: which department it concerns, and whom there."""

    __tablename__ = "feedback_scores"
    __table_args__ = (Index(None, "department", "question"), Index(None, "person"))

    key: Mapped[str] = mapped_column(ForeignKey("feedback.key"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[int]
    department: Mapped[str]
    person: Mapped[str | None]


class AskedRow(Base):
    """A question that was sent as a text message and may be answered with a digit."""

    __tablename__ = "feedback_asked"
    __table_args__ = (Index(None, "who", "at"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    who: Mapped[str]
    about: Mapped[str]
    question: Mapped[str]
    at: Mapped[datetime]
    answered: Mapped[datetime | None]


class ComplaintRow(Base):
    """A complaint. What stands after `way` is the sum of its journal, kept for lists."""

    __tablename__ = "complaints"

    number: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    about: Mapped[str] = mapped_column(index=True)
    call_id: Mapped[str | None]
    way: Mapped[str]
    words: Mapped[Sealed | None]
    department: Mapped[str]
    stage: Mapped[str] = mapped_column(index=True)
    owner: Mapped[str | None] = mapped_column(index=True)
    made: Mapped[datetime]
    closed: Mapped[datetime | None]
    events: Mapped[int] = mapped_column(default=0)


class ComplaintEventRow(Base):
    """The journal of a complaint; never changed."""

    __tablename__ = "complaint_events"

    number: Mapped[str] = mapped_column(ForeignKey("complaints.number"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    event: Mapped[str]
    by: Mapped[str]
    data: Mapped[Sealed | None]


class FollowUpRow(Base):
    """The follow-up of one payment: `seq` is the event by which the claim was paid. `state` is
    planned, asked, done or not_made; `reason` says why it was not made."""

    __tablename__ = "follow_ups"

    claim: Mapped[str] = mapped_column(ForeignKey("claims.number"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    way: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    due: Mapped[datetime | None]
    settled: Mapped[datetime | None]
