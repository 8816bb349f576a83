"""A store, folders and a recorded call for the worker's tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app.jobs.sealing import Folders
from claims_store.store import Store
from tests.databases import open_sqlite

# The files are as old as the test: "now" is later than any of them.
NOW = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_sqlite(tmp_path)
    yield opened
    opened.close_now()


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path / "in", tmp_path / "kept", tmp_path / "work", tmp_path / "clips")
    for folder in (made.incoming, tmp_path / "clips"):
        folder.mkdir()
    return made


@pytest.fixture
def now() -> datetime:
    return NOW
