"""The wrapped data keys, in an SQLite file of their own beside the master key that wraps them."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from claims_store.errors import Erased, VaultDamaged

_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    id BLOB PRIMARY KEY,
    owner TEXT NOT NULL UNIQUE,
    wrapped BLOB  -- NULL once erased; the row stays, so that nobody writes under this owner again
) WITHOUT ROWID
"""


class Keyring:
    """Looks keys up in the file every time: an erasure by another process counts at once."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        _touch_private(path)
        self._master = AESGCM(_master_key(path.with_suffix(".master")))
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            self._db.execute(f"PRAGMA {pragma}").close()
        self._db.execute(_SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def key_of(self, owner: str) -> tuple[bytes, bytes]:
        """(id, secret) of the owner's key, made and on disk at the first call."""
        with self._lock:
            row = self._of(owner)
            if row is None:
                row = self._make(owner)
        key, wrapped = row
        if wrapped is None:
            raise Erased(f"the key of {owner} was erased")
        return key, self._unwrap(key, wrapped)

    def secret(self, key: bytes) -> bytes | None:
        """The secret of a key, None once erased; `VaultDamaged` for a key this ring never had."""
        with self._lock:
            row = self._db.execute("SELECT wrapped FROM keys WHERE id = ?", (key,)).fetchone()
        if row is None:
            raise VaultDamaged("sealed with a key that is not in this installation's key file")
        return None if row[0] is None else self._unwrap(key, row[0])

    def erase(self, owner: str) -> bool:
        """Overwrite the owner's wrapped key, in the file and in its write-ahead log."""
        with self._lock:
            done = self._db.execute(
                "UPDATE keys SET wrapped = NULL WHERE owner = ? AND wrapped IS NOT NULL", (owner,)
            )
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return done.rowcount == 1

    def _of(self, owner: str) -> tuple[bytes, bytes | None] | None:
        found: tuple[bytes, bytes | None] | None = self._db.execute(
            "SELECT id, wrapped FROM keys WHERE owner = ?", (owner,)
        ).fetchone()
        return found

    def _make(self, owner: str) -> tuple[bytes, bytes | None]:
        key = os.urandom(8)
        nonce = os.urandom(12)
        wrapped = nonce + self._master.encrypt(nonce, os.urandom(32), key)
        self._db.execute(
            "INSERT INTO keys VALUES (?, ?, ?) ON CONFLICT (owner) DO NOTHING",
            (key, owner, wrapped),
        )
        # Another process may have been first: its key is the owner's.
        return self._of(owner) or (key, wrapped)

    def _unwrap(self, key: bytes, wrapped: bytes) -> bytes:
        try:
            return self._master.decrypt(wrapped[:12], wrapped[12:], key)
        except InvalidTag:
            raise VaultDamaged("the master key does not fit the key file") from None


def _touch_private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _master_key(path: Path) -> bytes:
    """Read the master key; the first process to come makes it, complete or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(os.urandom(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_bytes()
    if len(key) != 32:
        raise VaultDamaged("the master key file is damaged")
    return key
