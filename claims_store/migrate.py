"""Brings a database to this program's schema; each step is one transaction where it can be."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from claims_store.store import begin, make_engine
from claims_store.tables import REVISION, Base

_FOLDER = "migrations"
# data_files of an installed distribution land here; an editable one has them beside the packages.
_PLACES = (Path(__file__).parents[1], Path(sys.prefix) / "share" / "claimline")


def upgrade(url: str, revision: str = REVISION) -> None:
    """Bring the database to `revision`; does nothing when it is there already."""
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            begin(connection)
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        engine.dispose()


def current(url: str) -> str | None:
    """The revision the database is at; None for an empty one."""
    engine = make_engine(url)
    try:
        return _current(engine)
    finally:
        engine.dispose()


def check(url: str) -> list[str]:
    """What the database has otherwise than the tables of this program; empty when it fits."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return [_sentence(change) for change in compare_metadata(context, Base.metadata)]
    finally:
        engine.dispose()


def _current(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    place = next(place for place in _PLACES if (place / _FOLDER / "env.py").is_file())
    config = Config()
    # Values are interpolated: a percent sign in a path has to be doubled.
    config.set_main_option("script_location", str(place / _FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _sentence(change: Any) -> str:
    return repr(change)
