"""Agents who take whatever rings at their desks: each says one tone without a pause, so that a gap
is heard, and hangs up. In the net anybody's phone may ring for a caller.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ari_app import tasks
from ari_app.outside.phone import Manner
from tests.real import listening
from tests.real.house import Desk

TONE = 1100.0
LEVEL = 0.1
"""Nearly half of what the tone has: no word of a prompt holds one tone as loud for so long."""
LEAST = 15
"""Frames of 20 ms."""
TALK_S = (5.0, 9.0)
RINGS_AFTER = (0.2, 1.0, 2.5, 4.0)
"""Seconds after which the phones are answered, one after the other."""
FOR_EVER = 10_000.0


@asynccontextmanager
async def at_work(
    desks: Sequence[Desk], seed: int, talk_s: tuple[float, float] = TALK_S
) -> AsyncIterator[None]:
    """They answer as long as this is open."""
    own = random.Random(seed)
    working = []
    for desk, after in zip(desks, itertools.cycle(RINGS_AFTER), strict=False):
        desk.phone.manner = Manner(after=after)
        working.append(tasks.start(_answers(desk, own, talk_s), name=f"agent {desk.phone.number}"))
    try:
        yield
    finally:
        for each in working:
            each.cancel()


async def _answers(desk: Desk, own: random.Random, talk_s: tuple[float, float]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        while True:
            leg = await desk.phone.answered_call(FOR_EVER)
            said = Path(folder, "tone.wav")
            await asyncio.to_thread(listening.write_tone, said, TONE, own.uniform(*talk_s))
            await leg.speak(said)
            await leg.hang_up()


@dataclass(frozen=True, slots=True)
class Heard:
    """An agent as his caller heard him: for how long, and each gap: where it is in all that the
    caller heard, and how long it is; in seconds."""

    seconds: float
    gaps: tuple[tuple[float, float], ...]

    def longest(self, begin: float = 0.0, end: float = FOR_EVER) -> float:
        """The longest gap that begins in this span; 0 without one."""
        return max((long for at, long in self.gaps if begin <= at < end), default=0.0)


def heard(samples: listening.Samples) -> Heard | None:
    """What of it was an agent; None when there was none."""
    there = np.concatenate([[False], listening.has_tone(samples, TONE, LEVEL), [False]])
    spans = np.flatnonzero(np.diff(there.astype(int))).reshape(-1, 2)
    spans = spans[spans[:, 1] - spans[:, 0] >= LEAST] / 50
    if not len(spans):
        return None
    gaps = zip(spans[:-1, 1], spans[1:, 0], strict=True)
    found = tuple((float(at), float(until - at)) for at, until in gaps)
    return Heard(float(spans[-1, 1] - spans[0, 0]), found)
