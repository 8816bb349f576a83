"""The desk put together: `build` makes the aiohttp application that the service runs."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import aiohttp_jinja2
import aiohttp_session
from aiohttp import web

from ari_app.desk import compiled, gate, headers, limits, telling
from ari_app.desk.assets import Assets
from ari_app.desk.feed import Feed
from ari_app.desk.floor import Floor
from ari_app.desk.keys import ASSETS, FEED, FLOOR, PASSWORDS, SETTINGS, STORE, THROTTLE
from ari_app.desk.limits import Rates
from ari_app.desk.link_door import TRIES
from ari_app.desk.looks import LOOKS, Looks
from ari_app.desk.passwords import Passwords, Throttle
from ari_app.desk.permissions import Permission
from ari_app.desk.routes import ROUTES
from ari_app.desk.sessions import StoreSessions
from ari_app.desk.settings import DeskSettings
from ari_app.desk.v1.door import PACES
from ari_app.tasks import start
from claims_store.store import Store


def build(store: Store, floor: Floor, settings: DeskSettings) -> web.Application:
    """The web application on a store and a floor. The caller runs it."""
    sessions = StoreSessions(store, settings.now, settings.session_life, secure=settings.https)
    needs: dict[web.AbstractRoute, Permission | None] = {}
    uploads: set[web.AbstractRoute] = set()
    app = web.Application(
        client_max_size=limits.LARGEST_BODY,
        middlewares=[
            telling.away,
            aiohttp_session.session_middleware(sessions),
            telling.middleware,
            limits.by_address(Rates(time.monotonic, a_second=200, at_once=1000)),
            headers.same_site,
            gate.middleware(needs),
            limits.by_person(Rates(time.monotonic, a_second=20, at_once=200)),
            limits.in_time(uploads),
        ],
    )
    app[STORE], app[FLOOR], app[SETTINGS] = store, floor, settings
    app[FEED], app[ASSETS] = Feed(secrets.token_hex(4)), Assets.load()
    app[PASSWORDS], app[THROTTLE] = Passwords(), Throttle(settings.now)
    app[LOOKS] = Looks()
    app[PACES] = Rates(time.monotonic, a_second=10, at_once=50)
    app[TRIES] = Rates(time.monotonic, a_second=1 / 30, at_once=20)
    app[aiohttp_jinja2.APP_KEY] = compiled.templates()
    app.on_response_prepare.append(headers.on_prepare)
    app.on_shutdown.append(_close_feed)
    app.cleanup_ctx.append(_listen)
    for route in ROUTES:
        added = app.router.add_route(route.method, route.path, route.handler)
        needs[added] = route.need
        if route.uploads:
            uploads.add(added)
    return app


async def _listen(app: web.Application) -> AsyncIterator[None]:
    """Hand on what moves on the floor, as long as the application runs."""
    pump = start(app[FEED].pump(app[FLOOR].changes()), name="desk feed")
    yield
    pump.cancel()
    with suppress(asyncio.CancelledError):
        await pump


async def _close_feed(app: web.Application) -> None:
    app[FEED].close()
