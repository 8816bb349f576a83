"""The one stream of a browser: names of what moved, for this person's eyes only."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp_session import get_session
from aiohttp_sse import EventSourceResponse, sse_response

from ari_app.desk.feed import CLOSED, EVERYTHING, Inbox
from ari_app.desk.floor import Change
from ari_app.desk.keys import FEED, FLOOR, PERSON, SETTINGS, STORE, Person
from ari_app.desk.ownership import eyes_for
from ari_app.desk.permissions import Permission, may
from claims_store import people, seeing
from claims_store.errors import StoreAway

LOOK_AGAIN = 15.0


async def feed(request: web.Request) -> web.StreamResponse:
    """Names of what moved since Last-Event-ID (or ?after=), then as it moves."""
    after = request.headers.get("Last-Event-ID") or request.query.get("after") or None
    async with sse_response(request) as stream:
        with request.app[FEED].listen(after) as inbox:
            try:
                # The first word opens the browser's connection and tells it where it stands.
                await stream.send("here", id=after or request.app[FEED].last)
                await _send(request, stream, inbox)
            except ConnectionResetError:
                pass  # the browser has left
    return stream


async def _send(request: web.Request, stream: EventSourceResponse, inbox: Inbox) -> None:
    """Send until the feed closes, the browser leaves, or its session was ended: then the page is
    told to hide what it shows."""
    person, clock = request[PERSON], asyncio.get_running_loop().time
    look_at = clock() + LOOK_AGAIN
    while stream.is_connected():
        told = await inbox.next(max(0.0, look_at - clock()))
        if told is not None and told.change is CLOSED:
            return
        if told is None or told.change == Change("session", person.login):
            if await _is_out(request):
                return await stream.send("out", event="out")
            look_at = clock() + LOOK_AGAIN
        elif names := await _names(request.app, person, told.change):
            await stream.send(" ".join(names), id=told.id)


async def _is_out(request: web.Request) -> bool:
    token = str((await get_session(request)).identity)
    now = request.app[SETTINGS].now()
    try:
        return await request.app[STORE].run(people.session, token, now) is None
    except StoreAway:
        return False


async def _names(app: web.Application, person: Person, change: Change) -> list[str]:
    """The same as `names_for`; while it cannot be known whose it is, nobody hears of it: all fetch
    everything when the database is back."""
    try:
        return await names_for(app, person, change)
    except StoreAway:
        return []


async def names_for(app: web.Application, person: Person, change: Change) -> list[str]:
    """Which regions a change touches, of those that this person may see."""
    if change is EVERYTHING:
        return ["everything"]
    if change.kind == "late":
        return ["late"] if app[SETTINGS].late() else ["in_time", "everything"]
    if change.kind == "session":
        return []
    if change.kind == "alarm":
        return ["alarms"]
    if change.kind == "trunk":
        return ["alarms"] if may(person.role, Permission.TRUNKS) else []
    if change.kind == "agent":
        return ["me"] if change.key == person.name else []
    if change.kind == "waiting":
        return ["waiting"] if may(person.role, Permission.TAKE_CALLS) else []
    if change.kind == "call":
        return _call(app, person, change.key)
    if change.kind == "task":
        return ["tasks"] if may(person.role, Permission.TASKS) else []
    eyes, see = eyes_for(app, person.role, person.name), seeing.sees
    if change.kind == "report":
        see = seeing.sees_report
        # Reports move with every field that is typed: who is not on the call need not ask.
        if eyes.scope == "calls" and eyes.on_call is None:
            return []
    if await app[STORE].run(see, eyes, change.key):
        return [change.kind, f"{change.kind}:{change.key}", "claims"]
    return []


def _call(app: web.Application, person: Person, call_id: str) -> list[str]:
    floor = app[FLOOR]
    at = floor.offer_for(person.name) or floor.call_of(person.name)
    if at is not None and at.call_id == call_id:
        return ["me", "calls", f"call:{call_id}"]
    return ["calls", f"call:{call_id}"] if may(person.role, Permission.CALLS_ALL) else []
