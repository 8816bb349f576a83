"""Data keys: made once, wrapped, destroyed for good."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from claims_store.errors import Erased, VaultDamaged
from claims_store.keyring import Keyring

pytestmark = pytest.mark.unit


def wrapped(path: Path, owner: str) -> bytes:
    with sqlite3.connect(path) as db:
        (blob,) = db.execute("SELECT wrapped FROM keys WHERE owner = ?", (owner,)).fetchone()
    db.close()
    return bytes(blob)


def test_an_owner_keeps_his_key_over_restarts(tmp_path: Path) -> None:
    first = Keyring(tmp_path / "keys.db")
    key, secret = first.key_of("report:BA-1")
    assert first.key_of("report:BA-1") == (key, secret)
    assert first.key_of("report:BA-2")[1] != secret
    first.close()
    again = Keyring(tmp_path / "keys.db")
    assert again.key_of("report:BA-1") == (key, secret)
    assert again.secret(key) == secret
    again.close()


def test_both_files_belong_to_their_owner_only(tmp_path: Path) -> None:
    Keyring(tmp_path / "secrets" / "keys.db").close()
    folder = tmp_path / "secrets"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()} == {
        "keys.db": 0o600,
        "keys.master": 0o600,
    }


def test_an_erased_key_is_nowhere_in_the_files(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "keys.db")
    key, _ = ring.key_of("call:1")
    blob = wrapped(tmp_path / "keys.db", "call:1")
    assert any(blob in file.read_bytes() for file in tmp_path.iterdir())
    assert ring.erase("call:1")
    assert not any(blob in file.read_bytes() for file in tmp_path.iterdir())
    assert ring.secret(key) is None
    assert not ring.erase("call:1")
    with pytest.raises(Erased):
        ring.key_of("call:1")
    ring.close()


def test_an_erasure_counts_at_once_for_another_process(tmp_path: Path) -> None:
    app, worker = Keyring(tmp_path / "keys.db"), Keyring(tmp_path / "keys.db")
    key, secret = app.key_of("call:1")
    assert worker.secret(key) == secret
    app.erase("call:1")
    assert worker.secret(key) is None
    app.close()
    worker.close()


def test_many_threads_and_two_rings_agree_on_one_key(tmp_path: Path) -> None:
    rings = [Keyring(tmp_path / "keys.db"), Keyring(tmp_path / "keys.db")]
    found: set[bytes] = set()
    gate = threading.Barrier(8)

    def ask(ring: Keyring) -> None:
        gate.wait()
        for number in range(20):
            found.add(ring.key_of(f"call:{number}")[1])

    threads = [threading.Thread(target=ask, args=(rings[each % 2],)) for each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    for ring in rings:
        ring.close()


def test_a_key_file_without_its_master_key_opens_nothing(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "keys.db")
    key, _ = ring.key_of("call:1")
    ring.close()
    (tmp_path / "keys.master").write_bytes(bytes(32))
    other = Keyring(tmp_path / "keys.db")
    with pytest.raises(VaultDamaged):
        other.secret(key)
    with pytest.raises(VaultDamaged):
        other.secret(b"unknown!")
    other.close()
    (tmp_path / "keys.master").write_bytes(b"short")
    with pytest.raises(VaultDamaged):
        Keyring(tmp_path / "keys.db")
