"""The customer's claim, and everything that has happened to it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ari_app.desk.customer.door import Visit, opened, shown
from ari_app.desk.customer.view import build
from ari_app.desk.keys import STORE
from ari_app.desk.words import known
from claims_store import surveys

TOLD = ("kept", "called", "heard", "photos", "photo_not")
"""What the claim's page can say that was just done."""


@opened
async def claim(request: web.Request, visit: Visit) -> web.StreamResponse:
    """What is needed now, where it stands, what comes next and until when."""
    told = request.query.get("told", "")
    said = visit.locale.say(f"c.told_{told}") if told in TOLD and known(f"c.told_{told}") else ""
    values: dict[str, Any] = {"view": build(visit.standing, visit.locale), "told": said, "back": ""}
    values["shots"] = await _shots(request, visit)
    return shown(request, visit, "claim.html", values)


async def _shots(request: web.Request, visit: Visit) -> list[dict[str, Any]]:
    """The photos that he is asked for, while they will do in place of a surveyor."""
    number, locale = visit.standing.status.number, visit.locale
    found = await request.app[STORE].run(surveys.customers_shots, number)
    return [
        {
            "name": shot.name, "title": locale.of(dict(shot.title)),
            "how": locale.of(dict(shot.how)), "there": there,
        }
        for shot, there in (found[1] if found else ())
    ]  # fmt: skip


@opened
async def everything(request: web.Request, visit: Visit) -> web.StreamResponse:
    """All events that a customer is told of."""
    return shown(request, visit, "all.html", {"view": build(visit.standing, visit.locale)})
