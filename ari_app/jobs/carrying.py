"""The steps of a job: which effects a row of the outbox has, carrying them out, and what a failure
means for the row: wait, try again, or set it aside for a person."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from ari_app.clock import Clock
from ari_app.jobs.executor import Stopping
from claims_store import outbox
from claims_store.consequences import settling
from claims_store.consequences.effects import Effect
from claims_store.errors import StoreAway
from claims_store.store import Store

logger = logging.getLogger(__name__)

T = TypeVar("T")

AGAIN_S = 1.0
"""Seconds until a database that is away is asked again."""


class NotYet(Exception):
    """The time for this has not come; that is no failure. `reason` stands at the row meanwhile."""

    def __init__(self, reason: str, pause_s: float) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pause = timedelta(seconds=pause_s)


class SetAside(Exception):
    """It will never work, for this reason: a person has to look. Nothing personal is in it."""


class Carrying:
    """Does the rows of one store's outbox; `do` carries out one effect as of a time."""

    def __init__(self, store: Store, do: Callable[[Effect, datetime], None], clock: Clock) -> None:
        self._store = store
        self._do = do
        self._clock = clock
        self._stopping = threading.Event()

    def stop(self) -> None:
        """From now on failures are taken for the shutdown's doing: the try stays open."""
        self._stopping.set()

    def _stored(self, query: Callable[..., T], *args: Any) -> T:
        """The result of a query. While the database is away this try waits: a fault that cannot be
        written down either must not count as one."""
        while True:
            try:
                return self._store.run_now(query, *args)
            except StoreAway as fault:
                if self._stopping.wait(AGAIN_S):
                    raise Stopping from fault

    def effects(self, row: int, due: datetime, now: datetime) -> int:
        found = self._guarded(row, due, lambda: self._stored(settling.effects, row, due, now))
        return -1 if found is None else len(found)

    def carry_out(self, row: int, due: datetime, now: datetime, index: int) -> bool:
        def once() -> bool:
            found = self._stored(settling.effects, row, due, now)
            if found is not None and index < len(found):
                self._do(found[index], self._clock.now())
            return found is not None

        return self._guarded(row, due, once) or False

    def finish(self, row: int, due: datetime) -> None:
        self._stored(outbox.done, row, self._clock.now())

    def stranded(self, row: int, due: datetime) -> None:
        self._stored(settling.failed, row, due, "the worker died of it", self._clock.now())

    def _guarded(self, row: int, due: datetime, work: Callable[[], T]) -> T | None:
        """The result of `work`; None when it failed, and the row says so."""
        try:
            return work()
        except NotYet as wait:
            until = self._clock.now() + wait.pause
            self._stored(outbox.wait, row, until, wait.reason)
        except SetAside as end:
            self._stored(outbox.set_aside, row, str(end))
        except StoreAway:
            until = self._clock.now() + timedelta(seconds=AGAIN_S)
            self._stored(outbox.wait, row, until, "the database was away")
        except Exception as fault:
            if self._stopping.is_set():
                raise Stopping from fault
            logger.warning("a job failed", extra={"row": row}, exc_info=fault)
            reason = type(fault).__name__
            self._stored(settling.failed, row, due, reason, self._clock.now())
        return None
