"""Programs of others: their tokens, what they asked, what they are told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from claims_store.tables.base import Base
from claims_store.vault import Sealed


class TokenRow(Base):
    """What a program proves itself with; only the mark of its token is kept."""

    __tablename__ = "api_tokens"

    name: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]]
    made: Mapped[datetime]
    used: Mapped[datetime | None]
    ended: Mapped[datetime | None]


class AskedOnceRow(Base):
    """A request that must not be carried out twice, with its answer; `about` is what it made."""

    __tablename__ = "asked_once"

    token: Mapped[str] = mapped_column(ForeignKey("api_tokens.name"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    about: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class TellingRow(Base):
    """The events of all claims in one order, for whoever follows them."""

    __tablename__ = "tellings"
    __table_args__ = (UniqueConstraint("claim_number", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_number: Mapped[str] = mapped_column(ForeignKey("claims.number"))
    seq: Mapped[int]


class WebhookRow(Base):
    """Where a program wants to be told. `events` are names of moves; none means all."""

    __tablename__ = "webhooks"

    name: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    secret: Mapped[Sealed]
    events: Mapped[list[str]]
    made: Mapped[datetime]
    ended: Mapped[datetime | None]


class DeliveryRow(Base):
    """One event on its way to one webhook."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (UniqueConstraint("webhook", "claim_number", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook: Mapped[str] = mapped_column(ForeignKey("webhooks.name"))
    claim_number: Mapped[str]
    seq: Mapped[int]
    state: Mapped[str] = mapped_column(default="due", index=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(default="")
    made: Mapped[datetime]
    settled: Mapped[datetime | None]
