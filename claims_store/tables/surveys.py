"""Surveys: who was asked to look at a loss, what he did there, photos and assessment lines."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from claims_store.tables.base import Base
from claims_store.vault import Sealed


class SurveyRow(Base):
    """One survey of a claim: a visit, or the customer's own photos. How far it is says the claim's
    survey track. `round` counts the times somebody was looked for, `step` names the last step
    of the escalation; `slot` is the fixed time that the customer was told."""

    __tablename__ = "surveys"
    __table_args__ = (Index(None, "surveyor", "state"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    claim_number: Mapped[str] = mapped_column(ForeignKey("claims.number"), index=True)
    kind: Mapped[str]
    state: Mapped[str]
    surveyor: Mapped[str | None]
    urgent: Mapped[bool]
    round: Mapped[int]
    step: Mapped[str]
    opened: Mapped[datetime]
    accepted: Mapped[datetime | None]
    slot: Mapped[datetime | None]
    closed: Mapped[datetime | None]
    outcome: Mapped[str]


class SurveyOfferRow(Base):
    """A surveyor was asked whether he takes it."""

    __tablename__ = "survey_offers"

    survey_id: Mapped[str] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    surveyor: Mapped[str] = mapped_column(index=True)
    state: Mapped[str]
    at: Mapped[datetime]
    answered: Mapped[datetime | None]
    how: Mapped[str]


class SurveyActRow(Base):
    """Something that a surveyor did, under the id that his phone gave it; never changed. `at` is
    when he did it, `received` when we heard of it, `result` what came of it."""

    __tablename__ = "survey_acts"

    survey_id: Mapped[str] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    act: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    received: Mapped[datetime]
    result: Mapped[str]
    data: Mapped[Sealed | None]


class SurveyPhotoRow(Base):
    """A sealed photo under the id that the phone gave it; `sha256` is of the plain picture."""

    __tablename__ = "survey_photos"

    survey_id: Mapped[str] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    shot: Mapped[str]
    by: Mapped[str]
    type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    file: Mapped[str]
    at: Mapped[datetime]
    received: Mapped[datetime]


class SurveyLineRow(Base):
    """A line of the assessment: a part, what is done with it, and what that costs. The phone gives
    the id; one that was taken out has no `work`."""

    __tablename__ = "survey_lines"

    survey_id: Mapped[str] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    part: Mapped[Sealed | None]
    work: Mapped[str]
    amount: Mapped[str]
