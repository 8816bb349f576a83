"""What every answer carries, and what an acting request must carry (against forged requests)."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler
from yarl import URL

from ari_app.desk.keys import REQUEST, SETTINGS
from ari_app.desk.problems import Problem

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Server": "claimline",
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}
ON_THE_WAY = "camera=(), geolocation=(self), microphone=()"
"""For the surveyor's pages, below `/s/`: where he is when he arrives, if he lets us know."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


async def on_prepare(request: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on; pages and data are never kept by a cache unless they say so."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    if request.path.startswith("/s/"):
        response.headers["Permissions-Policy"] = ON_THE_WAY
    response.headers["X-Request-Id"] = request.get(REQUEST, "")
    response.headers.setdefault("Cache-Control", "no-store")
    if request.app[SETTINGS].https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"


@web.middleware
async def same_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse an acting request that another site made this browser send.

    Every browser of today names the site a request comes from; a program that is no browser
    sends neither header and carries no cookie it did not fetch itself.
    """
    if request.method not in _READING and not _is_ours(request):
        raise Problem("other_site", 403)
    return await handler(request)


def _is_ours(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or URL(origin).authority == request.host
