"""One app a node: a second one is refused, on PostgreSQL too; a crash leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ari_app import lease
from ari_app.cli import app
from ari_app.lease import DatabaseLease, LeaseTaken, file_lease
from ari_app.settings import Settings, choose_ports, save_ports
from claims_store.store import Store
from tests.databases import Postgres, open_sqlite, postgres

pytestmark = pytest.mark.store


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        running.make("claims")
        yield running


@pytest.fixture
def stores(server: Postgres, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two processes' view of one database."""
    opened = [Store.open_now(server.url("claims"), tmp_path / "keys.db") for _ in range(2)]
    yield opened[0], opened[1]
    for each in opened:
        each.close_now()


def test_a_second_app_on_the_same_state_is_refused_in_one_sentence(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path)
    with file_lease(settings):
        with pytest.raises(LeaseTaken, match=rf"process {os.getpid()}\. It goes on"):
            with file_lease(settings):
                pass
    with file_lease(settings):
        pass


def test_the_command_says_so_and_fails(tmp_path: Path) -> None:
    save_ports(tmp_path, choose_ports())
    with file_lease(Settings(state=tmp_path)):
        said = CliRunner().invoke(app, ["serve", "--state", str(tmp_path)])
    assert said.exit_code == 1
    assert "Another app leads the calls of node n1" in said.stderr


def test_two_states_on_one_sqlite_file_are_one_node(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'claims.db'}"
    with file_lease(Settings(state=tmp_path / "a", database=url)):
        with pytest.raises(LeaseTaken), file_lease(Settings(state=tmp_path / "b", database=url)):
            pass
        with file_lease(Settings(state=tmp_path / "c", database=url, node="n2")):
            pass


def test_a_killed_process_leaves_no_lease(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path;"
        "from ari_app.lease import file_lease; from ari_app.settings import Settings;"
        "held = file_lease(Settings(state=Path(sys.argv[1]))); held.__enter__();"
        "print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    with pytest.raises(LeaseTaken), file_lease(Settings(state=tmp_path)):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    with file_lease(Settings(state=tmp_path)):
        pass


async def test_postgresql_refuses_a_second_app_of_a_node(stores: tuple[Store, Store]) -> None:
    first, second = (DatabaseLease(each, "n1") for each in stores)
    await first.take()
    await first.take()
    with pytest.raises(LeaseTaken, match="on this database"):
        await second.take()
    other = DatabaseLease(stores[1], "n2")
    await other.take()
    first.release()
    await second.take()
    for each in (second, other):
        each.release()


async def test_a_lease_that_was_lost_with_its_session_is_taken_again_or_is_gone(
    stores: tuple[Store, Store], server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "ASK_EVERY", 0.02)
    first, second = (DatabaseLease(each, "n1") for each in stores)
    await first.take()
    _end_sessions(server)
    await first.take()
    with pytest.raises(LeaseTaken):
        await second.take()
    _end_sessions(server)
    await second.take()
    async with asyncio.timeout(10):
        with pytest.raises(LeaseTaken):
            await first.keep()
    for each in (first, second):
        each.release()


async def test_sqlite_has_no_second_machine(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path)
    held = DatabaseLease(store, "n1")
    await held.take()
    held.release()
    await store.close()


def _end_sessions(server: Postgres) -> None:
    """As a restart of the server does."""
    with server.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = 'claims' AND pid <> pg_backend_pid()"
        )
