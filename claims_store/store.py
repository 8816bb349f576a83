"""The door to the database: one query, one transaction.

Queries are plain functions that take a `Session` first. The app awaits `run`, which carries the
whole transaction out in a thread of the store's own: the event loop is never held by SQL, by
decryption or by a disk, and a caller who hangs up in the middle cancels the waiting, not the
commit. Scripts and the command line use `run_now`.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from claims_store.changes import Changes
from claims_store.errors import SchemaBehind, StoreAway
from claims_store.named_lock import NamedLock
from claims_store.prepared import CONNECTION
from claims_store.tables import REVISION
from claims_store.together import Together
from claims_store.vault import Vault

__all__ = ["Session", "Store", "begin", "make_engine"]

P = ParamSpec("P")
T = TypeVar("T")

_THREADS = 4
_TRIES = 6
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
)
_CONFLICTS = {"40001", "40P01"}
_READ_ONLY = "25006"
_AWAY = (
    "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_READONLY", "SQLITE_FULL", "SQLITE_IOERR",
    "SQLITE_CANTOPEN", "SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_PROTOCOL", "SQLITE_NOMEM",
)  # fmt: skip
"""What SQLite says when the file is the trouble and not the query."""

PATIENCE = 10.0
"""Seconds that a query waits for somebody else's lock before the database counts as away."""


class Store:
    """One database with its vault; made once per process. `patience`: see `PATIENCE`."""

    def __init__(
        self, url: str, keys: Path, zone: str = "Asia/Shanghai", patience: float = PATIENCE
    ) -> None:
        self.vault = Vault.at(keys)
        self._patience = patience
        self._engine = make_engine(url, patience)
        # The zone in which callers mean "today"; queries find it and the vault in `Session.info`.
        info = {"vault": self.vault, "zone": ZoneInfo(zone)}
        self._sessions = sessionmaker(self._engine, expire_on_commit=False, info=info)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="store")
        self._together = Together(self.run_now)

    @classmethod
    async def open(
        cls, url: str, keys: Path, zone: str = "Asia/Shanghai", patience: float = PATIENCE
    ) -> Store:
        """Open a migrated database; `keys` is the key file. Raises `SchemaBehind`."""
        return await asyncio.to_thread(cls.open_now, url, keys, zone, patience)

    @classmethod
    def open_now(
        cls, url: str, keys: Path, zone: str = "Asia/Shanghai", patience: float = PATIENCE
    ) -> Store:
        """`open` for those without an event loop."""
        store = cls(url, keys, zone, patience)
        found = _revision(store._engine)
        if found != REVISION:
            store.close_now()
            raise SchemaBehind(f"the database has schema {found}, this program needs {REVISION}")
        return store

    def lock(self, name: str) -> NamedLock:
        """The lock of this name, which only one process can have."""
        return NamedLock(self._engine, name)

    def changes(self) -> Changes:
        """What tells that anybody has written something."""
        return Changes(self._engine)

    async def run(
        self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Carry `query` out in one transaction; when this returns, it is on disk."""
        return await self.begin(query, *args, **kwargs)

    def begin(
        self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Future[T]:
        """As `run`, for whoever does not wait for ever: the transaction goes on without him."""
        work = partial(self.run_now, query, *args, **kwargs)
        return asyncio.get_running_loop().run_in_executor(self._threads, work)

    def together(
        self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Future[T]:
        """As `begin`, for the many small writes of calls: those that come meanwhile share one
        transaction, and one wait for the disk."""
        return self._together.begin(query, *args, **kwargs)

    def run_now(
        self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `run`, in this thread.

        A transaction that met another one (SQLite's stale snapshot, a deadlock, a row that
        somebody inserted first) is rolled back and begun again: queries have no other effects.
        Raises `StoreAway` when the database can take nothing now.
        """
        end = time.monotonic() + self._patience
        for attempt in range(1, _TRIES + 1):
            try:
                with self._sessions() as session, session.begin():
                    session.info[CONNECTION] = connection = session.connection()
                    # A second attempt takes SQLite's write lock first, so it cannot lose.
                    begin(connection, "IMMEDIATE" if attempt > 1 else "")
                    return query(session, *args, **kwargs)
            except (DBAPIError, PoolTimeout, sqlite3.Error) as fault:
                if attempt == _TRIES or not _conflict(fault) or time.monotonic() > end:
                    if _away(fault):
                        raise StoreAway(f"the database is away: {type(fault).__name__}") from fault
                    raise
            # Not in step with whoever was met; this is never the event loop's thread.
            time.sleep(random.uniform(0, 0.01) * attempt)
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Wait for what runs, then close."""
        await asyncio.to_thread(self.close_now)

    def close_now(self) -> None:
        self._together.close()
        self._threads.shutdown()
        self._engine.dispose()
        self.vault.close()


def make_engine(url: str, patience: float = PATIENCE) -> Engine:
    """An engine for SQLite or PostgreSQL with the durability this product promises."""
    where = make_url(url)
    if where.get_backend_name() == "postgresql":
        return create_engine(
            where, pool_size=_THREADS, pool_pre_ping=True, connect_args=_postgres(patience)
        )
    if where.database and where.database != ":memory:":
        _touch_private(Path(where.database))
    engine = create_engine(where, pool_size=_THREADS, connect_args={"timeout": patience})
    event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _postgres(patience: float) -> dict[str, object]:
    """A server that is gone without a word must not hold a thread for long."""
    return {
        "connect_timeout": 5,
        "tcp_user_timeout": 5000,
        "options": f"-c timezone=UTC -c lock_timeout={int(patience * 1000)}",
    }


def _touch_private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions begin late and commit around DDL: ours are explicit.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def begin(connection: Connection, how: str = "") -> None:
    """Begin SQLite's transaction; PostgreSQL's driver does so itself. Not by an event of the
    engine: one that has any asks for listeners at each statement."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute(f"BEGIN {how}").close()


def _conflict(fault: Exception) -> bool:
    if isinstance(fault, IntegrityError):
        return True
    name, state = _codes(fault)
    return name.startswith("SQLITE_BUSY") or state in _CONFLICTS


def _away(fault: Exception) -> bool:
    """Whether the database is the trouble, not the query."""
    if isinstance(fault, PoolTimeout):
        return True
    name, state = _codes(fault)
    if name:
        return name.startswith(_AWAY)
    return isinstance(fault, OperationalError | InterfaceError) or state == _READ_ONLY


def _codes(fault: Exception) -> tuple[str, str]:
    """SQLite's name of an error, PostgreSQL's state; of the database or of the key file."""
    orig = fault.orig if isinstance(fault, DBAPIError) else fault
    return getattr(orig, "sqlite_errorname", None) or "", getattr(orig, "sqlstate", None) or ""


def _revision(engine: Engine) -> str | None:
    try:
        with engine.connect() as connection:
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except DBAPIError:
        return None
    return None if found is None else str(found)
