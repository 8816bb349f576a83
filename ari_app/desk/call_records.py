"""The list of calls and the page of one: events, player, transcript, findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ari_app.desk import answers_view, looks
from ari_app.desk.answers import json_answer
from ari_app.desk.keys import PERSON, STORE
from ari_app.desk.listing import CallRow, call_rows, sheet_number
from ari_app.desk.locales import Locale
from ari_app.desk.ownership import eyes_of, narrowed, see_call
from ari_app.desk.pages import locale_of, names_of, page
from ari_app.desk.permissions import Permission, may
from ari_app.desk.timeline import events_of_call
from claims_store import (
    calls,
    customers,
    findings,
    recordings,
    reports,
    seeing,
    transcripts,
)
from claims_store.calls import Call
from claims_store.customers import Customer
from claims_store.recordings import Recording
from claims_store.reports import ReportState, Version
from claims_store.rules.findings import Finding
from claims_store.store import Session
from claims_store.transcripts import Heard


@page("calls.html")
async def calls_page(request: web.Request) -> Mapping[str, Any]:
    """50 calls, newest first."""
    rows, sheet = await _rows(request)
    locale = locale_of(request)
    names = names_of(request, locale)
    return {"rows": [_row(each, names, locale) for each in rows], "sheet": sheet}


async def api_calls(request: web.Request) -> web.StreamResponse:
    """The same as JSON, numbers masked: ?page=2 and so on."""
    rows, sheet = await _rows(request)
    locale = locale_of(request)
    found = [_brief(each, locale) for each in rows]
    return json_answer({"calls": found, "page": sheet.number, "more": sheet.more})


@page("call.html")
async def call_page(request: web.Request) -> Mapping[str, Any]:
    """One call with everything there is of it."""
    call = await see_call(request)
    locale = locale_of(request)
    names = names_of(request, locale)
    found = await request.app[STORE].run(_gather, call)
    report = found["report"]
    answers = (
        answers_view.build(
            report, {call.call_id: found["findings"]}, found["versions"], names, locale
        )
        if report
        else ()
    )
    await looks.log(request, "call", call.call_id)
    return {
        **found,
        "call": call,
        "events": events_of_call(found["events"], names, locale),
        "answers": answers,
        "open": answers_view.not_confirmed(answers),
        "agent": names.get(call.agent or "", call.agent or ""),
        "plays": await _plays(request, call),
        "outcome": locale.maybe(f"outcome.{call.outcome}", call.outcome or ""),
    }


async def api_call(request: web.Request) -> web.StreamResponse:
    """One call in the shape of `claimline calls show --json`, the caller's number masked."""
    call = await see_call(request)
    await looks.log(request, "call", call.call_id)
    shown = await request.app[STORE].run(calls.show, call.call_id)
    shown["caller"] = locale_of(request).phone(call.caller) if call.caller else ""
    return json_answer(shown)


async def _plays(request: web.Request, call: Call) -> bool:
    """Whether this person may hear the call: any, or what is his."""
    role = request[PERSON].role
    if may(role, Permission.PLAY_ALL):
        return True
    eyes = narrowed(eyes_of(request))
    mine = await request.app[STORE].run(seeing.sees_call, eyes, call)
    return mine and may(role, Permission.PLAY_OWN)


async def _rows(request: web.Request) -> tuple[list[CallRow], Any]:
    person = request[PERSON]
    await looks.log(request, "list", "calls")
    agent = None if may(person.role, Permission.CALLS_ALL) else person.name
    return await request.app[STORE].run(call_rows, sheet_number(request), agent)


def _row(row: CallRow, names: Mapping[str, str], locale: Locale) -> dict[str, str]:
    call = row.call
    number = locale.phone(call.caller) if call.caller else locale.say("who.withheld")
    return {
        "call_id": call.call_id,
        "when": locale.moment(call.started),
        "who": row.customer.name if row.customer else locale.say("who.nobody"),
        "number": number,
        "language": locale.maybe(f"language.{call.language}", "–"),
        "queue": call.queue or "–",
        "agent": names.get(call.agent or "", call.agent or "–"),
        "waited": locale.span(call.waited_s),
        "talk": locale.span(call.talk_s),
        "report": call.report_number or "–",
        "state": locale.maybe(f"outcome.{call.outcome}", call.outcome)
        if call.outcome
        else locale.maybe(f"call_stage.{call.stage}", call.stage),
    }


def _brief(row: CallRow, locale: Locale) -> dict[str, Any]:
    call = row.call
    return {
        "call_id": call.call_id,
        "started": call.started,
        "ended": call.ended,
        "caller": locale.phone(call.caller) if call.caller else "",
        "customer": row.customer.id if row.customer else None,
        "language": call.language,
        "stage": call.stage,
        "outcome": call.outcome,
        "queue": call.queue,
        "agent": call.agent,
        "waited_s": call.waited_s,
        "talk_s": call.talk_s,
        "report_number": call.report_number,
    }


def _gather(session: Session, call: Call) -> dict[str, Any]:
    """Everything the page needs, in one transaction."""
    customer: Customer | None = None
    if call.customer_id:
        customer = customers.get(session, call.customer_id)
    elif call.caller:
        customer = customers.by_phone(session, call.caller)
    report: ReportState | None = None
    found: list[Finding] = []
    versions: list[Version] = []
    if call.report_number:
        report = reports.state(session, call.report_number)
        found = findings.of_report(session, call.report_number, call.call_id)
        versions = reports.versions(session, call.report_number)
    recording: Recording | None = recordings.of_call(session, call.call_id)
    transcript: list[Heard] = transcripts.of_call(session, call.call_id)
    return {
        "customer": customer,
        "report": report,
        "findings": found,
        "versions": versions,
        "recording": recording,
        "transcript": transcript,
        "events": calls.events(session, call.call_id),
    }
