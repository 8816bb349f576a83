"""Many calls at once: what a waiting caller costs, and how many calls a node holds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from benchmarks.calls.flows import BY_NAME, PRODUCT
from benchmarks.calls.measuring import Look
from benchmarks.load.figures import percentile
from benchmarks.load.house import House
from benchmarks.load.job import Job
from benchmarks.load.remote import GeneratorFailed, Remote

RATE = 10.0
SETTLED_S, WATCHED_S = 12.0, 20.0
LONG = 3600.0
SLOW_S = 0.2
"""A set-up of more than this, for one caller in twenty, is where a node is full."""
STEP = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting room of so many callers; CPU in per cent of one core, per caller too."""

    callers: int
    asterisk: float
    app: float
    each: float
    busy: float
    late: float


@dataclass(frozen=True, slots=True)
class Held:
    """So many recorded talks at once, and how the last ones of them came in; times in ms."""

    calls: int
    setup_p50: float
    setup_p95: float
    key_p95: float
    busy: float
    late: float


def _job(count: int, rate: float) -> Job:
    return Job(PRODUCT, count, rate, key="0", talk=LONG, until="dropped", limit=LONG)


async def waiting(house: House, generator: Remote, callers: int) -> Waiting:
    """All agents are away: the callers hear music, and every 45 s where they stand."""
    await house.set_agents("away")
    try:
        await generator.start(_job(callers, RATE))
        await asyncio.sleep(callers / RATE + SETTLED_S)
        found = await _watch(house, generator, callers)
    finally:
        await generator.drop()
        await house.emptied()
        await house.set_agents("ready")
    return found


async def _watch(house: House, generator: Remote, callers: int) -> Waiting:
    up = (await generator.now()).up
    if up < callers:
        raise GeneratorFailed(f"only {up} of {callers} callers wait")
    before = Look.at(house, generator)
    await asyncio.sleep(WATCHED_S)
    after, late = Look.at(house, generator), (await generator.now()).late_ms
    asterisk = (after.asterisk - before.asterisk).all / WATCHED_S / 10
    app = (after.app - before.app).all / WATCHED_S / 10
    busy = after.box.share_since(before.box)
    return Waiting(callers, asterisk, app, (asterisk + app) / callers, busy, late)


async def held(house: House, generator: Remote, rate: float) -> list[Held]:
    """Ever more recorded talks at once, until one set-up in twenty takes more than 200 ms or all
    phones are taken."""
    found: list[Held] = []
    try:
        while (len(found) + 1) * STEP <= len(house.phones):
            found.append(await _more(house, generator, rate, (len(found) + 1) * STEP))
            if found[-1].setup_p95 > SLOW_S * 1000:
                break
    finally:
        await generator.drop()
        await house.emptied()
        await generator.told()
    return found


async def _more(house: House, generator: Remote, rate: float, total: int) -> Held:
    """`STEP` further talks, and then twenty callers who only try how fast they are answered."""
    before = Look.at(house, generator)
    await generator.now()
    await generator.start(_job(STEP, rate))
    end = asyncio.get_running_loop().time() + STEP / rate + 20
    while (await generator.now()).talking < total:
        if asyncio.get_running_loop().time() > end:
            break
        await asyncio.sleep(0.5)
    probes = await generator.run(_probe())
    late = (await generator.now()).late_ms
    busy = Look.at(house, generator).box.share_since(before.box)
    setup = [each.setup if each.setup is not None else LONG for each in probes]
    keys = [each.key if each.key is not None else LONG for each in probes]
    p50, p95, key = percentile(setup, 0.5), percentile(setup, 0.95), percentile(keys, 0.95)
    return Held(total, p50 * 1000, p95 * 1000, key * 1000, busy, late)


def _probe() -> Job:
    """Twenty callers who come in, press their key, hear the next prompt and leave."""
    return BY_NAME["product to the announcement"].job(20, 5.0)
