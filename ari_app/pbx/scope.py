"""Hang-up is a scope, like `asyncio.timeout`: it ends whatever the call is waiting for.

A verb that merely tests for hang-up notices it when its prompt ends; a scope notices at once,
in a prompt, in a queue, in a wait of ten minutes.
"""

from __future__ import annotations

import asyncio
from types import TracebackType


class CallEnded(Exception):
    """The call left the journey's hands."""


class CallerHungUp(CallEnded):
    """The caller's channel is gone."""


class CallerTaken(CallEnded):
    """The caller left the app without being asked to: the net has him. Do not touch the channel."""


class CallCut(CallEnded):
    """Asterisk died and took the channel with it: the caller heard the line go dead."""


class CallScope:
    """`async with scope:` runs a journey; `scope.end(reason)` cancels it and raises there."""

    def __init__(self) -> None:
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0
        self.reason: CallEnded | None = None

    def end(self, reason: CallEnded) -> None:
        """End the scope, once; the first reason stays."""
        if self.reason is None:
            self.reason = reason
            if self._task is not None:
                self._task.cancel()

    async def __aenter__(self) -> CallScope:
        self._task = asyncio.current_task()
        assert self._task is not None
        self._cancelling = self._task.cancelling()
        if self.reason is not None:
            raise self.reason
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        task, self._task = self._task, None
        assert task is not None
        if self.reason is None:
            return
        # A shutdown that cancels at the same time stays a CancelledError.
        if task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise self.reason from None
