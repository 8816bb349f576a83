"""A surveyor says yes or no: by link, text message, key or at the desk. The first yes has it;
whoever says it after that is told so kindly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from claims_store import claim_journal, people
from claims_store.call_orders import CallOrder
from claims_store.moves import move
from claims_store.people import Staff
from claims_store.personal import phone
from claims_store.rules.stages import Actor, IllegalMove
from claims_store.surveys import telling
from claims_store.surveys.escalating import ARRANGED, end_tasks, kept
from claims_store.surveys.jobs import PHOTOS, offer_rows, row_of
from claims_store.surveys.sending import look, order_key, pass_on
from claims_store.tables import SurveyOfferRow, SurveyRow

How = Literal["link", "text", "key", "desk"]
Answer = Literal["accepted", "taken", "over", "declined"]
YES = frozenset("1 y yes ok okay 接 接单 接了 好 好的 行 可以 是 收到".split())
NO = frozenset("2 n no 不 不接 不行 不能 拒绝 没空 忙".split())
STILL = timedelta(hours=12)
"""How long a message may answer an offer."""
_WORDS = re.compile(r"[\s,，.。!！:：;；]+")


class Incoming(Protocol):
    """An incoming message, as far as it is read here."""

    @property
    def sender(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an answer: accepted, declined, taken (another one has it) or over."""

    answer: Answer
    survey_id: str


def accept(s: Session, survey_id: str, surveyor: str, now: datetime, how: How) -> Told:
    """He takes it, if he was asked and nobody has it; his own again is his still. Raises
    `NotFound`."""
    row = locked(s, survey_id)
    if row.state == "over":
        return Told("over", row.id)
    if row.surveyor is not None:
        return Told("accepted" if row.surveyor == surveyor else "taken", row.id)
    if surveyor not in {each.surveyor for each in offer_rows(s, row.id)}:
        return Told("taken", row.id)
    if row.kind != PHOTOS:
        try:
            move(s, row.claim_number, "survey_accepted", Actor(surveyor, "surveyor"), now, how=how)
        except IllegalMove:
            return Told("over", row.id)
    take(s, row, surveyor, now, how)
    return Told("accepted", row.id)


def take(s: Session, row: SurveyRow, surveyor: str, now: datetime, how: How) -> None:
    """Write down who has it; nobody else is asked any more."""
    row.state, row.surveyor, row.accepted = "accepted", surveyor, now
    asked = offer_rows(s, row.id)
    mine = next(each for each in reversed(asked) if each.surveyor == surveyor)
    for each in asked:
        if each is not mine and each.state in ("open", "passed"):
            pass_on(s, row, each, "gone", now)
    pass_on(s, row, mine, "accepted", now)
    mine.answered, mine.how = now, how
    end_tasks(s, row, now, surveyor)
    if row.slot is None:
        kept(s, row, ARRANGED, now)
    s.flush()


def decline(s: Session, survey_id: str, surveyor: str, now: datetime, how: How) -> Told:
    """He does not take it: the next one is asked at once. Raises `NotFound`."""
    row = locked(s, survey_id)
    if row.state != "offered":
        return Told("over" if row.state == "over" else "taken", row.id)
    mine = [e for e in offer_rows(s, row.id) if e.surveyor == surveyor and e.state != "declined"]
    if not mine:
        return Told("declined", row.id)
    waited = mine[-1].state == "open"
    pass_on(s, row, mine[-1], "declined", now)
    mine[-1].answered, mine[-1].how = now, how
    s.flush()
    if waited and row.kind != PHOTOS and row.step != "instead":
        look(s, row, now)
    return Told("declined", row.id)


def answered_by_text(s: Session, incoming: Incoming, now: datetime) -> bool:
    """Whether a message was a surveyor's answer to an offer, and then: carry it out. "1 0317" names
    the survey by the last digits of its claim; a bare "1" means the one that he was asked last."""
    yes, wanted = read_answer(incoming.text)
    member = None if yes is None else _surveyor(s, incoming.sender)
    if member is None:
        return False
    offer = _asked(s, member.name, wanted, now)
    if offer is None:
        return False
    if yes:
        _tell(s, accept(s, offer.survey_id, member.name, now, "text"), member, now)
    else:
        decline(s, offer.survey_id, member.name, now, "text")
    return True


def read_answer(text: str) -> tuple[bool | None, str]:
    """Yes, no or neither, and the digits that name a survey."""
    words = [each for each in _WORDS.split(text.strip().casefold()) if each]
    if not words or len(words) > 2:
        return None, ""
    wanted = words[1] if len(words) == 2 else ""
    if wanted and not re.fullmatch(r"[0-9]{4}", wanted):
        return None, ""
    return (True if words[0] in YES else False if words[0] in NO else None), wanted


def answered_by_key(s: Session, order: CallOrder, now: datetime) -> None:
    """The call about an offer is over: he took it, did not, or was not there."""
    survey = str(order.values.get("survey", ""))
    found = [e for e in offer_rows(s, survey) if order_key(survey, e.seq) == order.key]
    member = people.member(s, found[0].surveyor) if found else None
    if member is None or order.outcome not in ("accepted", "declined"):
        return
    if order.outcome == "declined":
        decline(s, survey, member.name, now, "key")
    else:
        _tell(s, accept(s, survey, member.name, now, "key"), member, now)


def _tell(s: Session, told: Told, member: Staff, now: datetime) -> None:
    row = row_of(s, told.survey_id)
    if told.answer == "accepted":
        telling.confirmed(s, row, member, now)
    else:
        telling.gone(s, row, member.name, "survey_taken", now)


def locked(s: Session, survey_id: str) -> SurveyRow:
    """The survey, whose claim nobody else moves meanwhile."""
    row = row_of(s, survey_id)
    claim_journal.locked(s, row.claim_number)
    return row_of(s, survey_id, lock=True)


def _surveyor(s: Session, sender: str) -> Staff | None:
    number = phone(sender)
    found = [each for each in people.staff(s, "surveyor") if each.phone == number]
    return found[0] if found else None


def _asked(s: Session, name: str, wanted: str, now: datetime) -> SurveyOfferRow | None:
    """The offer that a message answers: one that waits yet, else the last one."""
    found = select(SurveyOfferRow).where(
        SurveyOfferRow.surveyor == name, SurveyOfferRow.at > now - STILL
    )
    rows = list(s.scalars(found.order_by(SurveyOfferRow.at.desc())))
    if wanted:
        rows = [each for each in rows if row_of(s, each.survey_id).claim_number.endswith(wanted)]
    waiting: list[Any] = [each for each in rows if each.state == "open"]
    return next(iter([*waiting, *rows]), None)
