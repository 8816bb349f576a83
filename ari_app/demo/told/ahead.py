"""Runs a program of ours by a machine whose clock is ahead: `python -m ari_app.demo.told.ahead
PROGRAM ...`, with the seconds in the state directory's file `ahead`.

The program itself knows nothing of it: for it the machine's clock was set, which it follows when
nobody is on the line. No program that is started in another way reads that file.
"""

from __future__ import annotations

import runpy
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from ari_app import clock

FILE = "ahead"


class Ahead:
    """The clock of a machine, and how far it is ahead of this one."""

    def __init__(self, state: Path) -> None:
        self._file = state / FILE

    def set(self, seconds: float) -> None:
        part = self._file.with_suffix(".part")
        part.write_text(str(seconds), "ascii")
        part.replace(self._file)

    @property
    def seconds(self) -> float:
        return float(self._file.read_text("ascii"))

    def wall(self) -> float:
        return time.time() + self.seconds

    def machine(self) -> clock.Machine:
        return clock.Machine(wall=self.wall)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.wall(), UTC)


def install(ahead: Ahead) -> None:
    """Let this process, and those that it starts, go by that machine."""
    from ari_app import supervise

    setattr(clock.SystemClock, "now", lambda _: ahead.now())  # noqa: B010
    setattr(clock.SteadyClock.__init__, "__defaults__", (ahead.machine(),))  # noqa: B010
    supervise.LAUNCHER = (__spec__.name,)


def main() -> None:
    program, *arguments = sys.argv[1:]
    install(Ahead(Path(arguments[arguments.index("--state") + 1])))
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
