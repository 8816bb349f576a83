"""Whoever looks at personal data is written down, once for the many requests of one look."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from aiohttp import web

from ari_app.desk.keys import PERSON, SETTINGS, STORE
from claims_store import access


class Looks:
    """Who has been looking at what: a player asks for many ranges and a page for its parts again
    and again, and all are one act."""

    def __init__(self, pause: timedelta = timedelta(minutes=10), size: int = 4096) -> None:
        self._pause = pause
        self._size = size
        self._last: OrderedDict[str, datetime] = OrderedDict()

    def is_new(self, act: str, now: datetime) -> bool:
        """Whether this begins an act; one that is forgotten counts as new."""
        last = self._last.get(act)
        self._last[act] = now
        self._last.move_to_end(act)
        while len(self._last) > self._size:
            self._last.popitem(last=False)
        return last is None or now - last > self._pause


LOOKS = web.AppKey("looks", Looks)


async def log(
    request: web.Request, what: str, about: str, why: str = "looked at", *, who: str = ""
) -> None:
    """Log this person's look; one that goes on is not logged again. `who`: whose link it was."""
    who, now = who or request[PERSON].login, request.app[SETTINGS].now()
    if request.app[LOOKS].is_new(f"{who} {what} {about}", now):
        await request.app[STORE].run(access.log, who, what, about, why, now)
