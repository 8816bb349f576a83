"""The surveyor's page, its state for the page's script, and the list of his surveys."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from ari_app.desk.answers import json_answer
from ari_app.desk.keys import ASSETS, PERSON, SETTINGS, STORE
from ari_app.desk.locales import Locale
from ari_app.desk.pages import locale_of
from ari_app.desk.surveyor import view
from ari_app.desk.surveyor.door import Visit, opened
from ari_app.desk.words import group
from claims_store import links, people, surveys
from claims_store.store import Session
from claims_store.surveys import Screen

SHELL = ("css/surveyor.css", "js/surveyor.js", "js/surveyor_queue.js", "js/surveyor_store.js",
         "js/surveyor_job.js", "vendor/tabler-icons/icons.svg")  # fmt: skip
"""What the page needs without a network."""


@opened
async def survey(request: web.Request, visit: Visit) -> web.StreamResponse:
    """One survey: where, what, and the next act."""
    return painted(request, visit.locale, "job.html", values(request, visit))


@opened
async def state(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The survey as we have it, for a page that has sent something."""
    return json_answer(view.job(visit.screen, visit.locale))


async def worker(request: web.Request) -> web.StreamResponse:
    """The service worker: its address decides which pages it may answer for."""
    return request.app[ASSETS].plain("js/surveyor_worker.js")


async def jobs(request: web.Request) -> web.StreamResponse:
    """The signed-in surveyor's surveys, the first due first."""
    person, locale = request[PERSON], locale_of(request)
    found = await request.app[STORE].run(_jobs, person.name, locale.now)
    rows = [_row(screen, path, locale) for screen, path in found]
    return painted(request, locale, "jobs.html", {"rows": rows, "here": "/survey"})


def values(request: web.Request, visit: Visit) -> dict[str, Any]:
    screen, locale = visit.screen, visit.locale
    there = {each.shot for each in screen.photos}
    return {
        "base": visit.base, "here": visit.base, "screen": screen, "head": view.head(screen, locale),
        "place": view.place(screen, locale), "map": view.map_link(screen),
        "facts": view.facts(screen, locale), "steps": view.steps(screen, locale),
        "narrative": view.said(screen, "narrative", locale), "next": view.next_act(screen),
        "can_give_up": view.can_give_up(screen),
        "clip": screen.clip and _clip(request, screen.clip) is not None,
        "phone": locale.phone(screen.phone) if screen.phone else "",
        "due": locale.left(screen.due) if screen.due else "",
        "shots": [(each, each.name in there) for each in screen.shots],
        "total": locale.money(str(surveys.total(screen.lines))), "once": secrets.token_hex(8),
        "job": view.job(screen, locale), "shell": [request.app[ASSETS].url(e) for e in SHELL],
        "words": group("s.js.", locale.language),
    }  # fmt: skip


def clip_of(request: web.Request, screen: Screen) -> Path | None:
    """The sealed clip of what the caller told."""
    return _clip(request, screen.clip) if screen.clip else None


def _clip(request: web.Request, name: str) -> Path | None:
    root = request.app[SETTINGS].recordings.resolve()
    found = (root / f"{Path(name).stem}.sealed").resolve()
    return found if found.is_relative_to(root) and found.is_file() else None


def painted(
    request: web.Request, locale: Locale, template: str, given: Mapping[str, Any]
) -> web.Response:
    """A page of the surveyor's."""
    settings = request.app[SETTINGS]
    common = {
        "t": locale.say, "lang": locale.language, "asset": request.app[ASSETS].url,
        "house": locale.of(settings.name), "fmt": locale,
    }  # fmt: skip
    name = f"surveyor/{template}"
    return aiohttp_jinja2.render_template(name, request, common | dict(given))


def _jobs(s: Session, name: str, now: datetime) -> list[tuple[Screen, str]]:
    member = people.member(s, name)
    if member is None:
        return []
    found = []
    for each in surveys.listing(s, surveyor=name):
        token = links.make(s, "survey", each.id, now, whom=name)
        screen = surveys.screen(s, each.id, name, member.regions)
        found.append((screen, links.path("survey", token)))
    return sorted(found, key=lambda each: each[0].due or each[0].survey.opened)


def _row(screen: Screen, path: str, locale: Locale) -> dict[str, str]:
    return {
        "path": path, "head": view.head(screen, locale), "place": view.place(screen, locale),
        "state": locale.say(f"s.whose.{screen.whose}"), "number": screen.claim[-4:],
        "due": locale.left(screen.due) if screen.due else "",
        "look": "urgent" if screen.survey.urgent else screen.whose,
    }  # fmt: skip
