"""What one client may cost: size and pace of its requests, so that nobody can keep others out."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from ari_app.desk.keys import PERSON
from ari_app.desk.problems import Problem
from ari_app.desk.visitor import address_of

LARGEST_BODY = 64 * 1024
SLOWEST_S = 10.0
"""Seconds in which a request has to be here, its head and then its body; and how long a connection
may idle between two."""
HEADER_BYTES = 8190
RUNNER: Mapping[str, Any] = {
    "keepalive_timeout": SLOWEST_S,
    "lingering_time": 2.0,
    "max_line_size": HEADER_BYTES,
    "max_field_size": HEADER_BYTES,
    "max_headers": 64,
    "access_log": None,
}
"""How the server is run: by aiohttp's default a client that sends nothing stays for an hour."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


@dataclass(slots=True)
class Rates:
    """So many requests a second for each key, and some at once; who was away longest is
    forgotten."""

    now: Callable[[], float]
    a_second: float
    at_once: float
    size: int = 4096
    _buckets: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict)

    def take(self, key: str) -> bool:
        """Whether one more is allowed now."""
        now = self.now()
        bucket = self._buckets.setdefault(key, _Bucket(self.at_once, now))
        self._buckets.move_to_end(key)
        if len(self._buckets) > self.size:
            self._buckets.popitem(last=False)
        bucket.left = min(self.at_once, bucket.left + (now - bucket.at) * self.a_second)
        bucket.at = now
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True

    def spent(self, key: str) -> bool:
        """Whether one more would be refused; nothing is taken by asking."""
        bucket = self._buckets.get(key)
        return bucket is not None and bucket.left + (self.now() - bucket.at) * self.a_second < 1


def by_address(rates: Rates) -> Middleware:
    """Hold each address to its rate; a proxy's stands for a whole office."""

    @web.middleware
    async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not rates.take(address_of(request)):
            raise Problem("too_fast", 429)
        return await handler(request)

    return limit


def by_person(rates: Rates) -> Middleware:
    """Hold each signed-in person to his rate, whatever addresses he comes from."""

    @web.middleware
    async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
        person = request.get(PERSON)
        if person is not None and not rates.take(person.login):
            raise Problem("too_fast", 429)
        return await handler(request)

    return limit


def in_time(
    uploads: Set[web.AbstractRoute] = frozenset(), seconds: float = SLOWEST_S
) -> Middleware:  # fmt: skip
    """Wait for a request's body only so long: a client that trickles is refused. `uploads` read
    theirs themselves."""

    @web.middleware
    async def wait(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.can_read_body and request.match_info.route not in uploads:
            try:
                async with asyncio.timeout(seconds):
                    await request.read()
            except TimeoutError:
                raise Problem("too_slow", 408) from None
        return await handler(request)

    return wait
