"""Sending a surveyor: who is asked, when the next one is, and what is done when nobody accepts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from claims_store import (
    assignment,
    calendar,
    call_orders,
    claim_journal,
    facts,
    outbox,
    people,
    tasks,
)
from claims_store.errors import NotFound
from claims_store.moves import SYSTEM, move
from claims_store.rules import dispatching
from claims_store.rules.assigning import Choice, Fate
from claims_store.rules.dispatching import ESCALATION, NEXT, PLACES, RING, Job, Surveyor
from claims_store.rules.stages import MOVES, Actor, ClaimState
from claims_store.surveys import telling
from claims_store.surveys.jobs import (
    PHOTOS,
    VISIT,
    Survey,
    next_seq,
    offer_rows,
    open_of_claim,
    row_of,
    value,
)
from claims_store.tables import ClaimRow, ReportRow, SurveyOfferRow, SurveyRow

STEP = "survey_step"
"""The kind of outbox row that carries what is done when nobody has accepted yet."""
NOBODY = "survey_nobody"
"""The supervisor's task when there is nobody to ask."""
UNDER_WAY = ("accepted", "on_way", "arrived")


def dispatch(s: Session, claim: str, now: datetime, *, urgent: bool = False) -> Survey | None:
    """Look for a surveyor; the survey that is under way already, when there is one, and None when
    the claim stands where nobody can be sent."""
    row = claim_journal.locked(s, claim)
    there = open_of_claim(s, claim)
    if there is not None:
        return value(there)
    if not can_be_sent(claim_journal.state(s, claim)):
        return None
    made = begin(s, row, now, urgent=urgent or facts.urgent(facts.values(s, row)))
    look(s, made, now)
    return value(made)


def can_be_sent(state: ClaimState) -> bool:
    """Whether the table of moves lets anybody be sent now."""
    found = MOVES["survey_dispatched"]
    return state.survey in found.sources and state.stage in found.during


def begin(s: Session, claim: ClaimRow, now: datetime, *, urgent: bool) -> SurveyRow:
    """A survey that nobody was asked for yet; what happens while nobody accepts is put down."""
    before = s.scalar(
        select(func.count()).select_from(SurveyRow).where(SurveyRow.claim_number == claim.number)
    )
    row = SurveyRow(
        id=f"SV{claim.number[2:]}-{(before or 0) + 1}", claim_number=claim.number, kind=VISIT,
        state="offered", urgent=urgent, round=0, step="", opened=now, outcome="",
    )  # fmt: skip
    s.add(row)
    s.flush()
    for step in ESCALATION:
        later(s, row, step.name, now + step.after)
    return row


def later(s: Session, row: SurveyRow, step: str, at: datetime, seq: int = 0) -> None:
    payload = {"survey": row.id, "step": step, "seq": seq, "report": _report(s, row)}
    outbox.put(s, STEP, f"{STEP}:{row.id}:{step}:{seq}", payload, at)


def _report(s: Session, row: SurveyRow) -> str | None:
    claim = s.get(ClaimRow, row.claim_number)
    return claim.report_number if claim else None


def look(s: Session, row: SurveyRow, now: datetime) -> None:
    """Ask the best surveyor who was not asked yet; whom was asked before may still accept."""
    for each in offer_rows(s, row.id):
        if each.state == "open":
            pass_on(s, row, each, "passed", now)
    row.round += 1
    later(s, row, "next", now + NEXT, row.round)
    choice = pick(s, row, now)
    if choice.chosen is None:
        task(s, row, NOBODY, now, now + NEXT)
        return
    offer_one(s, row, choice, now)


def pick(s: Session, row: SurveyRow, now: datetime) -> Choice:
    """The best surveyor who was not asked yet, and what became of the others. Who could not drive
    there can look at photos."""
    claim = s.get_one(ClaimRow, row.claim_number)
    asked = frozenset(each.surveyor for each in offer_rows(s, row.id) if row.kind == VISIT)
    return dispatching.choose(_job(s, claim, row, asked), candidates(s, now))


def offer_one(
    s: Session, row: SurveyRow, choice: Choice, now: datetime, by: Actor = SYSTEM, *,
    moved: bool = False,
) -> None:  # fmt: skip
    """Ask one surveyor: the claim is dispatched to him, he gets a message, and a call later."""
    name = choice.chosen or ""
    claim = s.get_one(ClaimRow, row.claim_number)
    member = people.member(s, name)
    region = facts.values(s, claim).get("loss_region", "")
    near = dispatching.band(region, member.regions if member else ())
    if not moved and row.kind == VISIT:
        move(
            s, claim.number, "survey_dispatched", by, now,
            surveyor=name, place=PLACES[near], **assignment.plain(choice),
        )  # fmt: skip
    seq = next_seq(s, SurveyOfferRow, row.id)
    s.add(SurveyOfferRow(survey_id=row.id, seq=seq, surveyor=name, state="open", at=now, how=""))
    s.flush()
    telling.offer(s, row, seq, name, now)
    later(s, row, "call", now + RING, seq)


def pass_on(s: Session, row: SurveyRow, each: SurveyOfferRow, state: str, now: datetime) -> None:
    """An offer does not wait for an answer any more: nobody rings him about it."""
    each.state = state
    call_orders.cancel(s, order_key(row.id, each.seq), now)
    s.flush()


def order_key(survey_id: str, seq: int) -> str:
    """The key of the call about an offer."""
    return f"survey_offer:{survey_id}:{seq}"


def give(
    s: Session, survey_id: str, name: str, now: datetime, by: Actor = SYSTEM, *, moved: bool = False
) -> Survey:
    """Ask one surveyor whom a person chose, whoever was asked or has it. Raises `NotFound` and
    `IllegalMove`; with `moved` the claim was dispatched to him already."""
    row = row_of(s, survey_id)
    member = people.member(s, name)
    if member is None or member.kind != "surveyor":
        raise NotFound("surveyor", name)
    claim = claim_journal.locked(s, row.claim_number)
    state = claim_journal.state(s, claim.number)
    if row.kind == PHOTOS and row.surveyor is None:
        row.kind = VISIT
    if state.survey in UNDER_WAY and not moved:
        move(s, claim.number, "survey_called_off", by, now, reason="given to another surveyor")
    for each in offer_rows(s, row.id):
        if each.state in ("open", "passed", "accepted") and each.surveyor != name:
            told = each.state == "accepted"
            pass_on(s, row, each, "gone", now)
            if told:
                telling.gone(s, row, each.surveyor, "survey_called_off", now)
    row.state, row.surveyor, row.accepted = "offered", None, None
    row.round += 1
    offer_one(s, row, Choice(name, "given", (Fate(name, "chosen", "given"),)), now, by, moved=moved)
    return value(row)


def candidates(s: Session, now: datetime) -> list[Surveyor]:
    """All surveyors as they are now."""
    away = {each.staff for each in people.absences(s, now) if each.begins <= now}
    held = list(s.scalars(select(SurveyRow).where(SurveyRow.state == "accepted")))
    load = Counter(row.surveyor for row in held)
    urgent = Counter(row.surveyor for row in held if row.urgent)
    sent = select(SurveyOfferRow.surveyor, func.max(SurveyOfferRow.at))
    grouped = s.execute(sent.group_by(SurveyOfferRow.surveyor))
    since = {row[0]: row[1] for row in grouped}
    return [
        Surveyor(
            name=each.name, lines=each.lines, regions=each.regions, languages=each.languages,
            on_shift=calendar.open_now(s, each.shift, now), absent=each.name in away,
            reachable=bool(each.phone), conflicts=frozenset(each.conflicts),
            load=load[each.name], urgent_load=urgent[each.name], since=since.get(each.name),
        )
        for each in people.staff(s, "surveyor")
    ]  # fmt: skip


def _job(s: Session, claim: ClaimRow, row: SurveyRow, asked: frozenset[str]) -> Job:
    said = facts.values(s, claim)
    report = s.get(ReportRow, claim.report_number) if claim.report_number else None
    parties = {f"customer:{claim.customer_id}"} if claim.customer_id else set()
    parties |= {f"garage:{said[name]}" for name in ("garage",) if said.get(name)}
    return Job(
        line=claim.line, region=said.get("loss_region", ""),
        language=report.language if report else "zh", urgent=row.urgent,
        parties=frozenset(parties), not_to=asked,
    )  # fmt: skip


def task(s: Session, row: SurveyRow, kind: str, now: datetime, due: datetime) -> None:
    """A task about a survey, once while it is open."""
    if not any(each.kind == kind for each in tasks.listing(s, about=row.claim_number)):
        tasks.add(s, kind, row.claim_number, now, due)
