"""`claimline` as a person or a script runs it, on the demo's insurer with two calls of today."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ari_app.cli import app
from ari_app.demo.seed import seed
from ari_app.planning import DEMO_PLAN
from claims_store import calls, migrate, plans, recordings, reports
from claims_store.calls import CallOpened
from claims_store.recordings import Recording
from claims_store.store import Store
from tests.fakes.sounds import leave, tone
from tests.hashing import quick_hashes
from tests.virtual_time import BEGINNING

FIRST, SECOND = "n1-1764145200.1", "n1-1764145260.2"
CALLER = "+8613800138001"
SOUND = tone(1, 440)


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Claimline = Callable[..., Said]


@pytest.fixture(autouse=True)
def hashes() -> Iterator[None]:
    with quick_hashes():
        yield


@pytest.fixture(scope="session")
def insurer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state directory with the demo's insurer."""
    state = tmp_path_factory.mktemp("insurer")
    (state / "keys").mkdir()
    migrate.upgrade(f"sqlite:///{state / 'claimline.db'}")
    store = open_state(state)
    with quick_hashes():
        seed(store, BEGINNING)
    store.run_now(plans.publish, DEMO_PLAN.read_text("utf-8"), "admin", "first", BEGINNING)
    two_calls(store, state)
    store.close_now()
    return state


def open_state(state: Path) -> Store:
    return Store.open_now(f"sqlite:///{state / 'claimline.db'}", state / "keys" / "keys.db")


def two_calls(store: Store, state: Path) -> None:
    """The newer one led to a report and has a sealed recording."""
    for minute, call_id in enumerate((FIRST, SECOND)):
        at = BEGINNING + timedelta(minutes=minute)
        opened = CallOpened(call_id, "n1", "sip-1", CALLER, "5550100", at, 1)
        store.run_now(calls.open_call, opened)
        store.run_now(calls.note, call_id, at, "menu", menu="main", target="report", why="key")
    number = store.run_now(reports.start, SECOND, CALLER, "zh", BEGINNING)
    store.run_now(
        reports.answer, number, "any_injury", "no", by="line", source="line", at=BEGINNING
    )
    plain = leave(state / "plain", "both.wav", SOUND)
    key = store.vault.new_key(f"call:{SECOND}")
    (state / "recordings").mkdir()
    digest = store.vault.seal_file(plain, state / "recordings" / "one.cl", key)
    sealed = Recording(SECOND, "one.cl", 2, 2, 1.0, digest, False, BEGINNING)
    store.run_now(recordings.sealed, sealed)


@pytest.fixture
def state(insurer: Path, tmp_path: Path) -> Path:
    """A copy of the insurer for one test."""
    return Path(shutil.copytree(insurer, tmp_path / "state"))


@pytest.fixture
def store(state: Path) -> Iterator[Store]:
    store = open_state(state)
    yield store
    store.close_now()


@pytest.fixture
def claimline(state: Path) -> Claimline:
    """Runs a command; where it wants a state directory it gets this test's."""

    def run(*args: str) -> Said:
        done = CliRunner().invoke(app, list(args), env={"CLAIMLINE_STATE": str(state)})
        return Said(done.exit_code, done.stdout, done.stderr)

    return run
