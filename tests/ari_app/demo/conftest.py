"""The demo's insurer and one language's players."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ari_app.demo.cast import Cast, cast
from ari_app.demo.seed import seed
from claims_store import migrate, passwords
from claims_store.store import Store
from tests.virtual_time import BEGINNING


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state directory of a running demo; its passwords are no real ones."""
    folder = tmp_path_factory.mktemp("demo")
    url = f"sqlite:///{folder / 'claimline.db'}"
    migrate.upgrade(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hashed", lambda password: password)
        store = Store.open_now(url, folder / "keys" / "keys.db")
        logins = seed(store, BEGINNING)
        store.close_now()
    users = [{"login": e.login, "password": e.password, "role": e.role} for e in logins]
    told = {"web": "http://127.0.0.1:8080", "users": users}
    (folder / "endpoints.json").write_text(json.dumps(told))
    return folder


@pytest.fixture
def store(state: Path) -> Iterator[Store]:
    url = f"sqlite:///{state / 'claimline.db'}"
    store = Store.open_now(url, state / "keys" / "keys.db")
    yield store
    store.close_now()


@pytest.fixture
def players(store: Store, state: Path) -> Cast:
    return store.run_now(cast, "en", 2, state / "endpoints.json")
