"""How fast the engine decides, against a naive one that looks at everything; prints ratios.

    python -m benchmarks.routing [--agents 1000] [--waiting 10000] [--events 20000]

Both run the same trace: all agents busy, a constant backlog; each event frees one agent, who is
given the best waiting call he fits, whereupon a new call arrives. Identical decisions are a
precondition: they are compared before anything is printed. The naive one keeps a list in order and
stops at the first call that fits; it copies nothing. A second trace is under load: one agent in
seven is ready when a call comes. `floor` is what a heap push, pop and a dict look-up cost.
"""

from __future__ import annotations

import argparse
import random
import time
from bisect import insort
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from statistics import median, quantiles

from routing.floor import Key
from routing.matching import Matcher
from routing.skills import Requirement

START = datetime(2026, 11, 23, tzinfo=UTC)
LINES = ("motor", "home", "health", "travel", "liability")
ISSUES = ("fnol", "status", "documents", "payout", "other")
REGIONS = tuple(f"{code}0000" for code in (11, 12, 13, 21, 31, 32, 33, 35, 37, 42, 44, 51))

Skills = dict[str, int]
Call = tuple[Key, Requirement]


@dataclass
class Traffic:
    """Agents with skills, and as many calls as are asked for, from one seed."""

    random: random.Random
    number: int = 0

    def agent(self) -> Skills:
        pick = self.random
        found = {f"line.{each}": pick.randint(1, 10) for each in pick.sample(LINES, 3)}
        found |= {f"issue.{each}": pick.randint(1, 10) for each in pick.sample(ISSUES, 4)}
        found |= {f"region.{each}": pick.randint(1, 10) for each in pick.sample(REGIONS, 3)}
        return found | {"language.zh": pick.randint(3, 10), "language.en": pick.randint(1, 10)}

    def call(self) -> Call:
        pick = self.random
        need = {
            (f"line.{pick.choice(LINES)}", 5),
            (f"issue.{pick.choice(ISSUES)}", 3),
            (f"language.{pick.choice(('zh', 'zh', 'zh', 'en'))}", 4),
            (f"region.{pick.choice(REGIONS)}", 1),
        }
        self.number += 1
        arrival = START + timedelta(seconds=self.number - pick.choice((0, 0, 0, 90)))
        return (1, arrival, f"n1-{self.number:09}"), frozenset(need)


class Naive:
    """Looks at the waiting calls in order until one fits, at the idle agents likewise."""

    def __init__(self, agents: dict[str, Skills]) -> None:
        self.agents = agents
        self.waiting: list[Call] = []
        self.idle: list[tuple[datetime, str]] = []

    def arrive(self, call: Call) -> tuple[str, str] | None:
        for place, (_, name) in enumerate(self.idle):
            if fits_plainly(self.agents[name], call[1]):
                del self.idle[place]
                return call[0][2], name
        insort(self.waiting, call, key=lambda each: each[0])
        return None

    def ready(self, name: str, now: datetime) -> tuple[str, str] | None:
        skills = self.agents[name]
        for place, call in enumerate(self.waiting):
            if fits_plainly(skills, call[1]):
                del self.waiting[place]
                return call[0][2], name
        insort(self.idle, (now, name))
        return None


def fits_plainly(skills: Skills, need: Requirement) -> bool:
    """As `routing.skills.fits`, without what costs time there: every level is named as needed."""
    for skill, least in need:
        if skills.get(skill, 0) < least:
            return False
    return True


class Indexed:
    """The shipped matcher, driven by the same events."""

    def __init__(self, agents: dict[str, Skills]) -> None:
        self.matcher = Matcher()
        for name, skills in agents.items():
            self.matcher.know(name, skills)

    def arrive(self, call: Call) -> tuple[str, str] | None:
        key, need = call
        self.matcher.wait(key[2], key, need)
        return self.decide()

    def ready(self, name: str, now: datetime) -> tuple[str, str] | None:
        self.matcher.ready(name, now)
        return self.decide()

    def decide(self) -> tuple[str, str] | None:
        pairs = self.matcher.match()
        return pairs[0] if pairs else None


@dataclass
class Result:
    """Decisions made, and the seconds each took after the warm-up."""

    warm_up: int
    trace: list[tuple[str, str] | None] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, found: tuple[str, str] | None, seconds: float) -> None:
        self.trace.append(found)
        if len(self.trace) > self.warm_up:
            self.seconds.append(seconds)

    def rate(self) -> float:
        return len(self.seconds) / sum(self.seconds)

    def row(self) -> str:
        p99 = quantiles(self.seconds, n=100)[98]
        p50 = median(self.seconds)
        return f"{self.rate():>10.0f}/s   p50 {p50 * 1e6:>8.1f} us   p99 {p99 * 1e6:>8.1f} us"


def overload(
    router: Naive | Indexed, agents: int, waiting: int, warm_up: int, events: int
) -> Result:
    """All agents busy, constant backlog."""
    traffic = Traffic(random.Random(2))
    for _ in range(waiting):
        router.arrive(traffic.call())
    result = Result(warm_up)
    order = random.Random(3)
    for number in range(warm_up + events):
        name, call = f"a{order.randrange(agents):06}", traffic.call()
        now = START + timedelta(days=1, seconds=number)
        begun = time.perf_counter()
        found = router.ready(name, now)
        result.add(found, time.perf_counter() - begun)
        if found is None:
            forget(router, name, now)
        router.arrive(call)
    return result


def underload(router: Naive | Indexed, agents: int, warm_up: int, events: int) -> Result:
    """One agent in seven is ready; each call that is taken makes another agent ready."""
    traffic, order = Traffic(random.Random(4)), random.Random(5)
    ready = [f"a{number:06}" for number in range(0, agents, 7)]
    busy = [f"a{number:06}" for number in range(agents) if number % 7]
    for number, name in enumerate(ready):
        router.ready(name, START + timedelta(milliseconds=number))
    result = Result(warm_up)
    for number in range(warm_up + events):
        call, now = traffic.call(), START + timedelta(days=1, seconds=number)
        begun = time.perf_counter()
        found = router.arrive(call)
        result.add(found, time.perf_counter() - begun)
        if found is None:
            hang_up(router, call)
        else:
            busy.append(found[1])
            place = order.randrange(len(busy))
            busy[place], busy[-1] = busy[-1], busy[place]
            router.ready(busy.pop(), now)
    return result


def forget(router: Naive | Indexed, name: str, now: datetime) -> None:
    """An agent who found nobody goes away again, so that all stay busy."""
    if isinstance(router, Naive):
        router.idle.remove((now, name))
    else:
        router.matcher.unready(name)


def hang_up(router: Naive | Indexed, call: Call) -> None:
    """A caller who found nobody at once leaves, so that nobody waits."""
    if isinstance(router, Naive):
        router.waiting.remove(call)
    else:
        router.matcher.drop(call[0][2])


def floor(waiting: int, events: int) -> float:
    """Seconds of one heap pop, push and dict look-up at that size."""
    traffic = Traffic(random.Random(6))
    keys = [traffic.call()[0] for _ in range(waiting + events)]
    heap, known = keys[:waiting], {key[2]: key for key in keys}
    heapify(heap)
    begun = time.perf_counter()
    for key in keys[waiting:]:
        known[heappop(heap)[2]]
        heappush(heap, key)
    return (time.perf_counter() - begun) / events


def compare(title: str, naive: Result, indexed: Result) -> None:
    assert naive.trace == indexed.trace[: len(naive.trace)], "the decisions differ"
    made = sum(each is not None for each in naive.trace)
    print(f"{title}: {len(naive.trace)} events compared, {made} pairs, decisions identical")
    print(f"  naive    {naive.row()}\n  indexed  {indexed.row()}")
    print(f"  ratio    {indexed.rate() / naive.rate():.1f}x")


def main() -> None:
    """Build both, run both, compare, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--agents", type=int, default=1000)
    options.add_argument("--waiting", type=int, default=10_000)
    options.add_argument("--events", type=int, default=20_000)
    asked = options.parse_args()
    traffic = Traffic(random.Random(1))
    agents = {f"a{number:06}": traffic.agent() for number in range(asked.agents)}
    few = max(200, min(asked.events, 20_000_000 // asked.waiting))
    # The backlog of a busy day is what few agents fit: it must have formed before it is measured.
    warm = min(asked.waiting, 10_000)
    print(f"{asked.agents} agents, {asked.waiting} waiting")
    compare(
        "overload",
        overload(Naive(agents), asked.agents, asked.waiting, warm, few),
        overload(Indexed(agents), asked.agents, asked.waiting, warm, asked.events),
    )
    compare(
        "under load",
        underload(Naive(agents), asked.agents, warm, few),
        underload(Indexed(agents), asked.agents, warm, asked.events),
    )
    print(
        f"floor: heap pop, push and dict look-up {floor(asked.waiting, asked.events) * 1e6:.1f} us"
    )


if __name__ == "__main__":
    main()
