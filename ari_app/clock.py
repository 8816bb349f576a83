"""The only reader of the clock: everything else is given the time.

A machine's clock may be set while calls are in the air; their order, their waits and their timers
must not feel it. So all processes of an installation go by one steady clock: the time of day as it
was when the system started, plus the seconds that have passed since. It follows the machine's clock
again when nobody is on the line.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
FILE = "clock.json"


class Clock(Protocol):
    """Tells the time of day."""

    def now(self) -> datetime:
        """The present instant, with zone UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Machine:
    """The clocks of this machine: the time of day, which may be set, and the seconds since it was
    started, which go on; `boot` names that start."""

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    boot: Callable[[], str] = lambda: BOOT_ID.read_text("ascii").strip()

    @property
    def offset(self) -> float:
        """What makes the time of day of the seconds."""
        return self.wall() - self.steady()


class SteadyClock:
    """The clock of the installation in the folder `state`; its file is what the processes share.
    One that `follows` looks at the file whenever it is asked."""

    def __init__(
        self, state: Path, machine: Machine | None = None, *, follows: bool = False
    ) -> None:
        self._file = state / FILE
        self._machine = machine or Machine()
        self._follows = follows
        self._seen: tuple[int, int] | None = None
        self._offset = self._machine.offset
        if not self.look():
            self.follow()

    def now(self) -> datetime:
        if self._follows:
            self.look()
        return datetime.fromtimestamp(self._offset + self._machine.steady(), UTC)

    @property
    def stepped(self) -> float:
        """Seconds by which the machine's clock was set forward (below 0: back) meanwhile."""
        return self._machine.offset - self._offset

    def follow(self) -> None:
        """Go by the machine's clock as it is now, and let the others do so."""
        self._offset = self._machine.offset
        said = json.dumps({"boot": self._machine.boot(), "offset": self._offset})
        aside = self._file.with_name(f".{FILE}.{os.getpid()}")
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside.write_text(said, "utf-8")
        aside.replace(self._file)
        found = self._file.stat()
        self._seen = found.st_ino, found.st_mtime_ns

    def look(self) -> bool:
        """Take over what another process has followed; False: nobody has since the machine was
        started."""
        try:
            found = self._file.stat()
            if self._seen == (found.st_ino, found.st_mtime_ns):
                return True
            said = json.loads(self._file.read_text("utf-8"))
            if said["boot"] != self._machine.boot():
                return False
            self._offset = float(said["offset"])
            self._seen = found.st_ino, found.st_mtime_ns
        except (OSError, ValueError, TypeError, KeyError):
            return False
        return True
