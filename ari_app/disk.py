"""Whether the disk takes what recorders write: looked at again and again, since Asterisk says that
a recording is done also when the disk took nothing of it.

Below `FULL` percent nothing more is recorded, knowingly, so that ledger and journal have room.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ari_app.alarms import Alarms
from ari_app.healing import Heal

LOW, FULL = 15, 5
LOOK_EVERY = 2.0
PROBE = 4096


@dataclass(frozen=True, slots=True)
class Space:
    """One look: percent of the disk that is free, whether a file could be written, and folders
    that were gone and had to be made again."""

    free: int
    writable: bool
    made: tuple[str, ...] = ()

    @property
    def recordable(self) -> bool:
        return self.writable and self.free >= FULL


def look(folders: Sequence[Path]) -> Space:
    """Look at the folders that recorders write into; they are on one disk."""
    made = tuple(folder.name for folder in folders if _make(folder))
    free = 100
    try:
        for folder in folders:
            disk = os.statvfs(folder)
            free = min(free, 100 * disk.f_bavail // max(1, disk.f_blocks))
        return Space(free, all(_takes(folder) for folder in folders), made)
    except OSError:
        return Space(free, writable=False, made=made)


def _make(folder: Path) -> bool:
    if folder.is_dir():
        return False
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError:
        return False
    return True


def _takes(folder: Path) -> bool:
    """Whether a file can be written there: rights alone do not tell."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        probe.write_bytes(bytes(PROBE))
    except OSError:
        return False
    finally:
        try:
            probe.unlink(missing_ok=True)
        except OSError:
            return False
    return True


class DiskWatch:
    """Looks every few seconds, in a thread; `healed` hears of folders that were made again."""

    def __init__(
        self, folders: Sequence[Path], alarms: Alarms, healed: Callable[[Heal], None]
    ) -> None:
        self._folders = folders
        self._alarms = alarms
        self._healed = healed
        self._space = Space(100, writable=True)

    def recordable(self) -> bool:
        """Whether a recorder that begins now would keep what it hears."""
        return self._space.recordable

    async def keep(self) -> None:
        """Look until cancelled."""
        while True:
            self.see(await asyncio.to_thread(look, self._folders))
            await asyncio.sleep(LOOK_EVERY)

    def see(self, space: Space) -> None:
        """Take in what was found."""
        self._space = space
        for name in space.made:
            self._healed(Heal("directory_gone", name))
        raises: dict[str, bool] = {
            "recordings_failed": not space.writable,
            "disk_full": space.writable and space.free < FULL,
            "disk_low": space.writable and FULL <= space.free < LOW,
        }
        for code, on in raises.items():
            if on:
                self._alarms.raise_(code, free=space.free)  # type: ignore[arg-type]  # three codes
            else:
                self._alarms.clear(code)  # type: ignore[arg-type]
