"""A lock in a shared database: it belongs to one session and ends with it."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from claims_store.errors import StoreAway


class NamedLock:
    """PostgreSQL's advisory lock of a name: an app's of its node, a worker's of its own. SQLite,
    which one machine has for itself, needs none. Its calls block."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        digest = sha256(f"claimline {name}".encode()).digest()
        self._key = int.from_bytes(digest[:8], "big", signed=True)
        self._session: Connection | None = None

    def take(self) -> bool:
        """Whether this process has the lock; False: another one has it. Also asks whether it has it
        still, and takes it again when the server has been away. Raises `StoreAway` while it is."""
        if self._engine.dialect.name != "postgresql":
            return True
        if self._session is not None and self._alive(self._session):
            return True
        try:
            return self._try()
        except DBAPIError as fault:
            raise StoreAway("the lock cannot be asked for") from fault

    def _try(self) -> bool:
        session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if session.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key}):
            self._session = session
        else:
            session.close()
        return self._session is not None

    def release(self) -> None:
        """End the session, and with it the lock."""
        if self._session is not None:
            self._session.invalidate()
            self._session.close()
            self._session = None

    def _alive(self, session: Connection) -> bool:
        try:
            session.execute(text("SELECT 1"))
        except DBAPIError:
            self.release()
            return False
        return True
