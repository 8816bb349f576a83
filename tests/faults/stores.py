"""Ways to take the database from the app, and to ask whether it has noticed."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from claims_store import journal
from tests.faults.breaking import pid_of
from tests.real.house import House, until

BACK_LIMIT = 20.0


def database(house: House) -> Path:
    """The file of the house's SQLite database."""
    return Path(house.settings.database_url.removeprefix("sqlite:///"))


@contextmanager
def locked(house: House) -> Iterator[None]:
    """Another process (this one) holds the database for itself."""
    with closing(sqlite3.connect(database(house), isolation_level=None, timeout=5)) as other:
        other.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


@contextmanager
def full(house: House, room: int) -> Iterator[None]:
    """The app's files may not grow beyond `room` bytes, as if the disk were full: larger ones, the
    database among them, cannot be written at their end."""
    app = pid_of(house, "app")
    before = resource.prlimit(app, resource.RLIMIT_FSIZE)
    resource.prlimit(app, resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.prlimit(app, resource.RLIMIT_FSIZE, before)


def waiting(house: House) -> int | None:
    """How many steps wait in the journal; None while the database is there."""
    return journal.waiting(house.settings.journal).steps


async def noticed(house: House, limit: float = 5.0) -> None:
    """Wait until the app knows that the database is away."""

    async def late() -> bool:
        return waiting(house) is not None

    await until(late, limit)


async def caught_up(house: House) -> None:
    """Wait until everything is in the database."""

    async def done() -> bool:
        return waiting(house) is None

    await until(done, BACK_LIMIT)
