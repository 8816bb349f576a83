"""One stream of what moved: ids in, names of regions out; the page fetches what it shows.

The last changes are kept so that a browser that was away a moment gets what it missed; one that
was away longer is told to fetch everything.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from ari_app.desk.floor import Change

EVERYTHING = Change("everything", "")
CLOSED = Change("closed", "")


@dataclass(frozen=True, slots=True)
class Told:
    """A change with its place in the stream."""

    id: str
    change: Change


class Feed:
    """Fans changes out to the open streams. `run` tells one start of the application from another."""

    def __init__(self, run: str, kept: int = 512, waiting: int = 256) -> None:
        self._run = run
        self._last = 0
        self._kept: deque[Told] = deque(maxlen=kept)
        self._waiting = waiting
        self._streams: set[asyncio.Queue[Told]] = set()

    @property
    def last(self) -> str:
        """The id of the newest change."""
        return f"{self._run}.{self._last}"

    def tell(self, change: Change) -> None:
        """Hand a change to every stream; one that does not keep up is told to fetch everything."""
        self._last += 1
        told = Told(self.last, change)
        self._kept.append(told)
        for stream in self._streams:
            if stream.full():
                while not stream.empty():
                    stream.get_nowait()
                stream.put_nowait(Told(self.last, EVERYTHING))
            else:
                stream.put_nowait(told)

    async def pump(self, changes: AsyncIterator[Change]) -> None:
        """Tell everything an iterator yields."""
        async for change in changes:
            self.tell(change)

    def close(self) -> None:
        """End all streams."""
        self.tell(CLOSED)

    async def follow(self, after: str | None) -> AsyncIterator[Told]:
        """What moved after an id (None: from now on), then what moves; ends when the feed closes."""
        stream: asyncio.Queue[Told] = asyncio.Queue(self._waiting)
        self._streams.add(stream)
        try:
            for told in self._missed(after):
                yield told
            while (told := await stream.get()).change is not CLOSED:
                yield told
        finally:
            self._streams.discard(stream)

    def _missed(self, after: str | None) -> list[Told]:
        if after is None or after == self.last:
            return []
        for place, told in enumerate(self._kept):
            if told.id == after:
                return list(self._kept)[place + 1 :]
        return [Told(self.last, EVERYTHING)]
