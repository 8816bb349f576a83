"""The file format of sealed recordings: AES-GCM in chunks, so that a player can read any range.

    magic "CLF1" | key id (8) | nonce prefix (8) | plain length (8, big endian)      = header
    chunks of 64 KiB of plain text, each followed by its 16-byte tag

The nonce of a chunk is the prefix and its number; the header is authenticated with every chunk,
so chunks cannot be moved, dropped or taken from another file, nor can the length be changed.
"""

from __future__ import annotations

import os
import struct
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from claims_store.errors import VaultDamaged

CHUNK = 64 * 1024
_MAGIC = b"CLF1"
_HEADER = struct.Struct(">4s8s8sQ")
_TAG = 16


def seal(source: Path, target: Path, key: bytes, secret: bytes) -> str:
    """Write `target` beside itself, fsync, then move it into place; SHA-256 of the plain text."""
    with source.open("rb") as plain:
        return _seal(plain, source.stat().st_size, target, key, secret)


def seal_bytes(plain: bytes, target: Path, key: bytes, secret: bytes) -> str:
    """As `seal`, for what was never in a file."""
    return _seal(BytesIO(plain), len(plain), target, key, secret)


def _seal(plain: BinaryIO, length: int, target: Path, key: bytes, secret: bytes) -> str:
    digest = sha256()
    header = _HEADER.pack(_MAGIC, key, os.urandom(8), length)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as out:
        out.write(header)
        cipher = AESGCM(secret)
        left = length
        for number in range(_chunks(length)):
            chunk = plain.read(min(CHUNK, left))
            left -= len(chunk)
            digest.update(chunk)
            out.write(cipher.encrypt(_nonce(header, number), chunk, header))
        if left:
            raise OSError(f"what is sealed into {target.name} became shorter while it was sealed")
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)
    _sync_folder(target.parent)
    return digest.hexdigest()


def key_id(path: Path) -> bytes:
    """Which key the file was sealed with."""
    with path.open("rb") as file:
        return _read_header(file)[1]


class SealedFile:
    """A sealed file open for reading; a context manager."""

    def __init__(self, path: Path, secret: bytes) -> None:
        # A link in its place would lead out of the folder of recordings.
        self._file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
        self._cipher = AESGCM(secret)
        self._header, _, self.size = _read_header(self._file)

    def read(self, offset: int = 0, length: int | None = None) -> bytes:
        """Plain bytes from `offset`; fewer than `length` only at the end."""
        end = self.size if length is None else min(self.size, offset + length)
        if offset >= end:
            return b""
        first, last = offset // CHUNK, (end - 1) // CHUNK
        plain = b"".join(self._chunk(number) for number in range(first, last + 1))
        return plain[offset - first * CHUNK : end - first * CHUNK]

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> SealedFile:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _chunk(self, number: int) -> bytes:
        self._file.seek(_HEADER.size + number * (CHUNK + _TAG))
        size = min(CHUNK, self.size - number * CHUNK)
        try:
            return self._cipher.decrypt(
                _nonce(self._header, number), self._file.read(size + _TAG), self._header
            )
        except InvalidTag:
            raise VaultDamaged("a sealed file was changed or cut off") from None


def _read_header(file: BinaryIO) -> tuple[bytes, bytes, int]:
    header = file.read(_HEADER.size)
    if len(header) != _HEADER.size or not header.startswith(_MAGIC):
        raise VaultDamaged("this is not a sealed file")
    _, key, _, length = _HEADER.unpack(header)
    return header, key, length


def _chunks(length: int) -> int:
    # An empty file has one empty chunk: its tag still proves the header.
    return max(1, -(-length // CHUNK))


def _nonce(header: bytes, number: int) -> bytes:
    prefix: bytes = _HEADER.unpack(header)[2]
    return prefix + number.to_bytes(4, "big")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
