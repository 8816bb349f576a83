"""What the processes of an installation say about themselves: a small file each, which
`claimline status` reads. It holds figures and codes, nothing about callers.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

EVERY = 1.0

Said = Mapping[str, Any]


def write(folder: Path, process: str, said: Said) -> None:
    """Replace what a process said before; a power cut may take it, so it is not forced to disk."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = folder / f".{process}.{os.getpid()}"
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"pid": os.getpid(), **said}, file, ensure_ascii=False)
    aside.replace(folder / f"{process}.json")


def read(folder: Path, pids: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """What each process said, by its name; what an earlier process left behind does not count."""
    found: dict[str, dict[str, Any]] = {}
    for process, pid in pids.items():
        try:
            said = json.loads((folder / f"{process}.json").read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(said, dict) and said.get("pid") == pid:
            found[process] = said
    return found


def last(folder: Path, process: str) -> datetime | None:
    """When a process of that name spoke last, though it may be gone."""
    try:
        return datetime.fromisoformat(json.loads((folder / f"{process}.json").read_text())["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


async def keep(folder: Path, process: str, say: Callable[[], Said]) -> None:
    """Say it each second, until cancelled; a disk that takes nothing keeps nobody from work."""
    while True:
        with contextlib.suppress(OSError):  # the watch over the disk tells
            await asyncio.to_thread(write, folder, process, say())
        await asyncio.sleep(EVERY)
