"""What a queued call costs, beside the same call by Asterisk alone, in interleaved rounds.

    python -m benchmarks.calls [--rates 10,20] [--rounds 5] [--parts] [--waiting 200,400] [--held]

One machine carries the product, its phones and its callers, with sound both ways; CPU time is the
kernel's, of Asterisk and the app alone. A quiet machine is needed: `busy` says when it was full.
With --keep a run that was ended goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from ari_app.boot import BootFailed
from benchmarks.calls import crowd, flows
from benchmarks.calls.flows import FLOWS, PARTS, Flow
from benchmarks.calls.keeping import Kept
from benchmarks.calls.measuring import idle, measure
from benchmarks.calls.report import report
from benchmarks.load.figures import interleaved
from benchmarks.load.house import FIRST_PHONE, Added, House, HouseFailed, run, running_house
from benchmarks.load.processes import machine
from benchmarks.load.remote import GeneratorFailed, Remote, generator

PHONES_PER_RATE = 4
LEAST_PER_RATE = 3.8
"""Ringing, talk and return take that many seconds: with fewer phones callers queue up."""
PARTS_RATE = 20.0
SECONDS = 15
"""Calls of a round: so many seconds of them."""
WITHOUT_TIMER = Flow("product without timer", flows.PRODUCT, "the app arms no timer")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.calls", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    say = parser.add_argument
    say("--rates", default="10,20", help="calls/s, with commas between them; empty for none")
    say("--rounds", type=int, default=5, help="rounds of each flow and rate (5)")
    say("--calls", type=int, default=0, help=f"calls a round (rate x {SECONDS})")
    say("--phones", type=int, default=0, help=f"agents (highest rate x {PHONES_PER_RATE})")
    say("--flows", default=",".join(flow.name for flow in FLOWS), help="which, with commas")
    say("--parts", action="store_true", help=f"also the parts of a call, at {PARTS_RATE:g}/s")
    say("--waiting", default="", help="also so many waiting callers, such as 200,400")
    say("--held", type=int, default=0, metavar="N", help="also ever more calls at once, up to N")
    say("--profile", type=Path, help="profile the app's event loop into this file; spoils figures")
    say("--queries", type=Path, help="count the app's queries into files of this name; the same")
    say("--keep", type=Path, help="keep rounds in this file, and go on with those in it")
    say("--json", type=Path, help="write every figure here")
    return parser.parse_args()


def _said(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@asynccontextmanager
async def _house(phones: int, *change: str) -> AsyncIterator[tuple[House, Remote]]:
    numbers = [str(FIRST_PHONE + place) for place in range(phones)]
    added = Added(flows.PLAN, flows.dialplan(numbers), flows.queue(numbers))
    async with running_house(phones, added, change=change) as house, generator() as remote:
        await house.open(remote)
        async with house.without_worker():
            yield house, remote


async def _rounds(
    options: argparse.Namespace, kept: Kept, rate: float, chosen: list[Flow],
    places: dict[str, tuple[House, Remote]],
) -> None:  # fmt: skip
    by_name = {flow.name: flow for flow in chosen}
    count = options.calls or round(rate * SECONDS)
    for number, name in interleaved(list(by_name), options.rounds):
        if kept.has(name, rate, number):
            continue
        house, remote = places.get(name, places[""])
        one = await measure(house, remote, by_name[name], count, rate, number)
        kept.add("round", one)
        _said(
            f"{datetime.now(UTC):%H:%M:%S} {rate:g}/s round {number} {name:28} Asterisk "
            f"{one.asterisk:5.1f} app {one.app:5.1f} ms, {one.good}/{one.calls} good, "
            f"busy {one.busy:.0%}"
        )


def _phones(options: argparse.Namespace, rates: list[float]) -> int:
    """How many are needed. Raises HouseFailed when fewer are asked for."""
    highest = max([*rates, PARTS_RATE if options.parts else 0.0, 1.0])
    needs = max(round(highest * PHONES_PER_RATE), int(options.held))
    wanted = int(options.phones) or needs
    if wanted < highest * LEAST_PER_RATE or wanted < options.held:
        raise HouseFailed(
            f"{wanted} phones are too few: {highest:g} calls/s and {options.held} calls at once "
            f"need {needs}. Leave --phones out, or name more"
        )
    return wanted


async def _run(options: argparse.Namespace) -> Kept:
    kept = Kept.of(options.keep)
    rates = [float(each) for each in options.rates.split(",") if each]
    names = options.flows.split(",")
    chosen = [flow for flow in (*FLOWS, *PARTS) if flow.name in names]
    phones = _phones(options, rates)
    files = {"profile": options.profile, "queries": options.queries}
    change = [f"{word}={file.absolute()}" for word, file in files.items() if file]
    async with AsyncExitStack() as stack:
        house, remote = await stack.enter_async_context(_house(phones, *change))
        kept.add("idle", await idle(house))
        for rate in rates:
            await _rounds(options, kept, rate, chosen, {"": (house, remote)})
        if options.parts:
            other = await stack.enter_async_context(_house(phones, "no-timer"))
            places = {"": (house, remote), WITHOUT_TIMER.name: other}
            every = [*FLOWS, *PARTS, WITHOUT_TIMER]
            await _rounds(options, kept, PARTS_RATE, every, places)
        for callers in [int(each) for each in options.waiting.split(",") if each]:
            if all(each.callers != callers for each in kept.waiting):
                kept.add("waiting", await crowd.waiting(house, remote, callers))
        if options.held and not kept.held:
            for each in await crowd.held(house, remote, 5.0):
                kept.add("held", each)
    return kept


def main() -> None:
    """Measure, print, and write."""
    options = _options()
    about = machine()
    try:
        kept = run(_run(options))
    except (HouseFailed, GeneratorFailed, BootFailed, TimeoutError) as fault:
        sys.exit(f"{fault}\nWhat was measured stays in --keep; the same command goes on with it.")
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {about}\n{' '.join(sys.orig_argv[1:])}")
    for line in report(kept):
        print(line)
    if options.json:
        found = {"machine": about, "command": sys.orig_argv, **kept.values()}
        options.json.write_text(json.dumps(found, indent=1), "utf-8")


if __name__ == "__main__":
    main()
