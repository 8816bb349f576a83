"""Calls that people place with one click: their own phone rings first, then the customer's."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from ari_app.desk.answers import body_of, json_answer, number_in, text_in
from ari_app.desk.keys import FLOOR, PERSON, STORE
from ari_app.desk.ownership import eyes_of
from ari_app.desk.pages import locale_of
from ari_app.desk.problems import Problem
from ari_app.desk.task_pages import callbacks_for
from claims_store import call_orders, claims, complaints, contacts, people, seeing
from claims_store.errors import NotFound
from claims_store.seeing import Eyes
from claims_store.store import Session

TWICE_S = 15
"""Seconds within which the same click is one call."""


@dataclass(frozen=True, slots=True)
class Called:
    """Whom to call about what."""

    about: str
    number: str


async def place(request: web.Request) -> web.StreamResponse:
    """{about} or {callback}: call the customer of a claim or report, or who is to be rung back.
    The call is announced and recorded like any other."""
    body = await body_of(request)
    first = await _own_phone(request)
    if "callback" in body:
        called = await _of_callback(request, number_in(body, "callback"))
    else:
        about = text_in(body, "about", longest=20)
        called = await request.app[STORE].run(_of, eyes_of(request), about)
    if not called.number:
        raise Problem("no_number", 409)
    person, now = request[PERSON], locale_of(request).now
    key = f"connect:{person.name}:{called.about}:{int(now.timestamp()) // TWICE_S}"
    args = (key, first, called.number, now)
    await request.app[STORE].run(call_orders.connect, *args, about=called.about, by=person.name)
    return json_answer({"key": key, "about": called.about, "rings": first}, status=202)


async def _own_phone(request: web.Request) -> str:
    """The phone that rings first: the desk phone, else the one in the list of staff."""
    agent = request.app[FLOOR].agent(request[PERSON].name)
    if agent is not None:
        return agent.phone
    member = await request.app[STORE].run(people.member, request[PERSON].name)
    if member is None or not member.phone:
        raise Problem("no_phone", 409)
    return member.phone


async def _of_callback(request: web.Request, id: int) -> Called:
    for each in await callbacks_for(request):
        if each.id == id:
            return Called(each.call_id, each.phone)
    raise NotFound("callback", id)


def _of(session: Session, eyes: Eyes, about: str) -> Called:
    """Inside one transaction of the store."""
    complaint = complaints.get(session, about)
    if complaint is not None:
        if not complaints.may_see(session, about, eyes.name):
            raise Problem("your_own_complaint", 403)
    elif not (seeing.sees(session, eyes, about) or seeing.sees_report(session, eyes, about)):
        raise Problem("not_your_claim", 403)
    claim = claims.by_report(session, about)
    return Called(claim.number if claim else about, contacts.number_of(session, about))
