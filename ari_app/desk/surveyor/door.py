"""Opens a surveyor's link."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from aiohttp import web
from aiohttp.typedefs import Handler

from ari_app.desk.answers import json_answer
from ari_app.desk.customer.door import painted
from ari_app.desk.link_door import NothingThere, behind, locale_for
from ari_app.desk.locales import Locale
from claims_store import links, people, surveys
from claims_store.errors import NotFound
from claims_store.people import Staff
from claims_store.store import Session
from claims_store.surveys import Screen
from claims_store.surveys.telling import language_of


@dataclass(frozen=True, slots=True)
class Visit:
    """An open link: who has it, and his survey."""

    token: str
    surveyor: Staff
    screen: Screen
    locale: Locale

    @property
    def base(self) -> str:
        return links.path("survey", self.token)


Make = Callable[[web.Request, Visit], Awaitable[web.StreamResponse]]


def opened(make: Make) -> Handler:
    """A handler out of one that is given what the link opens."""

    @wraps(make)
    async def handler(request: web.Request) -> web.StreamResponse:
        try:
            surveyor, found = await behind(request, _look)
        except NothingThere as shut:
            return _closed(request, shut.status)
        token, locale = request.match_info["token"], locale_for(request, language_of(surveyor))
        return await make(request, Visit(token.lower(), surveyor, found, locale))

    return handler


def _look(s: Session, token: str, now: datetime) -> tuple[Staff, Screen]:
    link = links.open_link(s, token, now, "survey")
    surveyor = people.member(s, link.whom)
    if surveyor is None:
        raise NotFound("surveyor", link.whom)
    return surveyor, surveys.screen(s, link.about, surveyor.name, surveyor.regions)


def _closed(request: web.Request, status: int) -> web.StreamResponse:
    """Nothing is behind this link; a program hears so in its own way."""
    if (
        request.method != "GET"
        or "Sec-Fetch-Mode" in request.headers
        and (request.headers["Sec-Fetch-Mode"] != "navigate")
    ):
        return json_answer({"closed": True}, status=status)
    return painted(request, locale_for(request), "closed.html", {"here": request.path[:80]}, status)
