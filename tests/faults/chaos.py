"""`make chaos`: kills the app at random moments under live calls in all stages, and prints what
became of them. The seed decides the moments; the exit code says whether every invariant held.

    python -m tests.faults.chaos --kills 20 --calls 100 --seed 1
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

from claims_store import calls as ledger
from claims_store import people
from tests.faults.agents import at_work
from tests.faults.breaking import nothing_left, restarted
from tests.faults.churn import Churn, Story, in_order, start
from tests.faults.invariants import Result, check
from tests.faults.keeping import keep
from tests.real import plan
from tests.real.evidence import sealed
from tests.real.house import House, running_house

DESKS = plan.SINGLE[:4]
WRAP_UP = ("wrap_up = 1", "wrap_up = 3")
"""Long enough for a kill to hit it."""
QUEUE = plan.SINGLE[8]
"""The desk for which callers wait in order."""
SEAL_LIMIT = 60.0
BETWEEN = (4.0, 14.0)
"""Seconds from one app to the next kill."""


class Chaos:
    """One run."""

    def __init__(self, wanted: argparse.Namespace) -> None:
        self._wanted = wanted
        self._random = random.Random(wanted.seed)
        self.stages: Counter[str] = Counter()
        self.back: list[float] = []

    async def run(self, house: House, stories: list[Story]) -> list[Result]:
        """`stories` takes what became of each call."""
        async with AsyncExitStack() as stack:
            desks = [await stack.enter_async_context(house.desk(number)) for number in DESKS]
            await stack.enter_async_context(at_work(desks, self._wanted.seed))
            churn = Churn(house, desks, self._wanted.seed, stories)
            work = start(churn, self._wanted.calls, self._wanted.at_once)
            await self._kill(house, churn, work)
            await work
        order = await in_order(house, QUEUE, 6, self._once(house))
        await nothing_left(house, 60)
        await self._sealed(house, churn.stories)
        kept = Result("order of the waiting", f"{len(order[1])} of {len(order[0])}",
                      order[0] == order[1])  # fmt: skip
        return [*await check(house, churn.stories), kept]

    async def _kill(self, house: House, churn: Churn, work: asyncio.Task[None]) -> None:
        end = time.monotonic() + self._wanted.minutes * 60
        while len(self.back) < self._wanted.kills and not work.done() and time.monotonic() < end:
            await asyncio.sleep(self._random.uniform(*BETWEEN))
            await self._note(house, churn)
            self.back.append(await restarted(house))
            sys.stderr.write(f"kill {len(self.back)}: back after {self.back[-1]:.2f} s\n")

    async def _note(self, house: House, churn: Churn) -> None:
        """In which stages the calls are that this kill hits, and who wraps up after one."""
        for call in await house.store.run(ledger.unfinished, house.settings.node):
            self.stages[call.stage] += 1
        agents = await house.store.run(people.agents)
        self.stages["wrap-up"] += sum(agent.state == "wrap_up" for agent in agents)
        for story in churn.live:
            story.kills.append((time.monotonic(), len(story.caller.customer.sound)))

    async def _once(self, house: House) -> None:
        self.back.append(await restarted(house))

    async def _sealed(self, house: House, stories: list[Story]) -> None:
        """Recordings are sealed by the worker, which the calls do not wait for."""
        rows = await house.store.run(ledger.listing, 10_000)
        mine = {each.caller.sip_call_id for each in stories}
        talked = [r for r in rows if r.sip_call_id in mine and (r.talk_s or 0) > 1]
        for row in talked:
            if row.consent == "given":
                await _or_not(sealed(house, row.call_id, SEAL_LIMIT))


async def _or_not(work: object) -> None:
    try:
        await work  # type: ignore[misc]  # a coroutine
    except (TimeoutError, AssertionError) as fault:
        sys.stderr.write(f"not sealed: {fault}\n")


def table(chaos: Chaos, results: list[Result], stories: list[Story]) -> str:
    back = sorted(chaos.back)
    lines = [
        f"{len(back)} kills; calls hit by stage: "
        + ", ".join(f"{name} {count}" for name, count in chaos.stages.most_common()),
        f"the next app takes calls after {back[0]:.2f} to {back[-1]:.2f} s" if back else "",
        *(
            f"{'holds' if each.holds else 'BROKEN':7} {each.name:28} {each.figure}"
            for each in results
        ),
        *(f"lost: {s.wish} {s.caller.number}: {s.fault[:200]}" for s in stories if s.fault),
    ]
    return "\n".join(lines)


async def main(wanted: argparse.Namespace) -> int:
    chaos = Chaos(wanted)
    stories: list[Story] = []
    async with running_house(plan.text().replace(*WRAP_UP)) as house:
        try:
            results = await chaos.run(house, stories)
        finally:
            if wanted.keep:
                await keep(house, stories, Path(wanted.keep))
    print(table(chaos, results, stories))
    if wanted.json:
        held = {r.name: {"holds": r.holds, "figure": r.figure} for r in results}
        told = {"kills": len(chaos.back), "stages": dict(chaos.stages), "back_s": chaos.back,
                "invariants": held}  # fmt: skip
        await asyncio.to_thread(Path(wanted.json).write_text, json.dumps(told, indent=1), "utf-8")
    return 0 if all(each.holds for each in results) else 1


def wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=10, help="no more kills after this")
    parser.add_argument("--json", help="write the figures here")
    parser.add_argument("--keep", help="copy the logs of the run into this folder")
    return parser.parse_args()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the house must not outlive it
    sys.exit(asyncio.run(main(wanted())))
