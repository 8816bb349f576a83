"""Default deny: a request passes only if its route names who may use it and the person may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from aiohttp_session import get_session

from ari_app.desk.keys import PERSON, STORE, Person
from ari_app.desk.language import language_of
from ari_app.desk.permissions import Permission, may
from ari_app.desk.problems import Problem
from claims_store import people


@dataclass(frozen=True, slots=True)
class Route:
    """One address: `need` is the permission it takes, None opens it to everybody. One of `uploads`
    reads its body itself, within limits of its own."""

    method: str
    path: str
    handler: Handler
    need: Permission | None
    uploads: bool = False


def middleware(needs: Mapping[web.AbstractRoute, Permission | None]) -> Middleware:
    """Hold every request against the routes that were added; what is not there does not exist."""

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        route = request.match_info.route
        known, need = route in needs, needs.get(route)
        person = await _person(request)
        if person is not None:
            request[PERSON] = person
        if known and need is None:
            return await handler(request)
        if person is None:
            return _to_sign_in(request)
        if known and need is not None and not may(person.role, need):
            raise Problem("no_access", 403)
        return await handler(request)

    return gate


async def _person(request: web.Request) -> Person | None:
    session = await get_session(request)
    login = session.get("login")
    if login is None:
        return None
    user = await request.app[STORE].run(people.by_login, login)
    if user is None or not user.active:
        return None
    title = user.title.get(language_of(request), "") or user.login
    return Person(user.login, user.role, user.person or user.login, title)


def _to_sign_in(request: web.Request) -> web.StreamResponse:
    if request.path.startswith("/api/") or request.method not in {"GET", "HEAD"}:
        raise Problem("signed_out", 401)
    back = "" if request.path == "/" else f"?to={quote(request.path_qs, safe='')}"
    raise web.HTTPSeeOther(f"/sign-in{back}")
