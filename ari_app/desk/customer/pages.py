"""The customer's claim, and everything that has happened to it."""

from __future__ import annotations

from aiohttp import web

from ari_app.desk.customer.door import Visit, opened, shown
from ari_app.desk.customer.view import build
from ari_app.desk.words import known

TOLD = ("kept", "called", "heard")
"""What the claim's page can say that was just done."""


@opened
async def claim(request: web.Request, visit: Visit) -> web.StreamResponse:
    """What is needed now, where it stands, what comes next and until when."""
    told = request.query.get("told", "")
    said = visit.locale.say(f"c.told_{told}") if told in TOLD and known(f"c.told_{told}") else ""
    values = {"view": build(visit.standing, visit.locale), "told": said, "back": ""}
    return shown(request, visit, "claim.html", values)


@opened
async def everything(request: web.Request, visit: Visit) -> web.StreamResponse:
    """All events that a customer is told of."""
    return shown(request, visit, "all.html", {"view": build(visit.standing, visit.locale)})
