"""How big the processes are, again and again, and whether they grow."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from benchmarks.load.figures import slope
from benchmarks.load.house import House
from benchmarks.load.processes import Size, Used, children, size, used

EVERY_S = 5.0
WATCHED = ("asterisk", "app", "worker")
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Growth:
    """One process between the end of its warm-up and the end of the calls."""

    rss_mb: float
    """At the end."""
    percent_an_hour: float
    """Growth of its memory, by a line through all samples after the warm-up."""
    files: tuple[int, int, int]
    """Open at the start, at most, and at the end."""
    threads: tuple[int, int, int]


@dataclass(slots=True)
class Watch:
    """Samples of the processes' sizes."""

    house: House
    samples: list[tuple[float, dict[str, Size]]] = field(default_factory=list)

    def sample(self) -> None:
        now = asyncio.get_running_loop().time()
        self.samples.append((now, {name: size(self.house.pids[name]) for name in WATCHED}))

    async def keep(self) -> None:
        """Sample until cancelled."""
        while True:
            self.sample()
            await asyncio.sleep(EVERY_S)

    def growth(self, warm_s: float, until: float) -> dict[str, Growth]:
        """Of each process: memory from the end of the warm-up to `until`, files and threads from
        the first sample to the last."""
        first = self.samples[0][0]
        return {name: self._growth(name, first + warm_s, until) for name in WATCHED}

    def _growth(self, name: str, warm: float, until: float) -> Growth:
        sizes = [each[name] for _, each in self.samples]
        points = [(at, each[name].rss_mb) for at, each in self.samples if warm <= at <= until]
        base = points[0][1] if points else sizes[-1].rss_mb
        return Growth(
            sizes[-1].rss_mb, round(slope(points) * HOUR / base * 100, 1),
            _path([each.files for each in sizes]), _path([each.threads for each in sizes]),
        )  # fmt: skip


def _path(values: list[int]) -> tuple[int, int, int]:
    return values[0], max(values), values[-1]


def cpu(house: House) -> dict[str, Used]:
    """What each process has used; the worker with its children."""
    found = {name: used(house.pids[name]) for name in WATCHED}
    for child in children(house.pids["worker"]):
        more = used(child)
        worker = found["worker"]
        found["worker"] = Used(worker.first, worker.others + more.all)
    return found
