"""Trunks and phones: whether the telephone network and the desks can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ari_app.desk.keys import FLOOR
from ari_app.desk.pages import locale_of, page

LOOKS = {
    "registered": "ok", "reachable": "ok", "listening": "accent", "unregistered": "warn",
    "rejected": "bad", "unreachable": "bad",
}  # fmt: skip


@page("network.html")
async def network(request: web.Request) -> Mapping[str, Any]:
    """The list of trunks, and that of phones."""
    floor, locale = request.app[FLOOR], locale_of(request)
    trunks = [
        {"trunk": each, "look": LOOKS[each.state], "since": locale.moment(each.since)}
        for each in floor.trunks()
    ]
    phones = sorted(floor.agents(), key=lambda agent: agent.phone)
    return {"trunks": trunks, "phones": phones}
