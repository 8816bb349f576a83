"""Surveys, read: the job, who was asked, what was done, its photos and its assessment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from claims_store.errors import NotFound
from claims_store.personal import unseal, unseal_data
from claims_store.rules.stages.moving import amount
from claims_store.tables import (
    SurveyActRow,
    SurveyLineRow,
    SurveyOfferRow,
    SurveyPhotoRow,
    SurveyRow,
)

VISIT, PHOTOS = "visit", "photos"
OPEN = ("offered", "accepted")


@dataclass(frozen=True, slots=True)
class Survey:
    """One survey of a claim. `kind`: visit or photos; `state`: offered (nobody has accepted),
    accepted or over; `outcome`: done or called_off."""

    id: str
    claim_number: str
    kind: str
    state: str
    surveyor: str | None
    urgent: bool
    round: int
    step: str
    opened: datetime
    accepted: datetime | None
    slot: datetime | None
    closed: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Who was asked when, and what he said. `state`: open, accepted, declined, passed (another one
    was asked as well) or gone (another one has it); `how`: link, text, key or desk."""

    seq: int
    surveyor: str
    state: str
    at: datetime
    answered: datetime | None
    how: str


@dataclass(frozen=True, slots=True)
class Act:
    """What was done at the scene. `result`: done, already or a word of refusal."""

    id: str
    act: str
    by: str
    at: datetime
    received: datetime
    result: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Photo:
    """A sealed photo; `file` is relative to the folder of photos."""

    id: str
    shot: str
    by: str
    type: str
    size: int
    sha256: str
    file: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the assessment; `work`: repair or replace."""

    id: str
    part: str
    work: str
    amount: str


def find(s: Session, survey_id: str) -> Survey | None:
    row = s.get(SurveyRow, survey_id)
    return None if row is None else value(row)


def get(s: Session, survey_id: str) -> Survey:
    """One survey. Raises `NotFound`."""
    return value(row_of(s, survey_id))


def row_of(s: Session, survey_id: str, *, lock: bool = False) -> SurveyRow:
    row = s.get(SurveyRow, survey_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound("survey", survey_id)
    return row


def of_claim(s: Session, claim: str) -> Survey | None:
    """A claim's newest survey."""
    found = all_of_claim(s, claim)
    return found[0] if found else None


def all_of_claim(s: Session, claim: str) -> list[Survey]:
    """A claim's surveys, newest first."""
    found = select(SurveyRow).where(SurveyRow.claim_number == claim)
    return [value(row) for row in s.scalars(found.order_by(SurveyRow.opened.desc()))]


def open_of_claim(s: Session, claim: str) -> SurveyRow | None:
    """The survey of a claim that is under way."""
    found = select(SurveyRow).where(SurveyRow.claim_number == claim, SurveyRow.state.in_(OPEN))
    return s.scalars(found).first()


def listing(
    s: Session, *, surveyor: str | None = None, over: bool | None = False, limit: int | None = None
) -> list[Survey]:
    """Surveys, the newest first: those under way, with `over` those that have ended, with None all;
    with `surveyor` those that he accepted, and those that he is asked for."""
    found = select(SurveyRow)
    if over is not None:
        found = found.where(SurveyRow.state.in_(("over",) if over else OPEN))
    if surveyor is not None:
        asked = select(SurveyOfferRow.survey_id).where(
            SurveyOfferRow.surveyor == surveyor, SurveyOfferRow.state.in_(("open", "passed"))
        )
        waits = SurveyRow.surveyor.is_(None) & SurveyRow.id.in_(asked)
        found = found.where((SurveyRow.surveyor == surveyor) | waits)
    rows = s.scalars(found.order_by(SurveyRow.opened.desc(), SurveyRow.id.desc()).limit(limit))
    return [value(row) for row in rows]


def offers(s: Session, survey_id: str) -> list[Offer]:
    """Everybody who was asked, in order."""
    return [_plain(Offer, row) for row in offer_rows(s, survey_id)]


def offer_rows(s: Session, survey_id: str) -> list[SurveyOfferRow]:
    found = select(SurveyOfferRow).where(SurveyOfferRow.survey_id == survey_id)
    return list(s.scalars(found.order_by(SurveyOfferRow.seq)))


def acts(s: Session, survey_id: str) -> list[Act]:
    """What was done, in the order in which we heard of it."""
    found = select(SurveyActRow).where(SurveyActRow.survey_id == survey_id)
    return [
        Act(row.id, row.act, row.by, row.at, row.received, row.result, unseal_data(s, row.data))
        for row in s.scalars(found.order_by(SurveyActRow.seq))
    ]


def photos(s: Session, survey_id: str) -> list[Photo]:
    """The photos in the order in which they came."""
    found = select(SurveyPhotoRow).where(SurveyPhotoRow.survey_id == survey_id)
    return [_plain(Photo, row) for row in s.scalars(found.order_by(SurveyPhotoRow.seq))]


def photo(s: Session, survey_id: str, id: str) -> Photo | None:
    row = s.get(SurveyPhotoRow, (survey_id, id))
    return None if row is None else _plain(Photo, row)


def lines(s: Session, survey_id: str) -> list[Line]:
    """The assessment, without what was taken out again."""
    found = select(SurveyLineRow).where(
        SurveyLineRow.survey_id == survey_id, SurveyLineRow.work != ""
    )
    return [
        Line(row.id, unseal(s, row.part) or "", row.work, row.amount)
        for row in s.scalars(found.order_by(SurveyLineRow.seq))
    ]


def total(found: list[Line]) -> Decimal:
    """The sum of an assessment."""
    return sum((amount(each.amount) or Decimal() for each in found), Decimal())


def next_seq(s: Session, table: Any, survey_id: str) -> int:
    """The number of the next row of a survey in one of its tables."""
    last = s.scalar(select(func.max(table.seq)).where(table.survey_id == survey_id))
    return (last or 0) + 1


def value(row: SurveyRow) -> Survey:
    made: Survey = _plain(Survey, row)
    return made


def _plain(kind: Any, row: object) -> Any:
    return kind(**{name: getattr(row, name) for name in kind.__slots__})
