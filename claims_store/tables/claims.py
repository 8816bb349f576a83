"""Customers, policies, reports, claims and findings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from claims_store.tables.base import Base
from claims_store.vault import Sealed


class CustomerRow(Base):
    """A customer of the insurer; `id` is the insurer's own customer number."""

    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[Sealed]
    name_index: Mapped[str] = mapped_column(index=True)
    phone: Mapped[Sealed | None]
    phone_index: Mapped[str | None] = mapped_column(index=True)
    identity: Mapped[Sealed | None]
    identity_index: Mapped[str | None] = mapped_column(index=True)
    identity_tail_index: Mapped[str | None] = mapped_column(index=True)
    language: Mapped[str]
    region: Mapped[str | None]
    tier: Mapped[str]


class PolicyRow(Base):
    """A policy: what is insured, for whom, and from when to when (`valid_to` is the first moment
    without cover)."""

    __tablename__ = "policies"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    number: Mapped[Sealed]
    number_index: Mapped[str] = mapped_column(unique=True)
    line: Mapped[str]
    product: Mapped[str]
    plate: Mapped[Sealed | None]
    plate_index: Mapped[str | None] = mapped_column(index=True)
    object: Mapped[Sealed | None]
    insured: Mapped[Sealed | None]
    regions: Mapped[list[str]]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]


class ReportRow(Base):
    """What was said about a loss; its values are its answers."""

    __tablename__ = "reports"

    number: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str | None] = mapped_column(index=True)
    caller: Mapped[Sealed | None]
    caller_index: Mapped[str | None] = mapped_column(index=True)
    language: Mapped[str]
    line: Mapped[str | None]
    level: Mapped[str] = mapped_column(default="draft")
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policies.id"))
    versions: Mapped[int] = mapped_column(default=0)
    started: Mapped[datetime] = mapped_column(index=True)
    touched: Mapped[datetime]
    finished: Mapped[datetime | None]


class AnswerRow(Base):
    """One version of one value of a report; never changed, the newest of a field counts."""

    __tablename__ = "report_answers"

    report_number: Mapped[str] = mapped_column(ForeignKey("reports.number"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    field: Mapped[str]
    value: Mapped[Sealed]
    by: Mapped[str]
    source: Mapped[str]
    at: Mapped[datetime]
    asked: Mapped[bool]
    clip: Mapped[str | None]
    call_id: Mapped[str | None]


class ClaimRow(Base):
    """A claim. What stands after `line` but `opened` is the sum of the journal, kept here so that
    lists need not read it."""

    __tablename__ = "claims"

    number: Mapped[str] = mapped_column(primary_key=True)
    report_number: Mapped[str | None] = mapped_column(ForeignKey("reports.number"), unique=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id"), index=True)
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policies.id"), index=True)
    line: Mapped[str]
    stage: Mapped[str]
    survey: Mapped[str]
    documents: Mapped[str]
    owner: Mapped[str | None]
    promised_at: Mapped[datetime | None]
    opened: Mapped[datetime] = mapped_column(index=True)
    closed: Mapped[datetime | None]
    first_closed: Mapped[datetime | None]
    last_closed: Mapped[datetime | None]
    flags: Mapped[list[str]] = mapped_column(default=list)
    simple: Mapped[str | None]
    merged_into: Mapped[str | None] = mapped_column(index=True)
    events: Mapped[int] = mapped_column(default=0)


class ClaimEventRow(Base):
    """The journal of a claim; never changed."""

    __tablename__ = "claim_events"

    claim_number: Mapped[str] = mapped_column(ForeignKey("claims.number"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    event: Mapped[str]
    by: Mapped[str]
    data: Mapped[Sealed | None]


class FindingRow(Base):
    """What the recording check found about one field of a report."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("report_number", "call_id", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_number: Mapped[str] = mapped_column(ForeignKey("reports.number"), index=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id"))
    field: Mapped[str]
    typed: Mapped[Sealed]
    heard: Mapped[Sealed | None]
    state: Mapped[str]
    at_s: Mapped[float | None]


class IdentityTryRow(Base):
    """One try to identify oneself; both sides are blind."""

    __tablename__ = "identity_tries"

    id: Mapped[int] = mapped_column(primary_key=True)
    caller_index: Mapped[str] = mapped_column(index=True)
    claim_index: Mapped[str | None] = mapped_column(index=True)
    ok: Mapped[bool]
    at: Mapped[datetime]
