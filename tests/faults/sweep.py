"""Kills the app once at every point of a call: before and after each verb, at each event, before
and after each write (`tests/real/injected/points.py`). There is no luck in it, and no load.

    python -m tests.faults.sweep --wish talk --first 1 --last 90
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from ari_app import tasks
from ari_app.boot import wait_until
from claims_store.recordings import Recording, of_call
from tests.faults.agents import at_work
from tests.faults.breaking import nothing_left, pid_of, replaced
from tests.faults.churn import Churn, Story
from tests.faults.invariants import GAP_S, SILENCE_S, dead_air, killed_gaps
from tests.faults.keeping import keep
from tests.real import plan
from tests.real.caller import Caller
from tests.real.house import Desk, House, running_house, until

DIES = "CLAIMLINE_TEST_DIES"
OWN = 11
TALK_S = (1.5, 2.0)
OUTCOMES = {"talk": "talked", "menu": "hung_up", "notice": "hung_up", "waiting": "hung_up"}
CALL_LIMIT = 150.0
SEAL_LIMIT = 30.0


class Sweep:
    """One house and one agent; a call for each point."""

    def __init__(self, house: House, desk: Desk, dies: Path, wish: str) -> None:
        self.stories: list[Story] = []
        self._house = house
        self._desk = desk
        self._dies = dies
        self._done = Path(f"{dies}.done")
        self._wish = wish

    async def at(self, point: int) -> tuple[str, list[str]]:
        """The name of the point, empty when the call has fewer; and what was not as it must be."""
        pid, caller = pid_of(self._house, "app"), self._house.caller()
        self._done.unlink(missing_ok=True)
        self._dies.write_text(f"{caller.number[-OWN:]} {point}", "ascii")
        marks = tasks.start(self._mark(caller), name="mark the kill")
        churn = Churn(self._house, [self._desk], point, self.stories, TALK_S)
        async with at_work([self._desk], point, TALK_S):
            story = await churn.one(self._wish, caller)
        self._dies.unlink(missing_ok=True)
        if not self._done.exists():
            marks.cancel()
            return "", []
        story.kills.append(await marks)
        await replaced(self._house, pid)
        await nothing_left(self._house)
        await self._house.state_of(self._desk.agent.name, "ready", limit=15)
        return self._done.read_text("utf-8"), await self._wrong(story)

    async def _mark(self, caller: Caller) -> tuple[float, int]:
        """When the app died, and how much the caller had heard."""
        await wait_until(self._done.exists, CALL_LIMIT, "the app's death")
        return time.monotonic(), len(caller.customer.sound)

    async def _wrong(self, story: Story) -> list[str]:
        row = await self._house.closed(story.caller)
        wrong = [story.fault[:300]] if story.fault else []
        if (gap := max(killed_gaps(story), default=0.0)) > GAP_S:
            wrong.append(f"a gap of {gap} s")
        if (silent := max(dead_air(story), default=0.0)) > SILENCE_S:
            wrong.append(f"{silent:.1f} s of silence")
        outcome = await self._house.outcome(row["call_id"])
        if story.end != "net" and outcome != OUTCOMES[self._wish]:
            wrong.append(f"outcome {outcome}")
        if outcome == "talked" and row["agent"] != self._desk.agent.name:
            wrong.append(f"agent {row['agent']}")
        if row["consent"] == "given" and row["talk_s"]:
            wrong += await self._recorded(row["call_id"], row["talk_s"])
        return wrong

    async def _recorded(self, call_id: str, talk_s: float) -> list[str]:
        async def there() -> Recording | None:
            return await self._house.store.run(of_call, call_id)

        kept = await until(there, SEAL_LIMIT)
        assert kept is not None
        wrong = [f"{kept.seconds:.1f} of {talk_s:.1f} s"] if kept.seconds < talk_s - 1 else []
        return [*wrong, "partial"] if kept.partial else wrong


async def main(wanted: argparse.Namespace) -> int:
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        dies = Path(folder, "dies")
        os.environ[DIES] = str(dies)
        async with running_house(plan.text()) as house, house.desk(plan.SINGLE[0]) as desk:
            sweep = Sweep(house, desk, dies, wanted.wish)
            for point in range(wanted.first, wanted.last + 1):
                name, wrong = await sweep.at(point)
                if not name:
                    break
                story = sweep.stories[-1]
                failed += bool(wrong)
                silent = max(dead_air(story), default=0.0)
                print(f"{point:3} {story.end:9} {silent:4.1f} s {name[:70]:70} {'; '.join(wrong)}",
                      flush=True)  # fmt: skip
            if wanted.keep:
                await keep(house, sweep.stories, Path(wanted.keep))
    print(f"{failed} points at which something was not as it must be")
    return 1 if failed else 0


def wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wish", choices=list(OUTCOMES), default="talk")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--last", type=int, default=1000)
    parser.add_argument("--keep", help="copy the logs of the run into this folder")
    return parser.parse_args()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the house must not outlive it
    sys.exit(asyncio.run(main(wanted())))
