"""The only place that starts asyncio tasks: named, kept until they end, and a failure is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

logger = logging.getLogger(__name__)

T = TypeVar("T")

_running: set[asyncio.Task[Any]] = set()


def start(work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
    """Run `work` as a task; the event loop alone keeps only weak references to tasks."""
    task = asyncio.create_task(work, name=name)
    _running.add(task)
    task.add_done_callback(_ended)
    return task


def cancel(prefix: str) -> None:
    """Cancel the running tasks whose names begin with `prefix`."""
    for task in [each for each in _running if each.get_name().startswith(prefix)]:
        task.cancel()


def _ended(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled() and (fault := task.exception()) is not None:
        logger.error("task failed", extra={"task": task.get_name()}, exc_info=fault)
