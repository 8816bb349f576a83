"""Keys and sealing: personal values and recordings can be read only through here.

Every report, call and customer is an *owner* with one data key. Data keys are kept wrapped by the
master key in `keys.db`, a file that is never part of the database or its backups; erasing an
owner destroys his key, and with it every copy of what was sealed, wherever it is.
"""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from claims_store import sealed_files
from claims_store.errors import VaultDamaged
from claims_store.keyring import Keyring

KEY_ID_BYTES = 8
_NONCE_BYTES = 12
_FORMAT = b"\x01"
_HEADER = len(_FORMAT) + KEY_ID_BYTES
_INDEX_OWNER = "index"


class Sealed(bytes):
    """What `Vault.seal` makes and a personal column takes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<sealed {len(self)} bytes>"


@dataclass(frozen=True, slots=True)
class Key:
    """A data key; only the vault makes one."""

    id: bytes
    secret: bytes = field(repr=False)


class Vault:
    """Seals and opens; safe to use from several threads and several processes at once."""

    def __init__(self, ring: Keyring) -> None:
        self._ring = ring
        self._pepper = self.new_key(_INDEX_OWNER).secret

    @classmethod
    def at(cls, keys: Path) -> Vault:
        """The vault whose wrapped keys are in the file `keys`, the master key beside it."""
        return cls(Keyring(keys))

    def close(self) -> None:
        self._ring.close()

    def new_key(self, owner: str) -> Key:
        """The data key of `owner` ("report:BA-...", "call:...", "customer:..."), made when missing.

        Raises `Erased` when the owner's key was destroyed.
        """
        return Key(*self._ring.key_of(owner))

    def erase(self, owner: str) -> bool:
        """Destroy the key of `owner`; what was sealed with it is gone for good. False: had none."""
        return self._ring.erase(owner)

    def seal(self, text: str, key: Key) -> Sealed:
        """Encrypt a value; the key's id travels inside the blob."""
        header = _FORMAT + key.id
        nonce = os.urandom(_NONCE_BYTES)
        body = AESGCM(key.secret).encrypt(nonce, text.encode(), header)
        return Sealed(header + nonce + body)

    def open(self, blob: bytes | None) -> str | None:
        """The sealed text; None for None and once its key is erased."""
        if blob is None:
            return None
        header, nonce, body = blob[:_HEADER], blob[_HEADER : _HEADER + 12], blob[_HEADER + 12 :]
        if len(body) < 16 or not header.startswith(_FORMAT):
            raise VaultDamaged("this is not a sealed value")
        secret = self._ring.secret(header[len(_FORMAT) :])
        if secret is None:
            return None
        try:
            return AESGCM(secret).decrypt(nonce, body, header).decode()
        except InvalidTag:
            raise VaultDamaged("a sealed value was changed") from None

    def index(self, text: str) -> str:
        """A blind index: equal texts give equal marks, and only this vault can make them."""
        return hmac.new(self._pepper, text.encode(), sha256).hexdigest()

    def token_mark(self, token: str) -> str:
        """The mark under which a secret token is kept, so that the database never holds it."""
        return self.index(f"token\0{token}")

    def seal_file(self, source: Path, target: Path, key: Key) -> str:
        """Encrypt `source` into `target` (0600, complete or absent); the plain text's SHA-256.

        The source stays: removing it is the caller's next step, once the row is committed.
        """
        return sealed_files.seal(source, target, key.id, key.secret)

    def seal_bytes(self, plain: bytes, target: Path, key: Key) -> str:
        """As `seal_file`, for what was never in a file."""
        return sealed_files.seal_bytes(plain, target, key.id, key.secret)

    def open_file(self, path: Path) -> sealed_files.SealedFile | None:
        """A reader of any range of a sealed file; None once its key is erased."""
        secret = self._ring.secret(sealed_files.key_id(path))
        return None if secret is None else sealed_files.SealedFile(path, secret)


def new_token() -> str:
    """A secret that nobody guesses, for sessions and links."""
    return secrets.token_urlsafe(32)
