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
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from claims_store.errors import SchemaBehind
from claims_store.tables import REVISION
from claims_store.vault import Vault

__all__ = ["Session", "Store", "make_engine"]

P = ParamSpec("P")
T = TypeVar("T")

_THREADS = 4
_TRIES = 6
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "secure_delete=ON",
)
_POSTGRES = {"connect_timeout": 5, "options": "-c timezone=UTC -c lock_timeout=10s"}
_CONFLICTS = {"40001", "40P01"}


class Store:
    """One database with its vault; made once per process."""

    def __init__(self, url: str, keys: Path, zone: str = "Asia/Shanghai") -> None:
        self.vault = Vault.at(keys)
        self._engine = make_engine(url)
        # The zone in which callers mean "today"; queries find it and the vault in `Session.info`.
        info = {"vault": self.vault, "zone": ZoneInfo(zone)}
        self._sessions = sessionmaker(self._engine, expire_on_commit=False, info=info)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="store")

    @classmethod
    async def open(cls, url: str, keys: Path, zone: str = "Asia/Shanghai") -> Store:
        """Open a migrated database; `keys` is the key file. Raises `SchemaBehind`."""
        return await asyncio.to_thread(cls.open_now, url, keys, zone)

    @classmethod
    def open_now(cls, url: str, keys: Path, zone: str = "Asia/Shanghai") -> Store:
        """`open` for those without an event loop."""
        store = cls(url, keys, zone)
        found = _revision(store._engine)
        if found != REVISION:
            store.close_now()
            raise SchemaBehind(f"the database has schema {found}, this program needs {REVISION}")
        return store

    async def run(
        self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Carry `query` out in one transaction; when this returns, it is on disk."""
        work = partial(self.run_now, query, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def run_now(
        self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `run`, in this thread.

        A transaction that met another one (SQLite's stale snapshot, a deadlock, a row that
        somebody inserted first) is rolled back and begun again: queries have no other effects.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                with self._sessions() as session, session.begin():
                    # A second attempt takes SQLite's write lock first, so it cannot lose.
                    session.connection(execution_options={"immediate": attempt > 1})
                    return query(session, *args, **kwargs)
            except DBAPIError as fault:
                if attempt == _TRIES or not _conflict(fault):
                    raise
            # Not in step with whoever was met; this is never the event loop's thread.
            time.sleep(random.uniform(0, 0.01) * attempt)
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Wait for what runs, then close."""
        await asyncio.to_thread(self.close_now)

    def close_now(self) -> None:
        self._threads.shutdown()
        self._engine.dispose()
        self.vault.close()


def make_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL with the durability this product promises."""
    where = make_url(url)
    if where.get_backend_name() == "postgresql":
        return create_engine(where, pool_size=_THREADS, pool_pre_ping=True, connect_args=_POSTGRES)
    if where.database and where.database != ":memory:":
        _touch_private(Path(where.database))
    engine = create_engine(where, pool_size=_THREADS)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _touch_private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions begin late and commit around DDL: ours are explicit.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _conflict(fault: DBAPIError) -> bool:
    if isinstance(fault, IntegrityError):
        return True
    name = getattr(fault.orig, "sqlite_errorname", "") or ""
    return name.startswith("SQLITE_BUSY") or getattr(fault.orig, "sqlstate", "") in _CONFLICTS


def _revision(engine: Engine) -> str | None:
    try:
        with engine.connect() as connection:
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except DBAPIError:
        return None
    return None if found is None else str(found)
