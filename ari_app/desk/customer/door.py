"""Opens a customer's link and paints what is behind it."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

import aiohttp_jinja2
from aiohttp import web
from aiohttp.typedefs import Handler

from ari_app.desk.keys import ASSETS, SETTINGS, STORE
from ari_app.desk.link_door import NothingThere, behind, locale_for
from ari_app.desk.locales import Locale
from claims_store import links, preferences, standing
from claims_store.links import Link
from claims_store.rules.contacting import Wants
from claims_store.standing import Standing
from claims_store.store import Session

KNOWN = "claimline_known"
"""The cookie of a browser whose owner has said the last four digits of his number."""


@dataclass(frozen=True, slots=True)
class Visit:
    """An open link. `phone` is the number by which its owner is written to."""

    token: str
    link: Link
    standing: Standing
    wants: Wants
    locale: Locale
    known: bool

    @property
    def base(self) -> str:
        return links.path("claim", self.token)

    @property
    def phone(self) -> str:
        return self.link.whom or self.standing.phone


Make = Callable[[web.Request, Visit], Awaitable[web.StreamResponse]]


def opened(make: Make) -> Handler:
    """A handler out of one that is given what the link opens."""

    @wraps(make)
    async def handler(request: web.Request) -> web.StreamResponse:
        try:
            link, stands, wants = await behind(request, _look)
        except NothingThere as shut:
            return _closed(request, shut.status)
        token = request.match_info["token"]
        locale = locale_for(request, wants.language or stands.language)
        visit = Visit(token, link, stands, wants, locale, _is_known(request, token, link))
        return await make(request, visit)

    return handler


def painted(
    request: web.Request,
    locale: Locale,
    template: str,
    values: Mapping[str, Any],
    status: int = 200,
) -> web.Response:
    """A page of the customer's."""
    settings = request.app[SETTINGS]
    given = {
        "t": locale.say, "lang": locale.language, "asset": request.app[ASSETS].url,
        "house": locale.of(settings.name), "here": request.path, "back": "", "wrong": "",
    }  # fmt: skip
    name = f"customer/{template}"
    return aiohttp_jinja2.render_template(name, request, given | dict(values), status=status)


def shown(
    request: web.Request, visit: Visit, template: str, values: Mapping[str, Any], status: int = 200
) -> web.Response:
    """A page below the claim's own."""
    given = {"base": visit.base, "back": visit.base, "here": request.path, **values}
    return painted(request, visit.locale, template, given, status)


def back_to(visit: Visit, told: str = "") -> web.Response:
    """To the claim, with what was done."""
    query = f"?told={told}" if told else ""
    return web.Response(status=303, headers={"Location": visit.base + query})


def remember(request: web.Request, visit: Visit, response: web.StreamResponse) -> None:
    """This browser's owner has shown who he is: it is not asked again while the link lives."""
    left = int((visit.link.until - visit.locale.now).total_seconds())
    response.set_cookie(
        KNOWN, _mark(request, visit.token, visit.link), max_age=left, path=visit.base,
        httponly=True, samesite="Lax", secure=request.app[SETTINGS].public_url[:6] == "https:",
    )  # fmt: skip


def _is_known(request: web.Request, token: str, link: Link) -> bool:
    said = request.cookies.get(KNOWN, "").encode("utf-8", "replace")
    return hmac.compare_digest(said, _mark(request, token, link).encode())


def _mark(request: web.Request, token: str, link: Link) -> str:
    vault = request.app[STORE].vault
    return vault.index(f"known\0{token.lower()}\0{link.until.isoformat()}")


def _look(s: Session, token: str, now: datetime) -> tuple[Link, Standing, Wants]:
    link = links.open_link(s, token, now, "claim")
    stands = standing.of(s, link.about, now)
    return link, stands, preferences.of(s, link.whom or stands.phone)


def _closed(request: web.Request, status: int) -> web.Response:
    """Nothing is behind this link; what to do instead."""
    return painted(request, locale_for(request), "closed.html", {"here": request.path[:80]}, status)
