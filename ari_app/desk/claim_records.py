"""The list of claims and the page of one: report, one timeline, what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ari_app.desk import answers_view, caller, claim_side, looks, move_forms, survey_block
from ari_app.desk.answers import json_answer
from ari_app.desk.claim_acts import calls_of, to_act
from ari_app.desk.keys import PERSON, STORE
from ari_app.desk.listing import ClaimRow, Sheet, claim_rows, sheet_number
from ari_app.desk.locales import Locale
from ari_app.desk.ownership import eyes_of, see_claim
from ari_app.desk.pages import locale_of, names_for, page, render
from ari_app.desk.permissions import Permission, may
from ari_app.desk.timeline import timeline
from claims_store import (
    assignment,
    claims,
    clocks,
    customers,
    findings,
    follow_ups,
    reports,
    tasks,
)
from claims_store.claims import Claim
from claims_store.reports import ReportState
from claims_store.rules.fields import field
from claims_store.rules.readings import say_text
from claims_store.rules.stages import FLAGS, SIX
from claims_store.store import Session


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the six stages on the line under the head: done, now or later."""

    word: str
    look: str
    note: str


@page("claims.html")
async def claims_page(request: web.Request) -> Mapping[str, Any]:
    """50 claims, newest first."""
    rows, sheet = await _rows(request)
    locale = locale_of(request)
    names = await names_for(request, locale)
    return {"rows": [_row(each, names, locale) for each in rows], "sheet": sheet}


async def api_claims(request: web.Request) -> web.StreamResponse:
    """The same as JSON: ?page=2 and so on."""
    rows, sheet = await _rows(request)
    found = [each.claim for each in rows]
    return json_answer({"claims": found, "page": sheet.number, "more": sheet.more})


@page("claim.html")
async def claim_page(request: web.Request) -> Mapping[str, Any]:
    """One claim with everything there is of it; the look is logged."""
    values = await _values(request)
    await looks.log(request, "claim", values["claim"].number)
    return values


async def claim_region(request: web.Request) -> web.StreamResponse:
    """The page's content alone, when something of it has moved."""
    return await render(request, "claim_body.html", await _values(request))


@page("moves.html")
async def moves_sheet(request: web.Request) -> Mapping[str, Any]:
    """The sheet of everything this person may do with the claim now; ?at=MOVE is opened."""
    claim = await see_claim(request)
    locale = locale_of(request)
    found = await request.app[STORE].run(to_act, claim, request[PERSON].login, locale.now)
    acts = move_forms.acts(found.state, found.by, found.known, locale)
    return {"claim": claim, "acts": acts, "at": request.query.get("at", ""), "chips": found.chips}


async def _values(request: web.Request) -> dict[str, Any]:
    claim = await see_claim(request)
    locale = locale_of(request)
    names = await names_for(request, locale)
    store = request.app[STORE]
    found = await store.run(_gather, claim)
    report, status = found["report"], found["status"]
    answers = (
        answers_view.build(report, found["findings"], found["versions"], names, locale)
        if report
        else ()
    )
    days = timeline(found["journal"], found["calls"], report, found["tasks"], names, locale)
    return {
        **found,
        **await _acts(request, claim, locale),
        **_side(found, names, locale),
        "claim": claim,
        "view": caller.claim(claim, locale),
        "what": _what(report, locale),
        "answers": answers,
        "open": answers_view.not_confirmed(answers),
        "days": days,
        "stages": stages(claim, status.progress, locale),
        "owner": names.get(claim.owner or "", claim.owner or ""),
        "next": locale.maybe(f"next.{status.next_step}", locale.say("next.person")),
        "plays": may(request[PERSON].role, Permission.PLAY_OWN),
    }


async def _acts(request: web.Request, claim: Claim, locale: Locale) -> dict[str, Any]:
    """The next act and the times that can be promised; nothing for those who only read."""
    if not may(request[PERSON].role, Permission.MOVE_CLAIMS):
        return {"acts": None, "chips": (), "hints": ()}
    found = await request.app[STORE].run(to_act, claim, request[PERSON].login, locale.now)
    acts = move_forms.acts(found.state, found.by, found.known, locale)
    return {
        "acts": acts,
        "chips": found.chips if claim.closed is None else (),
        "hints": found.hints,
    }


def _side(found: Mapping[str, Any], names: Mapping[str, str], locale: Locale) -> dict[str, Any]:
    rows, claim = found["clocks"], found["state"]
    return {
        "running": claim_side.running(rows, locale),
        "ended": claim_side.ended(rows, locale),
        "promises": claim_side.promises(rows, names, locale),
        "why": claim_side.why(found["why"], names, locale),
        "survey": survey_block.build(found["survey"], names, locale),
        "simple": claim_side.simple(claim.simple, locale),
        "proposed": names.get(claim.rejection_by or "", claim.rejection_by or ""),
        "flags": [locale.of(FLAGS[each]) for each in sorted(claim.flags) if each in FLAGS],
    }


async def api_claim(request: web.Request) -> web.StreamResponse:
    """One claim: where it stands, its journal, its report's number."""
    claim = await see_claim(request)
    store = request.app[STORE]
    status = await store.run(claims.status, claim.number)
    journal = await store.run(claims.journal, claim.number)
    running = await store.run(clocks.of, claim.number)
    await looks.log(request, "claim", claim.number)
    answer = {"claim": claim, "next_step": status.next_step, "missing": status.missing}
    return json_answer({**answer, "deadlines": running, "journal": journal})


def stages(claim: Claim, now: int, locale: Locale) -> tuple[Stage, ...]:
    """The six stages; so many are behind, the next is now."""
    made = []
    for place, name in enumerate(SIX):
        look = "done" if place < now else "now" if place == now else "later"
        note = locale.moment(claim.opened) if place == 0 else ""
        made.append(Stage(locale.say(f"six.{name}"), look, note))
    return tuple(made)


async def _rows(request: web.Request) -> tuple[list[ClaimRow], Sheet]:
    await looks.log(request, "list", "claims")
    return await request.app[STORE].run(claim_rows, sheet_number(request), eyes_of(request))


def _row(row: ClaimRow, names: Mapping[str, str], locale: Locale) -> dict[str, str]:
    claim = row.claim
    view = caller.claim(claim, locale)
    return {
        "number": claim.number,
        "who": row.customer.name if row.customer else locale.say("who.nobody"),
        "line": locale.maybe(f"line.{claim.line}", claim.line),
        "stage": view.stage,
        "look": view.look,
        "owner": names.get(claim.owner or "", claim.owner or "–"),
        "opened": locale.moment(claim.opened),
        "due": locale.moment(claim.promised_at) if claim.promised_at else "–",
    }


def _what(report: ReportState | None, locale: Locale) -> str:
    """What happened to what, for the head: kind of loss and plate."""
    if report is None:
        return ""
    parts = []
    kind, row = report.values.get("loss_kind"), field(report.line or "", "loss_kind")
    if kind and kind.value and row:
        parts.append(say_text(row.kind, kind.value, locale.language, row.choices))
    plate = report.values.get("plate")
    known = plate.value if plate else (report.policy.plate if report.policy else "")
    return locale.say("comma").join([*parts, *([locale.plate(known)] if known else [])])


def _gather(session: Session, claim: Claim) -> dict[str, Any]:
    """Everything the page needs, in one transaction."""
    number = claim.report_number
    taken = calls_of(session, claim)
    return {
        "customer": customers.get(session, claim.customer_id) if claim.customer_id else None,
        "report": reports.state(session, number) if number else None,
        "versions": reports.versions(session, number) if number else [],
        "calls": taken,
        "findings": {
            each.call_id: findings.of_report(session, number or "", each.call_id) for each in taken
        },
        "journal": claims.journal(session, claim.number),
        "state": claims.state_of(session, claim.number),
        "status": claims.status(session, claim.number),
        "clocks": clocks.of(session, claim.number),
        "follow_up": follow_ups.to_call(session, claim.number),
        "why": assignment.why(session, claim.number),
        "survey": survey_block.of_claim(session, claim.number),
        "tasks": [
            *tasks.listing(session, about=claim.number),
            *tasks.listing(session, about=claim.number, done=True),
        ],
    }
