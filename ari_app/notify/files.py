"""Messages as files, for installations without a gateway and for tests."""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import os
from dataclasses import asdict
from pathlib import Path

from ari_app.notify.channel import Notice, State, Unsent


class Files:
    """One JSON file a message, named by its key: written again it is the same file."""

    doubt_s = 0.0
    listening_s = math.inf
    ask_after_s = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def parts(self, notice: Notice) -> int:
        return 1

    async def send(self, notice: Notice, part: int) -> str:
        path = self._folder / f"{hashlib.sha256(notice.key.encode()).hexdigest()[:24]}.json"
        try:
            await asyncio.to_thread(_write, path, notice)
        except OSError as fault:
            raise Unsent(os.strerror(fault.errno or 0)) from fault
        return path.stem

    async def ask(self, key: str, part: int, message_id: str) -> State | None:
        return None

    async def look(self) -> None:
        if not await asyncio.to_thread(_writable, self._folder):
            raise Unsent("the folder cannot be written")

    async def keep(self) -> None:
        return

    async def close(self) -> None:
        return


def _writable(folder: Path) -> bool:
    """Whether messages can be written there; the first one makes the folder."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _write(path: Path, notice: Notice) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return
    aside = path.with_suffix(".part")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(notice), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
