"""The report, field by field: saved as it is typed, never overwritten unseen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from ari_app.desk import form as forms
from ari_app.desk.answers import body_of, flag_in, json_answer, number_in, plain, text_in
from ari_app.desk.floor import Change
from ari_app.desk.keys import FEED, PERSON, SETTINGS, STORE
from ari_app.desk.locales import Locale
from ari_app.desk.ownership import own_call, write_report
from ari_app.desk.pages import locale_of
from ari_app.desk.problems import Problem
from ari_app.desk.report_state import report_json
from ari_app.desk.typing_in import canonical
from claims_store import calls, reports, tasks
from claims_store.assessing import Answered
from claims_store.reports import ReportState
from claims_store.store import Session

FOLLOW_UP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Typed:
    """One PATCH: a field, what was typed, and the version it was typed over."""

    field: str
    value: str
    version: int


async def begin(request: web.Request) -> web.StreamResponse:
    """The report of one's own call; begun if there is none yet."""
    call_id = own_call(request)
    app, now = request.app, request.app[SETTINGS].now()
    number = await app[STORE].run(_begin, call_id, locale_of(request).language, now)
    app[FEED].tell(Change("call", call_id))
    return json_answer({"number": number}, status=201)


async def get(request: web.Request) -> web.StreamResponse:
    """One report."""
    return json_answer(report_json(await write_report(request), locale_of(request)))


async def patch(request: web.Request) -> web.StreamResponse:
    """{field, value, version}: `version` is the field's version the text was typed over, 0 for an
    empty field. 409 with the present value when somebody else wrote it meanwhile; 422 when the
    value cannot be read."""
    body = await body_of(request)
    typed = Typed(text_in(body, "field"), text_in(body, "value"), number_in(body, "version"))
    found, locale = await write_report(request), locale_of(request)
    value = canonical(found, typed.field, typed.value, locale)
    app, person = request.app, request[PERSON]
    problem = await app[STORE].run(
        _answer, found.number, typed, value, person.name, locale, found.call_id
    )
    if problem is not None:
        raise problem
    app[FEED].tell(Change("report", found.number))
    return json_answer(await _saved(request, found.number, typed.field, locale))


async def send(request: web.Request) -> web.StreamResponse:
    """{rest_later}: the caller has said what he had to say. Without `rest_later` nothing that the
    assignment needs may be missing; with it, what is missing becomes one task."""
    body = await body_of(request)
    rest_later = flag_in(body, "rest_later")
    found, locale = await write_report(request), locale_of(request)
    if not rest_later and found.level == "draft":
        raise Problem("still_missing", 409, extra={"missing": list(forms.missing(found))})
    await request.app[STORE].run(_send, found, locale.now)
    request.app[FEED].tell(Change("report", found.number))
    state = await request.app[STORE].run(reports.state, found.number)
    return json_answer(report_json(state, locale))


async def _saved(request: web.Request, number: str, field: str, locale: Locale) -> dict[str, Any]:
    state = await request.app[STORE].run(reports.state, number, locale.now)
    report = report_json(state, locale)
    return {
        "number": number,
        "field": field,
        "value": report["fields"][field]["value"] if field in report["fields"] else "",
        "version": report["fields"][field]["version"] if field in report["fields"] else 0,
        "level": state.level,
        "missing": report["missing"],
        "next_field": report["next_field"],
        "problems": report["problems"],
        "claim_number": state.claim_number,
        "saved_at": locale.clock(locale.now, seconds=True),
        "editable": True,
        "report": report,
    }


# What follows runs inside one transaction of the store.


def _begin(session: Session, call_id: str, language: str, now: datetime) -> str:
    call = calls.get(session, call_id)
    if call is None:
        raise Problem("no_record", 404, what=call_id)
    if call.report_number is not None:
        return call.report_number
    return reports.start(session, call_id, call.caller, call.language or language, now)


def _answer(
    session: Session,
    number: str,
    typed: Typed,
    value: str,
    by: str,
    locale: Locale,
    call_id: str | None,
) -> Problem | None:
    found = reports.state(session, number).values.get(typed.field)
    present = found.value if found else ""
    if typed.version != (found.version if found else 0) and present != value:
        return _other(found, typed.field, number, session, locale)
    reports.answer(
        session,
        number,
        typed.field,
        value,
        by=by,
        source="agent",
        at=locale.now,
        call_id=call_id,
    )
    return None


def _other(
    found: Answered | None, name: str, number: str, session: Session, locale: Locale
) -> Problem:
    state = reports.state(session, number)
    views = (each for section in forms.build(state, locale) for each in section.fields)
    shown = next((each.typed for each in views if each.name == name), "")
    current = {
        "value": found.value if found else "",
        "shown": shown,
        "version": found.version if found else 0,
        "by": found.by if found else "",
    }
    return Problem("other_value", 409, extra={"current": plain(current)}, by=current["by"])


def _send(session: Session, found: ReportState, now: datetime) -> None:
    reports.finish(session, found.number, now)
    if forms.missing(found):
        about = found.claim_number or found.number
        if not any(each.kind == "missing_items" for each in tasks.listing(session, about=about)):
            tasks.add(session, "missing_items", about, now, now + FOLLOW_UP)
