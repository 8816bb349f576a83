"""What an agent does, for the browser and for programs alike."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ari_app.desk.answers import body_of, flag_in, json_answer, text_in
from ari_app.desk.floor import Refused
from ari_app.desk.keys import FLOOR, PERSON, SETTINGS, STORE
from ari_app.desk.ownership import own_call, see_call
from ari_app.desk.pages import locale_of, work_of
from ari_app.desk.problems import Problem
from ari_app.desk.report_state import report_json, work_json
from ari_app.desk.work import Work
from claims_store import access
from claims_store.screens import ScreenPop

STATES = frozenset({"ready", "away", "offline"})


async def me(request: web.Request) -> web.StreamResponse:
    """Who is signed in, and as an agent in which state."""
    person = request[PERSON]
    agent = request.app[FLOOR].agent(person.name)
    return json_answer({"login": person.login, "role": person.role, "agent": agent})


async def set_state(request: web.Request) -> web.StreamResponse:
    """{state: ready | away | offline, reason?}: during a talk it is kept for afterwards."""
    body = await body_of(request)
    state = text_in(body, "state", longest=20)
    if state not in STATES:
        raise Problem("bad_value", 400, name="state")
    reason = text_in(body, "reason", longest=40) if body.get("reason") is not None else None
    await _agent(request)
    floor, name = request.app[FLOOR], request[PERSON].name
    try:
        await floor.set_state(name, state, reason)
    except Refused as refused:
        raise Problem(refused.code, 409) from None
    return json_answer(floor.agent(name))


async def offer(request: web.Request) -> web.StreamResponse:
    """The call that rings at this agent, with everything known of its caller; else null."""
    work = await _agent(request)
    if work.offer is None:
        return json_answer({"offer": None})
    return json_answer({"offer": work.offer, **_about(request, work)})


async def call(request: web.Request) -> web.StreamResponse:
    """The call this agent talks on or wraps up, with its report; else null."""
    work = await _agent(request)
    if work.talk is None:
        return json_answer({"call": None})
    return json_answer({"call": work.talk, "phase": work.phase, **_about(request, work)})


async def work(request: web.Request) -> web.StreamResponse:
    """What the report form shows now."""
    return json_answer(work_json(await _agent(request), locale_of(request)))


async def end_wrap_up(request: web.Request) -> web.StreamResponse:
    """Be ready at once."""
    await _agent(request)
    floor, name = request.app[FLOOR], request[PERSON].name
    try:
        await floor.end_wrap_up(name)
    except Refused as refused:
        raise Problem(refused.code, 409) from None
    return json_answer(floor.agent(name))


async def pause(request: web.Request) -> web.StreamResponse:
    """{on}: mute or resume every recorder of one's own call."""
    body = await body_of(request)
    on = flag_in(body, "on")
    call_id = own_call(request)
    try:
        await request.app[FLOOR].pause_recording(call_id, on, request[PERSON].name)
    except Refused as refused:
        raise Problem(refused.code, 409) from None
    return json_answer({"call_id": call_id, "paused": on})


async def reveal(request: web.Request) -> web.StreamResponse:
    """The caller's whole number; the look is logged with it."""
    found = await see_call(request)
    person, now = request[PERSON], request.app[SETTINGS].now()
    await request.app[STORE].run(access.log, person.login, "unmask", found.call_id, "phone", now)
    return json_answer({"value": locale_of(request).phone(found.caller, masked=False)})


async def _agent(request: web.Request) -> Work:
    found = await work_of(request)
    if found is None:
        raise Problem("no_agent", 403)
    return found


def _about(request: web.Request, found: Work) -> dict[str, Any]:
    locale = locale_of(request)
    report = report_json(found.report, locale) if found.report else None
    return {"caller": _caller(found.pop) if found.pop else None, "report": report}


def _caller(pop: ScreenPop) -> dict[str, Any]:
    customer = pop.customer
    return {
        "phone": pop.caller,
        "verified": pop.verified,
        "customer": {"id": customer.id, "name": customer.name, "language": customer.language}
        if customer
        else None,
        "policies": [
            {"number": each.number, "line": each.line, "plate": each.plate, "object": each.object}
            for each in pop.policies
        ],
        "open_claims": [each.number for each in pop.open_claims],
        "past_claims": [each.number for each in pop.past_claims],
        "calls_before": len(pop.previous_calls),
        "language": pop.call.language,
    }
