"""Where a call's steps wait while the database is away: a file with one sealed line a step.

A step counts as kept once `append` has returned: the line is on disk. Lines carry a checksum; a
last line that was cut off was never acknowledged, any other damaged line is set aside.
"""

from __future__ import annotations

import logging
import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path
from zlib import crc32

from claims_store.errors import VaultDamaged
from claims_store.steps import Step, decode, encode
from claims_store.vault import Vault

logger = logging.getLogger(__name__)

FILE = "steps"
ASIDE = "set-aside"
_OWNER = "journal"


class JournalFull(Exception):
    """The journal cannot be written either: nothing more can be promised to a caller."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What lies in a journal's folder: steps of the running outage (None: there is none), and
    lines that a person has to look at."""

    steps: int | None
    set_aside: int


class Journal:
    """The journal of one app in `folder`. Its calls block; one at a time."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._file = folder / FILE
        self._vault = vault
        self._key = vault.new_key(_OWNER)
        self._size = 0
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def append(self, steps: Sequence[Step]) -> None:
        """Put steps on disk, all or none; without steps only the file is made, which says that
        the database is away. Raises `JournalFull`."""
        lines = b"".join(self._line(step) for step in steps)
        try:
            with _opened(self._file) as file:
                # What a failed append left behind must not stand before this one.
                file.truncate(self._size)
                file.seek(self._size)
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
            if self._size == 0:
                _sync_folder(self._folder)
        except OSError as fault:
            raise JournalFull(f"the journal cannot be written: {fault.strerror}") from fault
        self._size += len(lines)

    def read(self) -> list[Step] | None:
        """The steps that an earlier process left; None when it left no file."""
        if not self._file.exists():
            return None
        steps = []
        *lines, torn = self._file.read_bytes().split(b"\n")
        for line in lines:
            step = self._step(line)
            if step is None:
                self._keep_aside(line)
            else:
                steps.append(step)
        self._size = self._file.stat().st_size - len(torn)
        return steps

    def set_aside(self, step: Step) -> None:
        """Keep a step that can never be applied, for a person."""
        self._keep_aside(self._line(step).rstrip(b"\n"))

    def clear(self) -> None:
        """Everything is in the database."""
        self._file.unlink(missing_ok=True)
        self._size = 0
        _sync_folder(self._folder)

    def _line(self, step: Step) -> bytes:
        sealed = b64encode(self._vault.seal(encode(step).decode(), self._key))
        return b"%08x %s\n" % (crc32(sealed), sealed)

    def _step(self, line: bytes) -> Step | None:
        sum_, _, sealed = line.partition(b" ")
        if sum_ != b"%08x" % crc32(sealed):
            return None
        try:
            text = self._vault.open(b64decode(sealed, validate=True))
        except (VaultDamaged, NotBase64):
            return None
        return None if text is None else decode(text.encode())

    def _keep_aside(self, line: bytes) -> None:
        with _opened(self._folder / ASIDE) as file:
            file.seek(0, os.SEEK_END)
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        logger.error("a line of the journal was set aside", extra={"folder": str(self._folder)})


def waiting(folder: Path) -> Waiting:
    """What is in the journal of `folder`, for `claimline status`."""
    steps, aside = (
        file.read_bytes().count(b"\n") if file.exists() else None
        for file in (folder / FILE, folder / ASIDE)
    )
    return Waiting(steps, aside or 0)


def _opened(file: Path) -> BufferedRandom:
    return open(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+b")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
