"""What the surveyor's page shows, in one transaction: the loss, the way, and how far he is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from claims_store import claim_journal, clocks, customers, facts
from claims_store.assessing import Answered, present
from claims_store.claim_journal import ClaimEvent
from claims_store.rules.dispatching import Band, band
from claims_store.rules.shots import Shot, checklist
from claims_store.rules.stages import ClaimState
from claims_store.surveys.jobs import (
    Act,
    Line,
    Offer,
    Photo,
    Survey,
    acts,
    lines,
    offers,
    photos,
    row_of,
    value,
)
from claims_store.tables import ClaimRow

TIMES = ("survey_accepted", "surveyor_left", "surveyor_arrived", "loss_surveyed", "loss_assessed",
         "loss_assessed_at_once")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything about one survey. `whose`: mine, asked (he may accept), taken or over; `times`
    says when each step was made, `due` until when he is promised, `clip` the recorder's file of
    what the caller told."""

    survey: Survey
    whose: str
    claim: str
    line: str
    state: ClaimState
    customer: str
    phone: str
    said: dict[str, Answered]
    near: Band
    clip: str
    due: datetime | None
    times: dict[str, datetime]
    shots: tuple[Shot, ...]
    photos: list[Photo]
    lines: list[Line]
    acts: list[Act]
    offers: list[Offer]


def screen(s: Session, survey_id: str, surveyor: str, homes: tuple[str, ...] = ()) -> Screen:
    """What a surveyor sees of a survey; of one that another has, only that. Raises `NotFound`."""
    row = row_of(s, survey_id)
    claim = s.get_one(ClaimRow, row.claim_number)
    said = present(s, claim.report_number) if claim.report_number else {}
    values = facts.values(s, claim)
    journal = claim_journal.journal(s, claim.number)
    told = said.get("narrative")
    holder = customers.get(s, claim.customer_id) if claim.customer_id else None
    return Screen(
        survey=value(row), whose=_whose(row.state, row.surveyor, surveyor), claim=claim.number,
        line=claim.line, state=claim_journal.state(s, claim.number),
        customer=values.get("reporter_name") or (holder.name if holder else ""),
        phone=facts.contact(s, claim)[0], said=said,
        near=band(values.get("loss_region", ""), homes),
        clip=(told.clip or "") if told else "", due=_due(s, claim.number),
        times=_times(journal, row.opened), shots=checklist(claim.line, values),
        photos=photos(s, row.id), lines=lines(s, row.id), acts=acts(s, row.id),
        offers=offers(s, row.id),
    )  # fmt: skip


def _whose(state: str, has: str | None, surveyor: str) -> str:
    if has == surveyor:
        return "mine" if state == "accepted" else "over"
    if state == "over":
        return "over"
    return "asked" if has is None else "taken"


def _due(s: Session, claim: str) -> datetime | None:
    """Until when he has to be there: the promise of the visit, else the limit for arriving."""
    rows = [each for each in clocks.of(s, claim) if each.state == "open" and each.due]
    due = [each.due for each in rows if each.rule in ("surveyor_comes", "SV4") and each.due]
    return min(due, default=None)


def _times(journal: list[ClaimEvent], since: datetime) -> dict[str, datetime]:
    return {each.event: each.at for each in journal if each.event in TIMES and each.at >= since}
