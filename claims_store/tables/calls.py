"""Calls, their events, recordings and transcripts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from claims_store.tables.base import Base
from claims_store.vault import Sealed


class CallRow(Base):
    """One call; written before the caller hears anything."""

    __tablename__ = "calls"

    call_id: Mapped[str] = mapped_column(primary_key=True)
    node: Mapped[str]
    sip_call_id: Mapped[str]
    caller: Mapped[Sealed | None]
    caller_index: Mapped[str | None] = mapped_column(index=True)
    dialled: Mapped[str]
    started: Mapped[datetime] = mapped_column(index=True)
    plan_revision: Mapped[int | None]
    language: Mapped[str | None]
    consent: Mapped[str] = mapped_column(default="not_asked")
    stage: Mapped[str] = mapped_column(default="ringing")
    issue: Mapped[str | None]
    queue: Mapped[str | None]
    waiting_since: Mapped[datetime | None]
    rule_name: Mapped[str | None]
    rule_reason: Mapped[str | None]
    agent: Mapped[str | None]
    waited_s: Mapped[float | None]
    talk_s: Mapped[float | None]
    report_number: Mapped[str | None] = mapped_column(index=True)
    customer_id: Mapped[str | None] = mapped_column(index=True)
    verified: Mapped[bool] = mapped_column(default=False)
    ended: Mapped[datetime | None] = mapped_column(index=True)
    outcome: Mapped[str | None]
    events: Mapped[int] = mapped_column(default=0)
    step: Mapped[int] = mapped_column(default=0, server_default="0")
    """Number of the newest write that was applied (`claims_store.steps`)."""
    direction: Mapped[str] = mapped_column(default="in", server_default="in")
    """`out` is a call that we made: `caller` is whom we called, as he is who it is about."""


class CallEventRow(Base):
    """What happened in a call, in order; never changed."""

    __tablename__ = "call_events"

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    event: Mapped[str]
    data: Mapped[Sealed | None]


class SegmentRow(Base):
    """One recorder's file: one side of one stretch of a call. The row is there before the file."""

    __tablename__ = "recording_segments"
    __table_args__ = (UniqueConstraint("call_id", "segment", "side", "file"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"))
    segment: Mapped[int]
    side: Mapped[str]
    agent: Mapped[str | None]
    file: Mapped[str]
    began: Mapped[datetime]
    ended: Mapped[datetime | None]


class RecordingRow(Base):
    """The sealed recording of a call: one encrypted stereo file."""

    __tablename__ = "recordings"

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), primary_key=True)
    file: Mapped[str | None]
    tracks: Mapped[int]
    legs: Mapped[int]
    seconds: Mapped[float]
    sha256: Mapped[str | None]
    partial: Mapped[bool]
    sealed_at: Mapped[datetime]


class HeardRow(Base):
    """One utterance that speech-to-text made of a recording."""

    __tablename__ = "transcript_lines"

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    track: Mapped[str]
    start: Mapped[float]
    end: Mapped[float]
    text: Mapped[Sealed]
    words: Mapped[Sealed | None]
    conf: Mapped[float]
