"""What people do with a claim at the desk: its moves, and promises made in a talk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from aiohttp import web

from ari_app.desk import move_forms
from ari_app.desk.answers import body_of, json_answer, text_in
from ari_app.desk.floor import Change
from ari_app.desk.keys import FEED, PERSON, STORE
from ari_app.desk.locales import Locale
from ari_app.desk.move_forms import Known
from ari_app.desk.ownership import eyes_of, own_call, see_claim
from ari_app.desk.pages import locale_of
from ari_app.desk.problems import Problem
from claims_store import calendar, calls, claims, clocks, people, promises, reports, seeing
from claims_store.calls import Call
from claims_store.claims import Claim
from claims_store.moves import move
from claims_store.reports import ReportState
from claims_store.rules import promising, stages
from claims_store.rules.fields import fields_of
from claims_store.rules.promising import Promised
from claims_store.rules.readings import read
from claims_store.rules.stages import MOVES, Actor, ClaimState, IllegalMove
from claims_store.seeing import Eyes
from claims_store.store import Session

MANY = 40
LONG = 2000


@dataclass(frozen=True, slots=True)
class ToAct:
    """What a claim's acts are made from. `chips` are times that may be promised; `hints` words of
    the report that read like a promise."""

    state: ClaimState
    by: Actor
    known: Known
    chips: tuple[datetime, ...]
    hints: tuple[Promised, ...]


async def make(request: web.Request) -> web.StreamResponse:
    """{move, data?}: move the claim. 409 with a sentence when that cannot be, 422 when a value
    cannot be read."""
    body = await body_of(request)
    event = text_in(body, "move", longest=40)
    given = body.get("data", {})
    if event not in MOVES or not isinstance(given, dict):
        raise Problem("bad_value", 400, name="move" if event not in MOVES else "data")
    claim, locale = await see_claim(request), locale_of(request)
    args = (claim, request[PERSON].login, event, given, locale)
    try:
        after = await request.app[STORE].run(_move, *args)
    except IllegalMove as refused:
        raise cannot(refused, locale) from None
    _tell(request, claim.number, after.merged_into)
    return json_answer({
        "number": claim.number, "move": event, "stage": after.stage, "survey": after.survey,
        "documents": after.documents, "promised_at": after.promised_at,
    })  # fmt: skip


async def promise(request: web.Request) -> web.StreamResponse:
    """{about, due}: promise a call in one's own talk, about its report or a claim of the caller.
    `due` is a time as people type it."""
    call_id = own_call(request)
    body = await body_of(request)
    about, locale = text_in(body, "about", longest=20), locale_of(request)
    due = due_in(text_in(body, "due", longest=60), locale)
    who = (eyes_of(request), request[PERSON].login)
    try:
        await request.app[STORE].run(_promise, call_id, about, due, who, locale.now)
    except IllegalMove as refused:
        raise cannot(refused, locale) from None
    _tell(request, about)
    request.app[FEED].tell(Change("call", call_id))
    return json_answer({"about": about, "due": due, "said": locale.moment(due)}, status=201)


def cannot(refused: IllegalMove, locale: Locale) -> Problem:
    """A move that the table refuses, as the desk says it."""
    return Problem("not_now", 409, extra={"refused": refused.code},
                   sentence=locale.of(refused.sentence))  # fmt: skip


def due_in(text: str, locale: Locale) -> datetime:
    """When something typed is due; raises Problem for what is no time ahead."""
    for language in (locale.language, "zh", "en"):
        found = promising.read_due(text, language, locale.now, locale.zone)
        if found is not None:
            return found
    raise Problem("unread_due", 422)


def calls_of(session: Session, claim: Claim) -> list[Call]:
    """The calls about a claim and about those merged into it, oldest first."""
    found = [calls.of_report(session, each) for each in claims.reports_of(session, claim.number)]
    return sorted((call for some in found for call in some), key=lambda each: each.started)


def to_act(session: Session, claim: Claim, login: str, now: datetime) -> ToAct:
    """Inside one transaction: everything that acts on a claim are made from."""
    number = claim.report_number
    open_promises = [
        each for each in clocks.of(session, claim.number)
        if each.kind == "call" and each.state == "open"
    ]  # fmt: skip
    report = reports.state(session, number) if number else None
    return ToAct(
        claims.state_of(session, claim.number),
        _actor(session, login),
        Known(people.staff(session), calls_of(session, claim), open_promises),
        chips(session, now),
        hints(report, now, session.info["zone"]) if not open_promises else (),
    )


def chips(session: Session, now: datetime) -> tuple[datetime, ...]:
    """The next times that may be promised in the handlers' hours."""
    return promising.sensible(calendar.office(session, now), now)


def hints(report: ReportState | None, now: datetime, zone: tzinfo) -> tuple[Promised, ...]:
    """What in the report's free words reads like a promise: offered, never made by itself."""
    if report is None:
        return ()
    rows = [row for row in fields_of(report.line or "") if row.kind == "text"]
    said = [report.values[row.name] for row in rows if row.name in report.values]
    found = [promising.promised(a.value, report.language, a.at, zone) for a in said]
    return tuple(each for each in found if each is not None and each.due > now)


def _tell(request: web.Request, *numbers: str | None) -> None:
    for number in filter(None, numbers):
        request.app[FEED].tell(Change("report" if number.startswith("BA") else "claim", number))
    request.app[FEED].tell(Change("task", ""))


# What follows runs inside one transaction of the store.


def _actor(session: Session, login: str) -> Actor:
    found = people.actor(session, login)
    if found is None:
        raise Problem("no_access", 403)
    return found


def _move(
    session: Session, claim: Claim, login: str, event: str, given: Mapping[str, Any], locale: Locale
) -> ClaimState:
    found = to_act(session, claim, login, locale.now)
    if (refused := stages.refusal(found.state, event, found.by)) is not None:
        raise refused
    data = _values(event, given, found.known, locale)
    return move(session, claim.number, event, found.by, locale.now, **data)


def _values(
    event: str, given: Mapping[str, Any], known: Known, locale: Locale
) -> dict[str, object]:
    """What came with a move, read as each value is given; an empty one is left out."""
    strange = set(given) - set(move_forms.inputs_of(event))
    if strange:
        raise Problem("bad_value", 400, name=sorted(strange)[0][:40])
    read_ = {name: _value(name, value, known, locale) for name, value in given.items()}
    return {name: value for name, value in read_.items() if value not in ("", [])}


def _value(name: str, value: object, known: Known, locale: Locale) -> object:
    widget = move_forms.widget(name)
    if widget in move_forms.LISTS:
        return _several(name, value)
    if not isinstance(value, str) or len(value) > LONG or "\0" in value:
        raise Problem("bad_value", 400, name=name)
    text = value.strip()
    if not text:
        return ""
    if widget == "time":
        return due_in(text, locale)
    if widget == "amount":
        return _amount(name, text, locale)
    allowed = [code for code, _ in move_forms.choices(name, known, locale)]
    if widget not in ("text", "long") and text not in allowed:
        raise Problem("bad_value", 400, name=name)
    return text.upper() if name == "into" else text


def _several(name: str, value: object) -> list[str]:
    if not isinstance(value, list) or len(value) > MANY:
        raise Problem("bad_value", 400, name=name)
    if not all(isinstance(each, str) and len(each) <= 120 for each in value):
        raise Problem("bad_value", 400, name=name)
    return [each.strip() for each in value if each.strip()]


def _amount(name: str, text: str, locale: Locale) -> str:
    for language in (locale.language, "zh", "en"):
        found = read("amount", text, language, locale.now, locale.zone)
        if found is not None:
            return found.value
    raise Problem("unread_amount", 422, title=locale.say(f"input.{name}"))


def _promise(
    session: Session, call_id: str, about: str, due: datetime, who: tuple[Eyes, str], now: datetime
) -> None:
    eyes, login = who
    claim = claims.by_number(session, about) or claims.by_report(session, about)
    if claim is not None and seeing.sees(session, eyes, claim.number):
        by = _actor(session, login)
        move(session, claim.number, "call_promised", by, now, due=due, heard_in=call_id)
        return
    call = calls.get(session, call_id)
    if call is None or call.report_number != about or claim is not None:
        raise Problem("not_your_claim", 403)
    promises.make(session, about, now, due)
