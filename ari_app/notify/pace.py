"""How fast messages may go over a channel."""

from __future__ import annotations

import asyncio


class Pace:
    """Lets so many through in a second, evenly, in the order in which they come."""

    def __init__(self, per_second: int) -> None:
        self._gap = 1 / per_second
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for one's turn."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next)
        self._next = at + self._gap
        if at > now:
            await asyncio.sleep(at - now)
