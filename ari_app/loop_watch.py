"""How long callbacks hold the event loop, measured while it serves: processor time of each, which a
busy machine does not change, and how late the loop itself wakes up, which it does.

Nothing may hold the app's loop for more than `LIMIT_S`: whatever would is sent to a thread or to
the worker.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

LIMIT_S = 0.020
FINE_S = 0.002
TICK_S = 0.25
STEPS = 8
"""Of the histogram, per doubling: a figure is right to a tenth."""
LEAST_S = 1e-5


class Spread:
    """A histogram of durations in a few hundred numbers, however many there are."""

    def __init__(self) -> None:
        self.count = 0
        self.longest = 0.0
        self._steps: dict[int, int] = {}

    def add(self, seconds: float) -> None:
        step = round(STEPS * math.log2(seconds / LEAST_S)) if seconds > LEAST_S else 0
        self._steps[step] = self._steps.get(step, 0) + 1
        self.count += 1
        if seconds > self.longest:
            self.longest = seconds

    def share(self, part: float) -> float:
        """The duration that this part of them stays below; 0 when there were none."""
        left = math.ceil(part * self.count)
        for step in sorted(self._steps):
            left -= self._steps[step]
            if left <= 0:
                return float(min(self.longest, LEAST_S * 2.0 ** (step / STEPS)))
        return self.longest


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds. `over` counts callbacks above the limit; `worst` names the longest of them, or
    of all while none was above it; `last` the newest above it."""

    callbacks: int
    p50_ms: float
    p99_ms: float
    longest_ms: float
    over: int
    worst: str
    last: str
    late_p99_ms: float
    late_longest_ms: float


class LoopWatch:
    """The watch of one event loop; there is one loop in the app's process."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget what was before: the start of a process loads and compiles."""
        self._held = Spread()
        self._late = Spread()
        self._over = 0
        self._worst = self._last = ""
        self._mark = time.thread_time()
        self._since = 0.0

    @contextmanager
    def on(self) -> Iterator[None]:
        """Measure every callback of this process's loop."""
        kind: Any = asyncio.Handle
        whole: Callable[[asyncio.Handle], None] = kind._run
        clock = time.perf_counter
        self._mark = time.thread_time()

        def measured(handle: asyncio.Handle) -> None:
            began = clock()
            whole(handle)
            self._note(clock() - began, handle)

        kind._run = measured
        try:
            yield
        finally:
            kind._run = whole

    async def tick(self) -> None:
        """Measure for ever how late the loop wakes a sleeper."""
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            await asyncio.sleep(TICK_S)
            self.woke(clock() - began)

    def woke(self, seconds: float) -> None:
        """A sleeper of `TICK_S` woke after so long."""
        self._late.add(max(0.0, seconds - TICK_S))

    def _note(self, seconds: float, handle: asyncio.Handle) -> None:
        """Take in a callback. Asking for processor time is dear, so it is asked for once in
        `FINE_S`; what is shorter cannot be wrong by much."""
        self._since += seconds
        if self._since > FINE_S:
            used = time.thread_time() - self._mark
            self._mark, self._since = self._mark + used, 0.0
            seconds = min(seconds, used)
        if seconds > self._held.longest:
            self._worst = name_of(handle)
        self._held.add(seconds)
        if seconds > LIMIT_S:
            self._over += 1
            self._last = f"{name_of(handle)}: {1000 * seconds:.0f} ms"

    def figures(self) -> Figures:
        held, late = self._held, self._late
        return Figures(
            held.count, _ms(held.share(0.5)), _ms(held.share(0.99)), _ms(held.longest), self._over,
            self._worst, self._last, _ms(late.share(0.99)), _ms(late.longest),
        )  # fmt: skip

    def plain(self) -> dict[str, Any]:
        """The same as JSON values."""
        return asdict(self.figures())


def name_of(handle: asyncio.Handle) -> str:
    """What ran: the task and where it stands now, or the function."""
    callback = getattr(handle, "_callback", None)
    owner = getattr(callback, "__self__", None)
    if isinstance(owner, asyncio.Task):
        return f"{owner.get_name()} in {_place(owner.get_coro())}"
    return str(getattr(callback, "__qualname__", None) or type(callback).__name__)


def _place(coroutine: Any) -> str:
    """The innermost function, but asyncio's own, in which a coroutine now waits; of one that has
    ended only its name."""
    place = str(getattr(coroutine, "__qualname__", "?"))
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None)
        if frame is not None and not str(frame.f_globals["__name__"]).startswith("asyncio"):
            place = f"{coroutine.__qualname__}:{frame.f_lineno}"
        coroutine = getattr(coroutine, "cr_await", None)
    return place


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 2)
