"""Whether anybody has changed anything: one cheap question instead of a look at every row.

SQLite counts the commits of others for each connection (`PRAGMA data_version`, read from shared
memory); PostgreSQL's snapshot is another one after each transaction that wrote. Nobody who writes
has to tell, so nobody can forget to.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection

from claims_store.errors import StoreAway

_QUESTIONS = {
    "sqlite": "PRAGMA data_version",
    "postgresql": "SELECT pg_current_snapshot()::text",
}


class Changes:
    """Asks on a connection that it keeps. Its calls block, and belong to one thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._question = _QUESTIONS[engine.dialect.name]
        self._kept: PoolProxiedConnection | None = None
        self._driver: Any = None

    def version(self) -> object:
        """Another value than before when a transaction has been committed since. Raises
        `StoreAway`."""
        try:
            if self._kept is None:
                self._connect()
            # The driver itself: it is asked twenty times a second.
            return self._driver.execute(self._question).fetchone()[0]
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as fault:
            self.close()
            raise StoreAway("the database cannot be asked for changes") from fault

    def _connect(self) -> None:
        self._kept = self._engine.raw_connection()
        self._driver = self._kept.driver_connection
        if self._engine.dialect.name == "postgresql":
            self._driver.autocommit = True

    def close(self) -> None:
        """Give the connection up; the next question opens another one."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.invalidate()
