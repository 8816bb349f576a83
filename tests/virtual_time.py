"""An event loop whose clock jumps to the next timer when nothing is left to do.

Thirty minutes of waiting take milliseconds and are exact. The code under test asks `loop.time()`
and an injected clock; nothing is patched.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

BEGINNING = datetime(2026, 11, 24, 0, 33, tzinfo=UTC)


class _JumpSelector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.jumped = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready and timeout:
            self.jumped += timeout
        elif timeout is None and not ready:
            raise RuntimeError("everybody waits and no timer is set: a dead end")
        return ready


class JumpLoop(asyncio.SelectorEventLoop):
    """Virtual time; `clock()` tells the time of day that belongs to it."""

    def __init__(self) -> None:
        self._jump = _JumpSelector()
        super().__init__(self._jump)

    def time(self) -> float:
        return self._jump.jumped


class VirtualClock:
    """The time of day in a JumpLoop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, beginning: datetime = BEGINNING) -> None:
        self._loop = loop
        self._beginning = beginning

    def now(self) -> datetime:
        return self._beginning + timedelta(seconds=self._loop.time())


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` in virtual time; what it leaves behind is cancelled."""
    with asyncio.Runner(loop_factory=JumpLoop) as runner:
        return runner.run(work)
