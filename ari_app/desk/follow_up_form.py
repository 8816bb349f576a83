"""The result of a follow-up call that a person made: the sheet with the plan's questions, and what
it sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from ari_app.desk.answers import body_of, flag_in, json_answer, text_in
from ari_app.desk.claim_acts import cannot
from ari_app.desk.floor import Change
from ari_app.desk.keys import FEED, PERSON, STORE
from ari_app.desk.locales import Locale
from ari_app.desk.ownership import see_claim
from ari_app.desk.pages import locale_of, page
from ari_app.desk.problems import Problem
from claims_store import follow_ups, people
from claims_store.errors import NotFound
from claims_store.rules.feedback import QUESTIONS, BadScore, check
from claims_store.rules.stages import IllegalMove
from claims_store.store import Session

LONG = 2000
REMARK, DECLINED = "remark", "declined"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the answers that it has."""

    name: str
    title: str
    scores: range


@page("follow_up.html")
async def sheet(request: web.Request) -> Mapping[str, Any]:
    """What to ask, and where it is written down."""
    claim, locale = await see_claim(request), locale_of(request)
    names = await request.app[STORE].run(_asked, claim.number)
    return {
        "claim": claim,
        "questions": [_question(name, locale) for name in names if name in QUESTIONS],
    }


async def record(request: web.Request) -> web.StreamResponse:
    """{QUESTION: score, ..., remark?}: what he said; {declined: true}: he does not want to be
    asked. 409 when no call is to be made."""
    claim, locale = await see_claim(request), locale_of(request)
    body = await body_of(request)
    declined = flag_in(body, DECLINED) if DECLINED in body else False
    scores, remark = ({}, "") if declined else _said(body)
    if not (declined or scores or remark):
        raise Problem("nothing_said", 422)
    args = (claim.number, request[PERSON].login, declined, scores, remark, locale.now)
    try:
        await request.app[STORE].run(_keep, *args)
    except IllegalMove as refused:
        raise cannot(refused, locale) from None
    request.app[FEED].tell(Change("task", ""))
    request.app[FEED].tell(Change("claim", claim.number))
    return json_answer({"claim": claim.number, "declined": declined})


def _said(body: Mapping[str, Any]) -> tuple[dict[str, int], str]:
    """The scores, typed or chosen, and what else he said."""
    remark = text_in(body, REMARK, longest=LONG).strip() if REMARK in body else ""
    given = {name: value for name, value in body.items() if name not in (REMARK, DECLINED)}
    scores = {name: _score(name, value) for name, value in given.items()}
    return scores, remark


def _score(name: str, value: object) -> int:
    score = int(value) if isinstance(value, str) and value in _DIGITS else value
    if not isinstance(score, int):
        raise Problem("bad_value", 400, name=name[:40])
    try:
        check({name: score})
    except BadScore:
        raise Problem("bad_value", 400, name=name[:40]) from None
    return score


_DIGITS = frozenset(map(str, range(11)))


def _question(name: str, locale: Locale) -> Asked:
    found = QUESTIONS[name]
    title = locale.of(found.title)
    return Asked(name, title[:1].upper() + title[1:], range(found.least, found.most + 1))


# What follows runs inside one transaction of the store.


def _asked(s: Session, claim: str) -> tuple[str, ...]:
    if not follow_ups.to_call(s, claim):
        raise Problem("no_follow_up", 409)
    return follow_ups.questions_now(s)


def _keep(
    s: Session, claim: str, login: str, declined: bool, scores: dict[str, int], remark: str,
    now: datetime,
) -> None:  # fmt: skip
    by = people.actor(s, login)
    if by is None:
        raise Problem("no_access", 403)
    try:
        if declined:
            follow_ups.decline(s, claim, by, now)
        else:
            follow_ups.record(s, claim, by, scores, remark, now)
    except NotFound:
        raise Problem("no_follow_up", 409) from None
