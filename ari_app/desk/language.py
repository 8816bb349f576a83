"""Which language a request is answered in: the person's choice, else what the browser asks for."""

from __future__ import annotations

from aiohttp import web

from ari_app.desk.words import LANGUAGES

COOKIE = "claimline_language"


def language_of(request: web.Request) -> str:
    """`zh` or `en`."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    accepted = request.headers.get("Accept-Language", "")
    for part in accepted.split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in LANGUAGES:
            return tag
    return default_of(request)


def default_of(request: web.Request) -> str:
    """The house's language, for a caller that names none."""
    from ari_app.desk.keys import SETTINGS

    return request.app[SETTINGS].language


def keep(response: web.StreamResponse, language: str, *, secure: bool) -> None:
    """Remember the choice in this browser."""
    response.set_cookie(
        COOKIE,
        language,
        max_age=400 * 86400,
        httponly=True,
        samesite="Lax",
        secure=secure,
    )
