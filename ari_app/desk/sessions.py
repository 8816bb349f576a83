"""Signed-in browsers: the cookie holds a random token, the store its mark, and can end it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp_session import AbstractStorage, Session, SessionData

from claims_store import people
from claims_store.store import Store
from claims_store.vault import new_token

COOKIE = "claimline_session"


class StoreSessions(AbstractStorage):
    """Sessions as rows; what is in them is only who signed in."""

    def __init__(
        self, store: Store, now: Callable[[], datetime], life: timedelta, *, secure: bool
    ) -> None:
        name = f"__Host-{COOKIE}" if secure else COOKIE
        super().__init__(
            cookie_name=name,
            max_age=int(life.total_seconds()),
            secure=secure,
            httponly=True,
            samesite="Lax",
        )
        self._store = store
        self._now = now
        self._life = life

    async def load_session(self, request: web.Request) -> Session:
        """The session of the request's cookie; an unknown or ended one is a new, empty session."""
        token = self.load_cookie(request)
        if token:
            found = await self._store.run(people.session, token, self._now())
            if found is not None:
                data = SessionData(created=_stamp(found.made), session={"login": found.login})
                return Session(token, data=data, new=False)
        return Session(None, data=None, new=True)

    async def save_session(
        self, request: web.Request, response: web.StreamResponse, session: Session
    ) -> None:
        """Write a session that has just begun, or end one that was emptied."""
        old: Any = session.identity
        if session.empty:
            if old:
                await self._store.run(people.end_session, old)
            self.save_cookie(response, "")
            return
        token = new_token()
        ends = self._now() + self._life
        await self._store.run(people.begin_session, token, session["login"], self._now(), ends)
        self.save_cookie(response, token, max_age=int(self._life.total_seconds()))


def _stamp(at: datetime) -> int:
    return int(at.timestamp())
