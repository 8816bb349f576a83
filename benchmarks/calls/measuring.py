"""One round: calls of one kind through a running house, and what they cost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.calls.flows import Flow
from benchmarks.load.figures import percentile
from benchmarks.load.house import House
from benchmarks.load.job import Told
from benchmarks.load.processes import Box, Used, box, used
from benchmarks.load.remote import Remote

WHOLE = 0.95
"""A talk of which less was heard than was said, on either side, is not a good one."""
IDLE_S = 5.0


@dataclass(frozen=True, slots=True)
class Round:
    """What was measured; CPU in ms per call, times in ms."""

    flow: str
    rate: float
    number: int
    calls: int
    good: int
    """Calls that went as the flow says, heard on both sides."""
    asterisk: float
    app: float
    ledger: float
    """The part of `app` that its database threads took."""
    generator: float
    busy: float
    """Share of the machine that was in use: near 1 it was full, and the round says little."""
    setup_p50: float
    setup_p95: float
    first_p99: float
    key_p50: float
    key_p95: float
    gap: float
    late: float
    """How late the generator sent its packets: 99 of 100 in its worst half second."""


@dataclass(frozen=True, slots=True)
class Idle:
    """What the processes use while nobody calls, in ms per second."""

    asterisk: float
    app: float


@dataclass(frozen=True, slots=True)
class Look:
    """The counters at one moment."""

    asterisk: Used
    app: Used
    generator: Used
    box: Box

    @staticmethod
    def at(house: House, generator: Remote) -> Look:
        pids = house.pids
        return Look(used(pids["asterisk"]), used(pids["app"]), used(generator.pid), box())


async def measure(
    house: House, generator: Remote, flow: Flow, count: int, rate: float, number: int
) -> Round:  # fmt: skip
    """Place `count` calls and account for them once the last one is over."""
    await generator.now()
    generator.latest = 0.0
    before = Look.at(house, generator)
    told = await generator.run(flow.job(count, rate))
    await house.emptied()
    after = Look.at(house, generator)
    await generator.now()
    app, late = after.app - before.app, generator.latest
    return Round(
        flow.name, rate, number, count, sum(good(flow, each) for each in told),
        (after.asterisk - before.asterisk).all / count, app.all / count, app.others / count,
        (after.generator - before.generator).all / count, after.box.share_since(before.box),
        _ms([each.setup for each in told], 0.5), _ms([each.setup for each in told], 0.95),
        _ms([each.first for each in told], 0.99), _ms([each.key for each in told], 0.5),
        _ms([each.key for each in told], 0.95), max(each.gap for each in told) * 1000, late,
    )  # fmt: skip


def good(flow: Flow, told: Told) -> bool:
    """Whether a call went as its flow says."""
    if told.status != 200:
        return False
    if flow.until in ("prompt", "ring"):
        return told.end == "caller"
    ended = told.end == ("caller" if flow.until == "talk" else "pbx")
    return ended and told.heard_share() >= WHOLE


def _ms(values: Sequence[float | None], share: float) -> float:
    return percentile([value for value in values if value is not None], share) * 1000


async def idle(house: House) -> Idle:
    """What is used while nobody calls."""
    before = used(house.pids["asterisk"]), used(house.pids["app"])
    await asyncio.sleep(IDLE_S)
    after = used(house.pids["asterisk"]), used(house.pids["app"])
    return Idle(*((late - early).all / IDLE_S for early, late in zip(before, after, strict=True)))
