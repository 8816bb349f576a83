"""Which records a person may touch: `claims_store.seeing` judges, by role and by whose they are."""

from __future__ import annotations

from aiohttp import web

from ari_app.desk.keys import FLOOR, PERSON, STORE
from ari_app.desk.permissions import Permission, may
from ari_app.desk.problems import Problem
from claims_store import calls, claims, reports, seeing
from claims_store.calls import Call
from claims_store.claims import Claim
from claims_store.errors import NotFound
from claims_store.reports import ReportState
from claims_store.seeing import Eyes, Scope


def eyes_of(request: web.Request) -> Eyes:
    """How far this person sees claims."""
    return eyes_for(request.app, request[PERSON].role, request[PERSON].name)


def eyes_for(app: web.Application, role: str, name: str) -> Eyes:
    """The same for somebody of this role."""
    scope: Scope = "none"
    if may(role, Permission.CLAIMS_ALL):
        scope = "all"
    elif may(role, Permission.CLAIMS_HANDLED):
        scope = "handled"
    elif may(role, Permission.CLAIMS_OWN):
        scope = "calls"
    at = app[FLOOR].offer_for(name) or app[FLOOR].call_of(name)
    return Eyes(name, scope, at.call_id if at else None)


def own_call(request: web.Request) -> str:
    """The call of the address, which has to be the one this person is on."""
    call_id, name = request.match_info["call_id"], request[PERSON].name
    talk = request.app[FLOOR].call_of(name)
    if talk is None or talk.call_id != call_id:
        raise Problem("not_your_call", 403)
    return call_id


async def see_call(request: web.Request, wide: Permission = Permission.CALLS_ALL) -> Call:
    """The call of the address, if this person may see it (with `wide`: any call)."""
    call_id = request.match_info["call_id"]
    found = await request.app[STORE].run(calls.get, call_id)
    if found is None:
        raise NotFound("call", call_id)
    if not may(request[PERSON].role, wide):
        eyes = narrowed(eyes_of(request))
        if not await request.app[STORE].run(seeing.sees_call, eyes, found):
            raise Problem("not_your_call", 403)
    return found


async def write_report(request: web.Request) -> ReportState:
    """The report of the address, if this person may write in it."""
    number = request.match_info["number"]
    found = await request.app[STORE].run(reports.state, number)
    eyes = narrowed(eyes_of(request))
    if not await request.app[STORE].run(seeing.sees_report, eyes, number):
        raise Problem("not_your_report", 403)
    return found


async def see_claim(request: web.Request) -> Claim:
    """The claim of the address, if this person may see it."""
    number = request.match_info["number"]
    found = await request.app[STORE].run(claims.by_number, number)
    if found is None:
        raise NotFound("claim", number)
    if not await request.app[STORE].run(seeing.sees, eyes_of(request), number):
        raise Problem("not_your_claim", 403)
    return found


def narrowed(eyes: Eyes) -> Eyes:
    """Who reads every claim neither hears nor writes everything: of that only what is his."""
    return Eyes(eyes.name, "calls", eyes.on_call) if eyes.scope == "all" else eyes
