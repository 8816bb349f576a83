"""What a surveyor does at the scene: each act comes from his phone under an id of its own, perhaps
an hour later and perhaps twice, and moves the claim once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from claims_store import claim_journal, simple_claims, tasks
from claims_store.errors import StoreError
from claims_store.moves import move
from claims_store.personal import seal, seal_data
from claims_store.rules.stages import Actor, IllegalMove
from claims_store.rules.stages.moving import amount
from claims_store.surveys import answering
from claims_store.surveys.escalating import COMES, TO_ASSESS, kept
from claims_store.surveys.jobs import PHOTOS, VISIT, lines, next_seq, offer_rows, total
from claims_store.surveys.sending import look
from claims_store.tables import SurveyActRow, SurveyLineRow, SurveyRow

ID = re.compile(r"[A-Za-z0-9-]{8,64}")
WORKS = ("repair", "replace", "")
"""What is done with a part; with "" its line is taken out again."""
_BEHIND: Mapping[str, tuple[str, ...]] = {
    "left": ("on_way", "arrived", "surveyed", "assessed", "loss_reviewed"),
    "arrived": ("arrived", "surveyed", "assessed", "loss_reviewed"),
    "done": ("surveyed", "assessed", "loss_reviewed"),
    "assessed": ("assessed", "loss_reviewed"),
}
"""Where a claim stands when an act has been made already, by him or by somebody for him."""


class BadAct(StoreError):
    """This is no act that a phone can send; nothing was written."""


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of an act. `result`: done, already, declined, taken, over or refused; then
    `sentence` says why."""

    id: str
    result: str
    sentence: Mapping[str, str]


_NOTHING: Mapping[str, str] = {"zh": "", "en": ""}
_OVER = {
    "zh": "这个任务已经结束或取消了，谢谢您。",
    "en": "This job has ended or was called off. Thank you.",
}
_TAKEN = {
    "zh": "同事已经接了这个任务，谢谢您回复。",
    "en": "A colleague has this job already. Thank you for answering.",
}
_SENTENCES: Mapping[str, Mapping[str, str]] = {"over": _OVER, "taken": _TAKEN}


def act(
    s: Session, survey_id: str, act: str, at: datetime, now: datetime, *, id: str, by: str,
    how: answering.How = "link", **data: Any,
) -> Acted:  # fmt: skip
    """Carry out an act of `by` that was done at `at`, once per id. An act that cannot be made any
    more is kept with its reason, so that a phone never holds it back for ever. Raises `BadAct`,
    `NotFound`."""
    if act not in (*ACTS, *ANSWERS) or not ID.fullmatch(id):
        raise BadAct(f"there is no act {act!r} with this id")
    row = answering.locked(s, survey_id)
    before = s.get(SurveyActRow, (row.id, id))
    if before is not None:
        return Acted(id, before.result, _SENTENCES.get(before.result, _NOTHING))
    at = _placed(s, row, min(at, now))
    result, sentence = _carry_out(s, row, act, at, now, by, how, data)
    s.add(
        SurveyActRow(
            survey_id=row.id, id=id, seq=next_seq(s, SurveyActRow, row.id), act=act, by=by, at=at,
            received=now, result=result, data=seal_data(s, _owner(s, row), data),
        )
    )  # fmt: skip
    s.flush()
    return Acted(id, result, sentence)


def _placed(s: Session, row: SurveyRow, at: datetime) -> datetime:
    """The time of an act in the claim's journal, which goes forward only."""
    last = claim_journal.journal(s, row.claim_number)[-1].at
    return max(at, last)


def _carry_out(
    s: Session, row: SurveyRow, act: str, at: datetime, now: datetime, by: str, how: answering.How,
    data: Mapping[str, Any],
) -> tuple[str, Mapping[str, str]]:  # fmt: skip
    if act in ("accepted", "declined"):
        told = (answering.accept if act == "accepted" else answering.decline)(
            s, row.id, by, now, how
        )
        result = "done" if told.answer == act else told.answer
        return result, _SENTENCES.get(result, _NOTHING)
    if row.surveyor != by:
        result = "over" if row.state == "over" else "taken"
        return result, _SENTENCES[result]
    if row.state == "over" and act not in _BEHIND:
        return "over", _OVER
    state = claim_journal.state(s, row.claim_number)
    if state.survey in _BEHIND.get(act, ()):
        return "already", _NOTHING
    try:
        if act == "given_up":
            _given_up(s, row, Actor(by, "surveyor"), at, now, data)
        else:
            ACTS[act](s, row, Actor(by, "surveyor"), at, data)
    except IllegalMove as refused:
        return "refused", refused.sentence
    return "done", _NOTHING


def _left(s: Session, row: SurveyRow, by: Actor, at: datetime, data: Mapping[str, Any]) -> None:
    move(s, row.claim_number, "surveyor_left", by, at)


def _arrived(s: Session, row: SurveyRow, by: Actor, at: datetime, data: Mapping[str, Any]) -> None:
    place = {name: str(data[name])[:80] for name in ("lat", "lon", "near") if data.get(name)}
    move(s, row.claim_number, "surveyor_arrived", by, at, **place)
    kept(s, row, COMES, at)


def _called(s: Session, row: SurveyRow, by: Actor, at: datetime, data: Mapping[str, Any]) -> None:
    move(s, row.claim_number, "customer_called", by, at)


def _line(s: Session, row: SurveyRow, by: Actor, at: datetime, data: Mapping[str, Any]) -> None:
    """Put one line of the assessment down, or change or take out the one with this id."""
    id, work = str(data.get("line", "")), str(data.get("work", ""))
    part, value = str(data.get("part", ""))[:120].strip(), amount(data.get("amount") or 0)
    if not ID.fullmatch(id) or work not in WORKS or value is None or (work and not part):
        raise IllegalMove(
            "line",
            "这一行要有配件、修或换、金额。",
            "A line needs a part, repair or replace, a sum.",
        )
    there = s.get(SurveyLineRow, (row.id, id))
    if there is None:
        there = SurveyLineRow(
            survey_id=row.id, id=id, seq=next_seq(s, SurveyLineRow, row.id), work="", amount="0"
        )
        s.add(there)
    there.part = seal(s, _owner(s, row), part)
    there.work, there.amount = work, str(value)
    s.flush()


def _done(s: Session, row: SurveyRow, by: Actor, at: datetime, data: Mapping[str, Any]) -> None:
    """The survey is done; a simple claim is assessed with it."""
    found = lines(s, row.id)
    given: dict[str, Any] = {"amount": str(total(found))} if found else {}
    given |= {"note": str(data["note"])[:500]} if data.get("note") else {}
    move(s, row.claim_number, "loss_surveyed", by, at, **given)
    for each in tasks.listing(s, about=row.claim_number):
        if each.kind == TO_ASSESS:
            tasks.done(s, each.id, at, by.name)
    simple_claims.judge(s, row.claim_number, at)
    if found and claim_journal.state(s, row.claim_number).simple is not None:
        amount_ = str(total(found))
        move(s, row.claim_number, "loss_assessed_at_once", by, at, amount=amount_)
        end(s, row, "done", at)


def _assessed(s: Session, row: SurveyRow, by: Actor, at: datetime, data: Mapping[str, Any]) -> None:
    found = lines(s, row.id)
    if not found:
        raise IllegalMove(
            "lines", "还没有定损明细。", "The assessment has no line yet."
        )  # fmt: skip
    move(s, row.claim_number, "loss_assessed", by, at, amount=str(total(found)))
    end(s, row, "done", at)


def _given_up(
    s: Session, row: SurveyRow, by: Actor, at: datetime, now: datetime, data: Mapping[str, Any]
) -> None:
    """He cannot do it after all: the reason is kept, and others are asked."""
    reason = str(data.get("reason", ""))[:300].strip()
    if row.kind == VISIT:
        move(s, row.claim_number, "survey_called_off", by, at, reason=reason)
    row.state, row.surveyor, row.accepted = "offered", None, None
    for each in offer_rows(s, row.id):
        if each.surveyor == by.name:
            each.state = "declined"
    look(s, row, now)


def _visit(s: Session, row: SurveyRow, by: Actor, at: datetime, data: Mapping[str, Any]) -> None:
    """The photos are not enough: he drives there himself."""
    if row.kind != PHOTOS:
        return
    row.kind = VISIT
    move(s, row.claim_number, "survey_dispatched", Actor("system", "system"), at, surveyor=by.name)
    move(s, row.claim_number, "survey_accepted", by, at, how="link")


Does = Callable[[Session, SurveyRow, Actor, datetime, Mapping[str, Any]], None]
ACTS: Mapping[str, Does] = {
    "left": _left, "arrived": _arrived, "called": _called, "line": _line, "done": _done,
    "assessed": _assessed, "visit": _visit,
}  # fmt: skip
"""What moves the claim or its assessment; beside it a phone sends answers and photos."""
ANSWERS = ("accepted", "declined", "given_up")


def end(s: Session, row: SurveyRow, outcome: str, now: datetime) -> None:
    """The survey is over; its page says so, its links open nothing else."""
    row.state, row.outcome, row.closed = "over", outcome, now
    s.flush()


def _owner(s: Session, row: SurveyRow) -> str:
    return claim_journal.owner(claim_journal.locked(s, row.claim_number))
