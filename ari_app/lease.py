"""Only one app leads the calls of a node: a second one, started by mistake, is refused.

The lease is made of locks that end with their process, so nobody has to clean up after a crash:
a lock on a file, and on PostgreSQL, which several machines may share, one of a session.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ari_app.settings import Settings
from claims_store.errors import StoreAway
from claims_store.store import Store

logger = logging.getLogger(__name__)

ASK_EVERY = 2.0
TRIES, AGAIN = 10, 0.1


class LeaseTaken(Exception):
    """Another app leads the calls of this node."""


@contextmanager
def file_lease(settings: Settings) -> Iterator[None]:
    """Hold the node's lock files. Raises `LeaseTaken`."""
    with ExitStack() as held:
        for file in _files(settings):
            held.enter_context(_locked(file, settings.node))
        yield


class DatabaseLease:
    """The lock of a node in its database."""

    def __init__(self, store: Store, node: str) -> None:
        self._lock = store.lock(f"app {node}")
        self._node = node

    async def take(self) -> None:
        """Raises `LeaseTaken`, or `StoreAway`. A server may need a moment to hear of the death of
        the app before."""
        for _ in range(TRIES):
            if await asyncio.to_thread(self._lock.take):
                return
            await asyncio.sleep(AGAIN)
        raise LeaseTaken(_sentence(self._node, "on this database"))

    async def keep(self) -> None:
        """Hold it until cancelled. Raises `LeaseTaken` when another app has taken it while the
        database was away."""
        while True:
            await asyncio.sleep(ASK_EVERY)
            try:
                await self.take()
            except StoreAway:
                continue

    def release(self) -> None:
        self._lock.release()


def _files(settings: Settings) -> Iterator[Path]:
    yield settings.state / "app.lock"
    scheme, _, file = settings.database_url.partition(":///")
    if scheme.startswith("sqlite"):
        yield Path(f"{file}.{settings.node}.lock")


@contextmanager
def _locked(path: Path, node: str) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LeaseTaken(_sentence(node, f"as process {file.read() or '?'}")) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _sentence(node: str, where: str) -> str:
    return (
        f"Another app leads the calls of node {node} {where}. It goes on and nothing was changed. "
        "End it first (claimline down), or give this one a node of its own in settings.toml."
    )
