"""The soak itself: calls churned for minutes, a burst in it, and the accounts at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ari_app import tasks
from benchmarks.calls.flows import PRODUCT
from benchmarks.load.figures import percentile
from benchmarks.load.house import House
from benchmarks.load.job import Job, Told
from benchmarks.load.processes import box
from benchmarks.load.remote import Remote
from benchmarks.soak.watching import Growth, Watch, cpu
from claims_store import calls, recordings
from claims_store.calls import Call

SHORTEST, LONGEST = 15.0, 45.0
TALK_S = (SHORTEST + LONGEST) / 2
AROUND_S = 8.0
"""Seconds of a call beside its talk: prompts, ringing, goodbye."""
BUSY_SHARE = 0.93
"""Of their time the agents talk: callers wait now and then."""
WARM_SHARE = 0.2
BURST_FROM, BURST_S, BURST_TIMES = 0.6, 60.0, 10
BURST_PATIENCE_S = 12.0
STUCK_S = 70.0
SEAL_LIMIT_S = 600.0
WHOLE = 0.97
"""Share of what is said in a talk that must be heard, on either side, for it to be unharmed."""
SILENT_S = 0.5
Burst = tuple[datetime, datetime] | None
"""No talk may be silent for longer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How long, how many calls at once, and whether with a burst."""

    minutes: float
    at_once: int
    burst: bool

    @property
    def rate(self) -> float:
        return self.at_once / (TALK_S + AROUND_S)

    @property
    def phones(self) -> int:
        return max(2, round(self.rate * TALK_S / BUSY_SHARE))

    @property
    def burst_at_once(self) -> float:
        return self.rate * BURST_TIMES * BURST_PATIENCE_S


@dataclass(slots=True)
class Soaked:
    """What came of it. `wrong` holds a sentence for everything that must not be."""

    store: str
    dialled: int = 0
    answered: int = 0
    talked: int = 0
    whole: int = 0
    burst: int = 0
    burst_told: int = 0
    rows: int = 0
    closed: int = 0
    sealed: int = 0
    partial: int = 0
    """Recordings that miss sound, of calls that ended before the burst or began after it."""
    overrun: int = 0
    """The same, of calls in the burst."""
    stuck: int = 0
    busy: float = 0.0
    cpu_ms: dict[str, float] = field(default_factory=dict)
    setup_p95: float = 0.0
    first_p50: float = 0.0
    first_p99: float = 0.0
    gap_p99: float = 0.0
    gap: float = 0.0
    waited_p95: float = 0.0
    sealed_after_s: float = 0.0
    growth: dict[str, Growth] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def values(self) -> dict[str, Any]:
        return asdict(self)


async def soak(
    house: House, generator: Remote, wanted: Wanted, store: str, say: Callable[[str], None]
) -> Soaked:
    """Run it all; the house is empty before and must be afterwards."""
    watch, found = Watch(house), Soaked(store)
    watching = tasks.start(watch.keep(), name="watch")
    loop = asyncio.get_running_loop()
    began, used_before, box_before = loop.time(), cpu(house), box()
    try:
        told, burst = await _calls(generator, wanted, say)
        ended, used_after = loop.time(), cpu(house)
        found.busy = box().share_since(box_before)
        found.stuck = await house.emptied(STUCK_S)
        found.sealed_after_s = await _until_sealed(house, say)
    finally:
        watching.cancel()
    watch.sample()
    found.cpu_ms = {
        name: round((used_after[name] - used_before[name]).all / max(1, len(told)), 1)
        for name in used_after
    }
    found.growth = watch.growth((ended - began) * WARM_SHARE, ended)
    _count(found, told)
    await _account(house, found, burst)
    _judge(found)
    return found


async def _calls(
    generator: Remote, wanted: Wanted, say: Callable[[str], None]
) -> tuple[list[Told], Burst]:
    """What each caller saw, and when the burst was."""
    seconds = wanted.minutes * 60
    job = Job(
        PRODUCT, round(wanted.rate * seconds), wanted.rate, key="0", talk=SHORTEST,
        longest_talk=LONGEST, limit=seconds + 600,
    )  # fmt: skip
    burst = Job(
        PRODUCT, round(wanted.rate * BURST_TIMES * BURST_S), wanted.rate * BURST_TIMES, key="0",
        until="dropped", patience=BURST_PATIENCE_S,
    )  # fmt: skip
    expected = job.count
    told: list[Told] = []
    window: Burst = None
    loop = asyncio.get_running_loop()
    began, burst_at = loop.time(), seconds * BURST_FROM if wanted.burst else None
    await generator.start(job)
    end = began + seconds + 600
    while len(told) < expected and loop.time() < end:
        await asyncio.sleep(5)
        told += await generator.told()
        now = await generator.now()
        say(f"{loop.time() - began:5.0f} s: {now.up} up, {now.talking} talking, {now.ended} ended")
        if burst_at is not None and loop.time() - began >= burst_at:
            burst_at, expected = None, expected + burst.count
            at = datetime.now(UTC)
            window = at, at + timedelta(seconds=BURST_S + BURST_PATIENCE_S)
            say(f"burst: {burst.count} callers in {BURST_S:.0f} s")
            await generator.start(burst)
    return told, window


async def _until_sealed(house: House, say: Callable[[str], None]) -> float:
    """Seconds until every recording is sealed, or the limit."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while left := len(await house.store.run(recordings.unsealed, house.settings.node)):
        if loop.time() - began > SEAL_LIMIT_S:
            break
        say(f"{left} recordings are not sealed yet")
        await asyncio.sleep(5)
    return loop.time() - began


def _count(found: Soaked, told: Sequence[Told]) -> None:
    """What the callers saw."""
    base = [each for each in told if each.end != "caller"]
    burst = [each for each in told if each.end == "caller"]
    talks = [each for each in base if each.talked is not None]
    found.dialled, found.answered = len(told), sum(each.status == 200 for each in told)
    found.talked, found.whole = len(talks), sum(map(_unharmed, talks))
    found.burst, found.burst_told = len(burst), sum(each.first is not None for each in burst)
    found.setup_p95 = _ms([each.setup for each in told], 0.95)
    found.first_p50, found.first_p99 = (
        _ms([each.first for each in told], share) for share in (0.5, 0.99)
    )
    found.gap_p99 = _ms([each.gap for each in talks], 0.99)
    found.gap = _ms([each.gap for each in talks], 1.0)
    found.waited_p95 = _ms([each.rang for each in base], 0.95)
    if silent := [each for each in base if each.status == 200 and each.talked is None]:
        found.wrong.append(f"{len(silent)} callers who would have waited got no agent")


def _unharmed(told: Told) -> bool:
    return told.heard_share() >= WHOLE and told.gap <= SILENT_S


def _ms(values: Sequence[float | None], share: float) -> float:
    known = [value for value in values if value is not None]
    return round(percentile(known, share) * 1000, 1)


async def _account(house: House, found: Soaked, burst: Burst) -> None:
    """What the ledger says. Who hangs up as soon as he was told that he is recorded has no
    recording."""
    rows = await house.store.run(calls.listing)
    found.rows, found.closed = len(rows), sum(row.ended is not None for row in rows)
    for row in rows:
        recording = await house.store.run(recordings.of_call, row.call_id)
        found.sealed += recording is not None
        if recording is not None and recording.partial:
            within = _touches(row, burst)
            found.overrun += within
            found.partial += not within
    if unsealed := await house.store.run(recordings.unsealed, house.settings.node):
        found.wrong.append(f"{len(unsealed)} recordings are not sealed")
    talked = sum(bool(row.talk_s) for row in rows)
    if found.sealed < talked:
        found.wrong.append(f"{talked} talks, {found.sealed} sealed recordings")
    left = sorted(house.settings.incoming_recordings.glob("*.wav"))
    if left:
        found.wrong.append(f"{len(left)} plain recordings were left, such as {left[0].name}")


def _touches(row: Call, burst: Burst) -> bool:
    """Whether a call was up while ten times as many came."""
    if burst is None or row.ended is None:
        return False
    begin, end = burst
    return row.started < end and row.ended > begin


def _judge(found: Soaked) -> None:
    """The invariants; figures are only printed."""
    for what, is_so, sentence in (
        (found.answered, found.dialled, "{} of {} callers were answered"),
        (found.rows, found.answered, "the ledger has {} calls, {} were answered"),
        (found.closed, found.rows, "{} of {} ledger rows are closed"),
        (found.whole, found.talked, "{} of {} talks were unharmed"),
        (found.burst_told, found.burst, "{} of {} callers of the burst heard something"),
        (found.partial, 0, "{} recordings are not complete"),
        (found.stuck, 0, "{} channels were stuck"),
    ):
        if what != is_so:
            found.wrong.append(sentence.format(what, is_so))
