"""One stream of what moved: ids in, names of regions out; the page fetches what it shows.

The last changes are kept so that a browser that was away a moment gets what it missed; one that
was away longer is told to fetch everything.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ari_app.desk.floor import Change

EVERYTHING = Change("everything", "")
CLOSED = Change("closed", "")


@dataclass(frozen=True, slots=True)
class Told:
    """A change with its place in the stream."""

    id: str
    change: Change


class Inbox:
    """What one browser has not heard yet."""

    def __init__(self, missed: list[Told], room: int) -> None:
        self._missed = deque(missed)
        self._room = room
        self._new: asyncio.Queue[Told] = asyncio.Queue()

    def put(self, told: Told) -> None:
        """Take a change in; one who does not keep up fetches everything instead."""
        if self._new.qsize() >= self._room:
            while not self._new.empty():
                self._new.get_nowait()
            told = Told(told.id, CLOSED if told.change is CLOSED else EVERYTHING)
        self._new.put_nowait(told)

    async def next(self, limit: float) -> Told | None:
        """The next change, or None after `limit` seconds without one."""
        if self._missed:
            return self._missed.popleft()
        try:
            async with asyncio.timeout(limit):
                return await self._new.get()
        except TimeoutError:
            return None


class Feed:
    """Fans changes out to the open streams. `run` names this start of the application."""

    def __init__(self, run: str, kept: int = 512, room: int = 256) -> None:
        self._run = run
        self._last = 0
        self._kept: deque[Told] = deque(maxlen=kept)
        self._room = room
        self._open: set[Inbox] = set()

    @property
    def last(self) -> str:
        """The id of the newest change."""
        return f"{self._run}.{self._last}"

    @property
    def listeners(self) -> int:
        """How many browsers listen."""
        return len(self._open)

    def tell(self, change: Change) -> None:
        """Hand a change to everybody who listens."""
        self._last += 1
        told = Told(self.last, change)
        self._kept.append(told)
        for inbox in self._open:
            inbox.put(told)

    async def pump(self, changes: AsyncIterator[Change]) -> None:
        """Tell everything an iterator yields."""
        async for change in changes:
            self.tell(change)

    def close(self) -> None:
        """End all streams."""
        self.tell(CLOSED)

    @contextmanager
    def listen(self, after: str | None) -> Iterator[Inbox]:
        """What moved after an id (None: from now on), and what moves."""
        inbox = Inbox(self._since(after), self._room)
        self._open.add(inbox)
        try:
            yield inbox
        finally:
            self._open.discard(inbox)

    def _since(self, after: str | None) -> list[Told]:
        if after is None or after == self.last:
            return []
        kept = list(self._kept)
        if after == f"{self._run}.0" and len(kept) == self._last:
            return kept
        for place, told in enumerate(kept):
            if told.id == after:
                return kept[place + 1 :]
        return [Told(self.last, EVERYTHING)]
