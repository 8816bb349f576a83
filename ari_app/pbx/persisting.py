"""Verbs about one channel that survive a short break of the event socket.

A break leaves open whether Asterisk has obeyed. What may be done twice is simply asked again; what
may not is asked for first.
"""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from ari_app.pbx.client import Client
from ari_app.pbx.errors import Away
from ari_app.pbx.results import Gone
from ari_app.pbx.scope import CallerTaken, CallScope
from ari_app.pbx.verbs import Verb

T = TypeVar("T")

TRIES = 3
LEAVING_LIMIT = 5.0
"""Seconds to hear that a channel has entered the app, or that one which no verb reaches any more is
destroyed."""


class Persisting:
    """Carries verbs out; who is gone waits here for the news of his end."""

    def __init__(self, client: Client, scope: CallScope) -> None:
        self._client = client
        self._scope = scope

    async def do(self, verb: Verb[T]) -> T:
        """A verb that may be obeyed twice."""
        for attempt in range(TRIES):
            try:
                done = await self._client.do(verb)
            except Away:
                if attempt == TRIES - 1:
                    raise
                continue
            if isinstance(done, Gone):
                await self._left()
            else:
                return done
        raise Away(f"{verb.method} {verb.template}")

    async def once(self, verb: Verb[Any], seen: Verb[Any] | None = None) -> None:
        """A verb that must not be obeyed twice; `seen` asks whether it was, when its answer is
        lost. Without one, a channel that is no longer there has obeyed."""
        for attempt in range(TRIES):
            try:
                if attempt and seen is not None and await self._client.do(seen):
                    return
                done = await self._client.do(verb)
            except Away:
                if attempt == TRIES - 1:
                    raise
                continue
            if isinstance(done, Gone) and not attempt:
                await self._left()
            return

    async def _left(self) -> None:
        """A verb found no channel: the news of its end is on the way."""
        try:
            async with asyncio.timeout(LEAVING_LIMIT):
                await asyncio.Event().wait()
        except TimeoutError:
            self._scope.end(CallerTaken())
            await asyncio.Event().wait()
