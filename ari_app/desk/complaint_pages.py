"""Complaints at the desk: the list, the page of one, and its moves. Whoever is concerned sees
neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from ari_app.desk import looks
from ari_app.desk.answers import body_of, json_answer, text_in
from ari_app.desk.claim_acts import cannot
from ari_app.desk.floor import Change
from ari_app.desk.keys import FEED, PERSON, STORE
from ari_app.desk.locales import Locale
from ari_app.desk.pages import locale_of, names_for, page
from ari_app.desk.problems import Problem
from claims_store import clocks, complaints, people
from claims_store.clocks import Running
from claims_store.complaints import Complaint, Event
from claims_store.concerned import concerned, lookers
from claims_store.errors import NotFound
from claims_store.rules.complaints import MOVES, STAGES, ComplaintState, Known, offered
from claims_store.rules.feedback import DEPARTMENTS
from claims_store.rules.stages import IllegalMove
from claims_store.store import Session

LONG = 4000
LOOKS = {"drafted": "warn", "open": "accent", "answered": "ok"}


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything of one complaint; `offers` are the moves that this person may make now."""

    complaint: Complaint
    words: str
    number: str
    deadlines: list[Running]
    journal: list[Event]
    offers: tuple[str, ...]
    owners: tuple[str, ...]


@page("complaints.html")
async def complaints_page(request: web.Request) -> Mapping[str, Any]:
    """Open ones, the first due first; ?closed=1 those that are closed."""
    found, closed = await _listed(request)
    locale = locale_of(request)
    names = await names_for(request, locale)
    return {"rows": [_row(each, names, locale) for each in found], "closed": closed}


async def api_complaints(request: web.Request) -> web.StreamResponse:
    """The same as JSON."""
    found, _ = await _listed(request)
    return json_answer({"complaints": found})


@page("complaint.html")
async def complaint_page(request: web.Request) -> Mapping[str, Any]:
    """One complaint with its words, limits, journal, and what may be done."""
    seen = await _see(request)
    locale = locale_of(request)
    names = await names_for(request, locale)
    return {
        "row": _row(seen.complaint, names, locale),
        "words": seen.words,
        "has_number": bool(seen.number),
        "limits": [_limit(each, locale) for each in seen.deadlines],
        "events": [_event(each, names, locale) for each in reversed(seen.journal)],
        "forms": [_form(each, seen, names, locale) for each in seen.offers],
    }


async def move(request: web.Request) -> web.StreamResponse:
    """{move, data?}: move it. 409 with a sentence when that cannot be."""
    seen = await _see(request)
    body, locale = await body_of(request), locale_of(request)
    event, given = text_in(body, "move", longest=40), body.get("data", {})
    if event not in MOVES or not isinstance(given, dict):
        raise Problem("bad_value", 400, name="move" if event not in MOVES else "data")
    if strange := set(given) - set(MOVES[event].asks):
        raise Problem("bad_value", 400, name=sorted(strange)[0][:40])
    data = {name: text_in(given, name, longest=LONG).strip() for name in given}
    _check(data, seen)
    args = (seen.complaint.number, event, request[PERSON].login, data, locale.now)
    try:
        after = await request.app[STORE].run(_move, *args)
    except IllegalMove as refused:
        raise cannot(refused, locale) from None
    request.app[FEED].tell(Change("task", ""))
    answer = {"number": seen.complaint.number, "move": event, "stage": after.stage}
    return json_answer(answer | {"owner": after.owner})


def _check(data: Mapping[str, str], seen: Seen) -> None:
    """Values that are chosen are among the choices."""
    choices = {"owner": seen.owners, "department": tuple(DEPARTMENTS)}
    for name, allowed in choices.items():
        if name in data and data[name] not in allowed:
            raise Problem("bad_value", 400, name=name)


async def _listed(request: web.Request) -> tuple[list[Complaint], bool]:
    closed = request.query.get("closed") == "1"
    await looks.log(request, "list", "complaints")
    name = request[PERSON].name
    found = await request.app[STORE].run(complaints.listing, closed=closed, not_of=name)
    return found, closed


async def _see(request: web.Request) -> Seen:
    number, person = request.match_info["number"], request[PERSON]
    seen = await request.app[STORE].run(_gather, number, person.name, person.login)
    await looks.log(request, "complaint", number)
    return seen


def _row(each: Complaint, names: Mapping[str, str], locale: Locale) -> dict[str, Any]:
    late = each.due is not None and each.due <= locale.now and each.closed is None
    return {
        "number": each.number,
        "about": each.about,
        "has_claim": each.about.startswith("CL-"),
        "stage": locale.of(STAGES[each.stage]),
        "look": "bad" if late else LOOKS.get(each.stage, ""),
        "department": locale.of(DEPARTMENTS[each.department]),
        "way": locale.say(f"complaint_way.{each.way}"),
        "owner": names.get(each.owner or "", each.owner or "–"),
        "made": locale.moment(each.made),
        "due": locale.moment(each.due) if each.due else "–",
    }


def _limit(each: Running, locale: Locale) -> dict[str, str]:
    return {
        "title": locale.of(clocks.rule_of(each).title),
        "due": locale.moment(each.due) if each.due else "–",
        "state": locale.say(f"complaint_clock.{each.state}"),
        "look": "bad" if each.broken or each.state == "late" else "",
    }


def _event(each: Event, names: Mapping[str, str], locale: Locale) -> dict[str, str]:
    said = [each.data.get(name) for name in ("text", "reason", "owner", "department")]
    why = each.data.get("why") or []
    return {
        "at": locale.moment(each.at),
        "title": locale.of(MOVES[each.event].title),
        "by": names.get(each.by, each.by),
        "detail": " · ".join([*(str(one) for one in said if one), *map(str, why)]),
    }


def _form(event: str, seen: Seen, names: Mapping[str, str], locale: Locale) -> dict[str, Any]:
    chosen = {
        "owner": [(name, names.get(name, name)) for name in seen.owners],
        "department": [(name, locale.of(title)) for name, title in DEPARTMENTS.items()],
    }
    inputs = [
        {"name": name, "title": locale.say(f"complaint_input.{name}"), "choices": chosen.get(name)}
        for name in MOVES[event].asks
    ]
    return {"event": event, "title": locale.of(MOVES[event].title), "inputs": inputs}


# What follows runs inside one transaction of the store.


def _gather(s: Session, number: str, name: str, login: str) -> Seen:
    found = complaints.get(s, number)
    if found is None:
        raise NotFound("complaint", number)
    if not complaints.may_see(s, number, name):
        raise Problem("your_own_complaint", 403)
    by = people.actor(s, login)
    known = Known(concerned(s, found.about, found.call_id), complaints.law(s))
    state: ComplaintState = complaints.state(s, number)
    return Seen(
        found, complaints.words(s, number), complaints.contact(s, number)[0],
        [each for each in clocks.of(s, number) if each.state != "void"],
        complaints.journal(s, number), offered(state, by, known) if by else (),
        tuple(each for each in lookers(s) if each not in known.concerned),
    )  # fmt: skip


def _move(
    s: Session, number: str, event: str, login: str, data: Mapping[str, str], now: datetime
) -> ComplaintState:
    by = people.actor(s, login)
    if by is None:
        raise Problem("no_access", 403)
    return complaints.move(s, number, event, by, now, **data)
