"""Which records a person may touch: all of a kind, or those of calls he took himself."""

from __future__ import annotations

from aiohttp import web

from ari_app.desk.keys import FLOOR, PERSON, STORE, Person
from ari_app.desk.permissions import Permission, may
from ari_app.desk.problems import Problem
from claims_store import calls, claims, reports
from claims_store.calls import Call
from claims_store.claims import Claim
from claims_store.errors import NotFound
from claims_store.reports import ReportState


def own_call(request: web.Request) -> str:
    """The call of the address, which has to be the one this person is on."""
    call_id, name = request.match_info["call_id"], request[PERSON].name
    talk = request.app[FLOOR].call_of(name)
    if talk is None or talk.call_id != call_id:
        raise Problem("not_your_call", 403)
    return call_id


async def see_call(request: web.Request, wide: Permission = Permission.CALLS_ALL) -> Call:
    """The call of the address, if this person may see it (with `wide`: any call)."""
    call_id, person = request.match_info["call_id"], request[PERSON]
    found = await request.app[STORE].run(calls.get, call_id)
    if found is None:
        raise NotFound("call", call_id)
    if not may(person.role, wide) and not _takes(request, person, found):
        raise Problem("not_your_call", 403)
    return found


async def write_report(request: web.Request) -> ReportState:
    """The report of the address, if this person may write in it."""
    number, person = request.match_info["number"], request[PERSON]
    found = await request.app[STORE].run(reports.state, number)
    if not may(person.role, Permission.REPORT_ALL):
        await _took_one(request, person, number)
    return found


async def see_claim(request: web.Request) -> Claim:
    """The claim of the address, if this person may see it."""
    number, person = request.match_info["number"], request[PERSON]
    found = await request.app[STORE].run(claims.by_number, number)
    if found is None:
        raise NotFound("claim", number)
    if not may(person.role, Permission.CLAIMS_ALL):
        await _took_one(request, person, found.report_number or "")
    return found


def _takes(request: web.Request, person: Person, call: Call) -> bool:
    floor = request.app[FLOOR]
    at = floor.offer_for(person.name) or floor.call_of(person.name)
    return call.agent == person.name or (at is not None and at.call_id == call.call_id)


async def _took_one(request: web.Request, person: Person, report: str) -> None:
    taken = await request.app[STORE].run(calls.of_report, report)
    if not any(_takes(request, person, call) for call in taken):
        raise Problem("not_your_report", 403)
