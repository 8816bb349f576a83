"""The migrated schema is the tables' schema, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from claims_store import migrate
from claims_store.errors import SchemaBehind
from claims_store.store import Store, make_engine
from claims_store.tables import REVISION
from tests.databases import Postgres

pytestmark = pytest.mark.store


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/a b.db"
        return
    running: Postgres = request.getfixturevalue("server")
    with running.connect() as connection:
        connection.execute("CREATE DATABASE bare")
    yield running.url("bare")
    with running.connect() as connection:
        connection.execute("DROP DATABASE bare")


def test_an_empty_database_is_migrated_to_the_tables_of_the_program(url: str) -> None:
    assert migrate.current(url) is None
    migrate.upgrade(url)
    assert migrate.current(url) == REVISION
    assert migrate.check(url) == []


def test_migrating_step_by_step_and_again_changes_nothing(url: str) -> None:
    for revision in ("0001", "0002", "0002", REVISION, REVISION):
        migrate.upgrade(url, revision)
        assert migrate.current(url) == revision
    assert migrate.check(url) == []


def test_a_column_that_is_not_in_the_tables_is_told(url: str) -> None:
    migrate.upgrade(url)
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE tasks ADD COLUMN colour TEXT"))
        connection.execute(text("DROP INDEX ix_tasks_due"))
    engine.dispose()
    told = " ".join(migrate.check(url))
    assert "colour" in told
    assert "ix_tasks_due" in told


def test_a_store_refuses_a_database_with_another_schema(url: str, tmp_path: Path) -> None:
    for revision in (None, "0001"):
        if revision:
            migrate.upgrade(url, revision)
        with pytest.raises(SchemaBehind):
            Store.open_now(url, tmp_path / "keys.db")


def test_the_server_is_real(server: Postgres) -> None:
    with server.connect() as connection:
        assert isinstance(connection, psycopg.Connection)
        version = connection.execute("SHOW server_version_num").fetchone()
    assert version is not None
    assert int(str(version[0])) >= 150000
