"""Sends messages to people: what every way of sending keeps to, and the first way, files."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Notice:
    """A worded message. `key` is the same whenever the same message is tried again."""

    key: str
    to: str
    language: str
    text: str
    body: str


class Notifier(Protocol):
    """A way to reach people."""

    def send(self, notice: Notice) -> None:
        """Hand the message over, once per key however often it is called. Raises OSError when it
        could not be handed over; then it may be tried again."""


class Files:
    """One JSON file a message, for installations without a gateway and for tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, notice: Notice) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{hashlib.sha256(notice.key.encode()).hexdigest()[:24]}.json"
        if path.exists():
            return
        aside = path.with_suffix(".part")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(notice), file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
