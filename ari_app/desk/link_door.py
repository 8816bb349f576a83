"""What the doors of all links share: wrong tries are counted for each address, and whoever comes is
spoken to in his language.

Whatever is wrong with a link, the answer is the same: whoever guesses learns nothing from it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from aiohttp import web

from ari_app.desk import language as languages
from ari_app.desk.keys import SETTINGS, STORE
from ari_app.desk.limits import Rates
from ari_app.desk.locales import Locale
from ari_app.desk.visitor import address_of
from ari_app.desk.words import LANGUAGES
from claims_store.errors import NotFound
from claims_store.links import LinkProblem
from claims_store.store import Session

TRIES = web.AppKey("link_tries", Rates)
"""Wrong links for each address."""
Found = TypeVar("Found")


class NothingThere(Exception):
    """Nothing is behind this link, or its visitor has tried too many."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def behind(request: web.Request, look: Callable[[Session, str, datetime], Found]) -> Found:
    """What the link of the address opens; raises `NothingThere`."""
    tries, address = request.app[TRIES], address_of(request)
    if tries.spent(address):
        raise NothingThere(429)
    token, now = request.match_info["token"], request.app[SETTINGS].now()
    try:
        return await request.app[STORE].run(look, token, now)
    except (LinkProblem, NotFound):
        tries.take(address)
        raise NothingThere(404) from None


def locale_for(request: web.Request, otherwise: str = "") -> Locale:
    """What he chose in this browser, else the language he speaks with us, else his browser's."""
    settings = request.app[SETTINGS]
    chosen = request.cookies.get(languages.COOKIE, "")
    spoken = (chosen, otherwise or languages.language_of(request))
    language = next((each for each in spoken if each in LANGUAGES), settings.language)
    return Locale(language, settings.zone, settings.now())
