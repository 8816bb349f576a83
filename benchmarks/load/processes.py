"""What processes have used, as the kernel counts it: CPU time, memory, files, threads."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Used:
    """CPU milliseconds since the process began; of its first thread, and of the others."""

    first: float
    others: float

    @property
    def all(self) -> float:
        return self.first + self.others

    def __sub__(self, before: Used) -> Used:
        return Used(self.first - before.first, self.others - before.others)


@dataclass(frozen=True, slots=True)
class Size:
    """How big a process is now."""

    rss_mb: float
    files: int
    threads: int


def used(pid: int) -> Used:
    """CPU time of a process, with the threads of it that have ended. Raises FileNotFoundError."""
    whole = _cpu(Path(f"/proc/{pid}/stat"))
    first = _cpu(Path(f"/proc/{pid}/task/{pid}/stat"))
    return Used(first, whole - first)


def _cpu(file: Path) -> float:
    fields = file.read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_MS


def size(pid: int) -> Size:
    """Raises FileNotFoundError when the process is gone."""
    resident = int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1]) * PAGE
    return Size(
        round(resident / 1024 / 1024, 1),
        sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()),
        sum(1 for _ in Path(f"/proc/{pid}/task").iterdir()),
    )


def children(pid: int) -> list[int]:
    """Its direct children."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text("utf-8").split())
    return found


def machine() -> str:
    """What it was measured on, in a line."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    load = "/".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{os.cpu_count()} x {model}, load {load}"


@dataclass(frozen=True, slots=True)
class Box:
    """Jiffies of the whole machine since it started."""

    busy: int
    all: int

    def share_since(self, before: Box) -> float:
        """Share (0..1) of all processors that was in use between two looks."""
        passed = self.all - before.all
        return (self.busy - before.busy) / passed if passed else 0.0


def box() -> Box:
    fields = [
        int(each) for each in Path("/proc/stat").read_text("utf-8").split("\n")[0].split()[1:]
    ]
    idle = fields[3] + fields[4]
    return Box(sum(fields[:8]) - idle, sum(fields[:8]))
