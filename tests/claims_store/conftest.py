"""A store on each database; every test gets it empty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from claims_store.store import Store
from tests.databases import Postgres, open_sqlite, postgres

NOW = datetime(2026, 11, 24, 0, 33, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        running.make("claims")
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        opened = open_sqlite(tmp_path)
    else:
        running: Postgres = request.getfixturevalue("server")
        running.empty("claims")
        opened = Store.open_now(running.url("claims"), tmp_path / "keys.db")
    yield opened
    opened.close_now()


@pytest.fixture
def now() -> datetime:
    """08:33:05 on a Tuesday in Shanghai."""
    return NOW
