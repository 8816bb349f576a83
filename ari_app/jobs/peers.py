"""Several workers over one PostgreSQL: each holds a lock that ends with its process, so the others
see who is gone, and what he had begun goes on at one of them.
"""

from __future__ import annotations

import logging
import time

from ari_app.jobs.executor import Executor
from claims_store.store import Store

logger = logging.getLogger(__name__)

EVERY = 5
"""Rounds of the worker between two looks at the others."""
SIGHTINGS = 3
"""Looks in which a worker must be missing: after a break of the server each takes its lock again
at its own pace."""
TRIES, AGAIN_S = 20, 0.1
"""Another worker may just be asking for our lock."""


class Peers:
    """The workers of one database, as the one named `own` sees them."""

    def __init__(self, store: Store, own: str) -> None:
        self._store = store
        self._lock = store.lock(_name(own))
        self._rounds = 0
        self._missing: dict[str, int] = {}

    def join(self) -> bool:
        """Become one of them; False: a worker of this name is at work already."""
        for _ in range(TRIES):
            if self._lock.take():
                return True
            time.sleep(AGAIN_S)
        return False

    def leave(self) -> None:
        self._lock.release()

    def look(self, executor: Executor) -> None:
        """One round: stay, and have go on what workers left that are gone."""
        self._lock.take()
        self._rounds += 1
        if self._rounds % EVERY:
            return
        gone = [name for name in executor.others() if self._is_gone(name)]
        self._missing = {name: self._missing.get(name, 0) + 1 for name in gone}
        for name in gone:
            if self._missing[name] >= SIGHTINGS:
                self._inherit(executor, name)

    def _is_gone(self, name: str) -> bool:
        lock = self._store.lock(_name(name))
        try:
            return lock.take()
        finally:
            lock.release()

    def _inherit(self, executor: Executor, name: str) -> None:
        """Under his lock: he cannot come back meanwhile."""
        lock = self._store.lock(_name(name))
        try:
            if lock.take():
                logger.warning("a worker is gone: its work goes on here", extra={"gone": name})
                executor.inherit([name])
        finally:
            lock.release()


def _name(worker: str) -> str:
    return f"worker {worker}"
