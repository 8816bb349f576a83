"""Queues between the one task that reads the socket and the many that act on events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from types import TracebackType

from ari_app.pbx.decoding import Connected, Disconnected, News, Unknown, subjects

logger = logging.getLogger(__name__)

ROOM = 1000  # a call has a few dozen events; beyond this nobody reads any more


class Inbox:
    """Events of the ids it follows, in the order of Asterisk, and every `Connected` and
    `Disconnected`. Open it before the act whose events it shall hear; close it at the end. One that
    hears `beside` others leaves the events to them, or to `general` when there are none.
    """

    def __init__(self, post: PostOffice, *, beside: bool = False) -> None:
        self._post = post
        self.beside = beside
        self._queue: asyncio.Queue[News] = asyncio.Queue(ROOM)
        self.ids: set[str] = set()

    async def get(self) -> News:
        """The next event; waits for it."""
        return await self._queue.get()

    def put(self, news: News) -> None:
        """Leave an event here; a full inbox loses it and says so."""
        try:
            self._queue.put_nowait(news)
        except asyncio.QueueFull:
            logger.error("an inbox is full and loses events", extra={"ids": sorted(self.ids)})

    def follow(self, ident: str) -> None:
        """Hear of one more channel or bridge, such as the agent's leg."""
        self._post.add(ident, self)

    def close(self) -> None:
        """Hear nothing more."""
        self._post.remove(self)

    def __enter__(self) -> Inbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __aiter__(self) -> Inbox:
        return self

    async def __anext__(self) -> News:
        return await self.get()


class PostOffice:
    """Delivers each event to the inboxes that follow one of its ids, by one look-up each.

    What nobody follows goes to `general`: broadcasts, arrivals, channels of lost calls.
    """

    def __init__(self) -> None:
        self._by_id: dict[str, set[Inbox]] = {}
        self._inboxes: set[Inbox] = set()
        self.general = Inbox(self)

    def open(self, ids: Iterable[str], *, beside: bool = False) -> Inbox:
        inbox = Inbox(self, beside=beside)
        self._inboxes.add(inbox)
        for ident in ids:
            self.add(ident, inbox)
        return inbox

    def add(self, ident: str, inbox: Inbox) -> None:
        inbox.ids.add(ident)
        self._by_id.setdefault(ident, set()).add(inbox)

    def remove(self, inbox: Inbox) -> None:
        self._inboxes.discard(inbox)
        for ident in inbox.ids:
            readers = self._by_id.get(ident, set())
            readers.discard(inbox)
            if not readers:
                self._by_id.pop(ident, None)
        inbox.ids.clear()

    def deliver(self, news: News) -> None:
        if isinstance(news, Connected | Disconnected):
            readers = self._inboxes | {self.general}
        else:
            readers = set().union(*(self._by_id.get(ident, ()) for ident in subjects(news)))
        if isinstance(news, Unknown):
            logger.info("event of an unknown shape", extra={"event_type": news.type})
        if all(inbox.beside for inbox in readers):
            readers = readers | {self.general}
        for inbox in readers:
            inbox.put(news)
