"""Processes that let the calls have the processor first."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

AUTOGROUP = Path("/proc/self/autogroup")


def give_way(niceness: int) -> None:
    """Lower the priority of this process, and of its session: where Linux shares time between
    sessions first (`sched_autogroup_enabled`), niceness alone counts only within one."""
    os.nice(niceness)
    with contextlib.suppress(OSError):
        AUTOGROUP.write_text(str(niceness), "ascii")
