"""The app notices what worker and command line changed: one question to the database for
everybody who waits, twenty times a second, and a look at rows only when there is something new.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

from claims_store.changes import Changes
from claims_store.errors import StoreAway

ASK_EVERY = 0.05
LEAST = 0.15
"""Seconds between two looks of one who waits: calls change rows all the time."""
MOST = 1.0
"""Seconds until rows are looked at in any case."""


class Watch:
    """One who waits for changes."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    async def wait(self) -> None:
        """Until something was changed after the last wait ended, at most `MOST` seconds; not before
        a moment has passed."""
        await asyncio.sleep(min(LEAST, MOST))
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, MOST - LEAST)):
                await self._changed.wait()
        self._changed.clear()

    def tell(self) -> None:
        self._changed.set()


class Noticing:
    """Asks in a thread of its own and wakes those who wait."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._watches: list[Watch] = []
        self._end = threading.Event()

    def watch(self) -> Watch:
        made = Watch()
        self._watches.append(made)
        return made

    async def run(self) -> None:
        """Ask until cancelled."""
        loop = asyncio.get_running_loop()
        asking = threading.Thread(target=self._ask, args=(loop,), name="changes", daemon=True)
        asking.start()
        try:
            await loop.create_future()
        finally:
            self._end.set()
            await asyncio.shield(asyncio.to_thread(asking.join))

    def _ask(self, loop: asyncio.AbstractEventLoop) -> None:
        seen: object = None
        while not self._end.wait(ASK_EVERY):
            try:
                found = self._changes.version()
            except StoreAway:
                found = object()  # those who look shall find out
            if found != seen:
                seen = found
                with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                    loop.call_soon_threadsafe(self._tell)
        self._changes.close()

    def _tell(self) -> None:
        for watch in self._watches:
            watch.tell()
