"""Opens a surveyor's link and counts wrong tries; all that can be wrong has one answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from aiohttp import web
from aiohttp.typedefs import Handler

from ari_app.desk import language as languages
from ari_app.desk.answers import json_answer
from ari_app.desk.customer.door import TRIES, painted
from ari_app.desk.keys import SETTINGS, STORE
from ari_app.desk.locales import Locale
from ari_app.desk.visitor import address_of
from ari_app.desk.words import LANGUAGES
from claims_store import links, people, surveys
from claims_store.errors import NotFound
from claims_store.links import LinkProblem
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
        tries, address = request.app[TRIES], address_of(request)
        if tries.spent(address):
            return _closed(request, 429)
        token, now = request.match_info["token"], request.app[SETTINGS].now()
        try:
            surveyor, found = await request.app[STORE].run(_look, token, now)
        except (LinkProblem, NotFound):
            tries.take(address)
            return _closed(request, 404)
        locale = _locale(request, language_of(surveyor))
        return await make(request, Visit(token.lower(), surveyor, found, locale))

    return handler


def _look(s: Session, token: str, now: datetime) -> tuple[Staff, Screen]:
    link = links.open_link(s, token, now, "survey")
    surveyor = people.member(s, link.whom)
    if surveyor is None:
        raise NotFound("surveyor", link.whom)
    return surveyor, surveys.screen(s, link.about, surveyor.name, surveyor.regions)


def _locale(request: web.Request, otherwise: str) -> Locale:
    settings = request.app[SETTINGS]
    chosen = request.cookies.get(languages.COOKIE, "")
    language = next((each for each in (chosen, otherwise) if each in LANGUAGES), settings.language)
    return Locale(language, settings.zone, settings.now())


def _closed(request: web.Request, status: int) -> web.StreamResponse:
    """Nothing is behind this link; a program hears so in its own way."""
    if (
        request.method != "GET"
        or "Sec-Fetch-Mode" in request.headers
        and (request.headers["Sec-Fetch-Mode"] != "navigate")
    ):
        return json_answer({"closed": True}, status=status)
    locale = _locale(request, languages.language_of(request))
    return painted(request, locale, "closed.html", {"here": request.path[:80]}, status)
