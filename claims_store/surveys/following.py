"""Keeps a survey in line with its claim: claims are moved by handlers and commands as well."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from claims_store import claim_journal, facts, people, same_loss
from claims_store.rules import dispatching
from claims_store.surveys import telling
from claims_store.surveys.acting import end
from claims_store.surveys.answering import take
from claims_store.surveys.jobs import VISIT, offer_rows, open_of_claim
from claims_store.surveys.sending import begin, can_be_sent, dispatch, give, pass_on
from claims_store.tables import ClaimRow, SurveyRow


def begun(s: Session, claim: str, event: str, now: datetime) -> None:
    """A claim was reported or filed: send a surveyor if somebody has to look at the loss, once.

    Several reports of one loss are one claim, and one surveyor: that is looked at first.
    """
    same_loss.look(s, claim, now)
    row = s.get(ClaimRow, claim)
    if row is None or row.closed is not None or row.merged_into:
        return
    when = dispatching.needed(row.line, facts.values(s, row))
    if when == "no" or (when == "when_filed" and event != "claim_filed"):
        return
    state = claim_journal.state(s, claim)
    if state.survey == "none" and can_be_sent(state):
        dispatch(s, claim, now)


def moved(s: Session, claim: str, seq: int, now: datetime) -> None:
    """A claim's survey was moved, or the claim ended; what the survey knows already is no news."""
    row = claim_journal.locked(s, claim)
    happened = next(each for each in claim_journal.journal(s, claim) if each.seq == seq)
    track, there = row.survey, open_of_claim(s, claim)
    if happened.event in ("survey_dispatched", "survey_returned") and track == "dispatched":
        _sent(s, row, there, str(happened.data.get("surveyor", "")), now)
    elif there is None:
        return
    elif happened.event == "survey_accepted" and there.state == "offered" and track == "accepted":
        asked = [each.surveyor for each in offer_rows(s, there.id)]
        if asked:
            take(s, there, happened.by if happened.by in asked else asked[-1], now, "desk")
    elif row.closed is not None or row.stage in ("rejected", "withdrawn"):
        _ended(s, there, "called_off", now)
    elif track in ("assessed", "loss_reviewed"):
        _ended(s, there, "done", now)
    elif track == "none" and there.kind == VISIT and happened.event == "survey_called_off":
        if there.state == "accepted" or happened.by != there.surveyor:
            _ended(s, there, "called_off", now)


def _sent(s: Session, row: ClaimRow, there: SurveyRow | None, name: str, now: datetime) -> None:
    """A person has sent somebody: he is asked, unless he was asked for this already."""
    member = people.member(s, name)
    if member is None or member.kind != "surveyor":
        return
    if there is None:
        there = begin(s, row, now, urgent=facts.urgent(facts.values(s, row)))
    elif name in {each.surveyor for each in offer_rows(s, there.id) if each.state != "gone"}:
        return
    give(s, there.id, name, now, moved=True)


def _ended(s: Session, row: SurveyRow, outcome: str, now: datetime) -> None:
    for each in offer_rows(s, row.id):
        if each.state in ("open", "passed"):
            pass_on(s, row, each, "gone", now)
    if outcome == "called_off" and row.surveyor is not None:
        telling.gone(s, row, row.surveyor, "survey_called_off", now)
    end(s, row, outcome, now)
