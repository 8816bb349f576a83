"""A process that is started before it is needed: it has loaded its code and waits for one line on
its standard input. The callers of an app that died wait only for the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ari_app import tasks

GO = b"go\n"
PAUSE = 1.0
"""Seconds after a start before the next one is loaded: calls come first."""

Process = asyncio.subprocess.Process


class Standby:
    """Keeps one process waiting. `start` makes one that waits for `GO`."""

    def __init__(self, start: Callable[[], Awaitable[Process]]) -> None:
        self._start = start
        self._next: Process | None = None

    async def take(self) -> Process:
        """The one that waits, or a new one; it goes on at once."""
        process, self._next = self._next, None
        if process is None or process.returncode is not None:
            process = await self._start()
        assert process.stdin is not None
        process.stdin.write(GO)
        return process

    def prepare(self) -> None:
        """Load the next one soon."""
        tasks.start(self._load(), name="keep the next app waiting")

    async def _load(self) -> None:
        await asyncio.sleep(PAUSE)
        if self._next is None:
            self._next = await self._start()
