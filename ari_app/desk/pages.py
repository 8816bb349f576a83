"""Painting pages: what every template is given, and the two ways to answer with one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

import aiohttp_jinja2
from aiohttp import web
from aiohttp.typedefs import Handler

from ari_app.desk import bar as bars
from ari_app.desk.keys import ASSETS, FEED, FLOOR, PERSON, SETTINGS, STORE, Person
from ari_app.desk.language import language_of
from ari_app.desk.locales import Locale
from ari_app.desk.permissions import Permission, may
from ari_app.desk.words import group
from ari_app.desk.work import Work, load
from claims_store import people


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the left rail."""

    url: str
    word: str
    icon: str
    need: Permission
    here: bool = False


RAIL = (
    Entry("/desk", "rail.desk", "headset", Permission.TAKE_CALLS),
    Entry("/claims", "rail.claims", "file-text", Permission.CLAIMS_OWN),
    Entry("/tasks", "rail.tasks", "list-check", Permission.TASKS),
    Entry("/callbacks", "rail.callbacks", "phone-incoming", Permission.TASKS),
    Entry("/calls", "rail.calls", "history", Permission.CALLS_OWN),
    Entry("/complaints", "rail.complaints", "message", Permission.COMPLAINTS),
    Entry("/network", "rail.network", "phone-call", Permission.TRUNKS),
    Entry("/backlog", "rail.backlog", "hourglass", Permission.BACKLOG),
    Entry("/security/users", "rail.users", "users", Permission.USERS),
)

Maker = Callable[[web.Request], Awaitable[Mapping[str, Any] | web.StreamResponse]]
WORK = web.RequestKey("work", Work)


def locale_of(request: web.Request) -> Locale:
    """The request's language, the house's zone, and the present."""
    settings = request.app[SETTINGS]
    return Locale(language_of(request), settings.zone, settings.now())


def names_of(request: web.Request, locale: Locale) -> dict[str, str]:
    """Agents' names on screen."""
    return {each.login: locale.of(each.title) for each in request.app[FLOOR].agents()}


async def names_for(request: web.Request, locale: Locale) -> dict[str, str]:
    """Everybody's name on screen: agents', handlers' and surveyors'."""
    staff = await request.app[STORE].run(people.staff)
    named = {each.name: locale.of(each.title) for each in staff}
    return {**named, **names_of(request, locale)}


async def work_of(request: web.Request) -> Work | None:
    """The signed-in agent's work, loaded once a request."""
    if WORK in request:
        return request[WORK]
    person = request.get(PERSON)
    if person is None or not may(person.role, Permission.TAKE_CALLS):
        return None
    work = await load(request.app, person)
    if work is not None:
        request[WORK] = work
    return work


async def context(request: web.Request) -> dict[str, Any]:
    """What every template may use."""
    locale = locale_of(request)
    person: Person | None = request.get(PERSON)
    settings, assets = request.app[SETTINGS], request.app[ASSETS]
    work = await work_of(request)
    waiting = request.app[FLOOR].waiting()
    return {
        "t": locale.say,
        "lang": locale.language,
        "fmt": locale,
        "now": locale.now,
        "asset": assets.url,
        "house": locale.of(settings.name),
        "person": person,
        "may": lambda name: person is not None and may(person.role, Permission(name)),
        "rail": _rail(request, person),
        "feed_id": request.app[FEED].last,
        "late": settings.late(),
        "alarms": settings.alarms() if person else (),
        "bar": bars.build(work, waiting, locale) if work else None,
        "lost_trunks": _lost(request, person),
        "js_words": group("js.", locale.language),
    }


async def render(
    request: web.Request,
    template: str,
    values: Mapping[str, Any],
    *,
    status: int = 200,
    plain: bool = False,
) -> web.Response:
    """A template as an answer; `plain` leaves out everything that would ask the store."""
    if plain and PERSON in request:
        del request[PERSON]
    given = {**await context(request), **values}
    return aiohttp_jinja2.render_template(template, request, given, status=status)


def page(template: str) -> Callable[[Maker], Handler]:
    """A handler out of a function that returns what its template is given, or an answer."""

    def wrap(make: Maker) -> Handler:
        @wraps(make)
        async def handler(request: web.Request) -> web.StreamResponse:
            made = await make(request)
            return (
                made
                if isinstance(made, web.StreamResponse)
                else await render(request, template, made)
            )

        return handler

    return wrap


async def alarms(request: web.Request) -> web.StreamResponse:
    """What is wrong now, for a page that is open."""
    return await render(request, "alarms.html", {})


def _lost(request: web.Request, person: Person | None) -> list[str]:
    """Trunks that have to be told of on every page of those who can do something about it."""
    if person is None or not may(person.role, Permission.TRUNKS):
        return []
    return [trunk.name for trunk in request.app[FLOOR].trunks() if trunk.alarm]


def _rail(request: web.Request, person: Person | None) -> list[Entry]:
    role = person.role if person else ""
    on_floor = person is not None and request.app[FLOOR].agent(person.name) is not None
    return [
        Entry(each.url, each.word, each.icon, each.need, _is_at(request.path, each.url))
        for each in RAIL
        if may(role, each.need) and (on_floor or each.url != "/desk")
    ]


def _is_at(path: str, url: str) -> bool:
    return path == url or path.startswith(url + "/")
