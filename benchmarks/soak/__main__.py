"""Calls for minutes on end, with sound both ways, a queue and recordings: nothing may be lost, left
over, or grow. In the middle a minute in which ten times as many call.

    python -m benchmarks.soak [--minutes 10] [--at-once 50] [--store sqlite|postgresql|both]

Ends with 1 when something is lost or left over; times and growth are printed and not judged. The
worker seals recordings meanwhile; it hears nothing (that is `benchmarks.speech`).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.calls import flows
from benchmarks.load.house import Added, HouseFailed, run, running_house
from benchmarks.load.processes import machine
from benchmarks.load.remote import GeneratorFailed, generator
from benchmarks.soak.running import Soaked, Wanted, soak
from tests.databases import postgres

STORES = ("sqlite", "postgresql")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.soak", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    say = parser.add_argument
    say("--minutes", type=float, default=10.0, help="how long calls come (10)")
    say("--at-once", type=int, default=50, help="calls at once (50)")
    say("--store", choices=(*STORES, "both"), default="sqlite")
    say("--no-burst", dest="burst", action="store_false", help="without the minute of ten times")
    say("--json", type=Path, help="write every figure here")
    return parser.parse_args()


def _said(line: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {line}", file=sys.stderr, flush=True)


@contextmanager
def _database(store: str) -> Iterator[str]:
    """The URL of an empty database; of SQLite the house makes its own."""
    if store == "sqlite":
        yield ""
        return
    with postgres(durable=True) as server:
        yield server.make("soak")


async def _one(store: str, url: str, wanted: Wanted) -> Soaked:
    added = Added(flows.PLAN)
    async with running_house(wanted.phones, added, change=["no-models"], database=url) as house:
        async with generator() as remote:
            await house.open(remote)
            _said(f"{store}: {wanted.rate:.2f} calls/s, {wanted.phones} agents")
            return await soak(house, remote, wanted, store, _said)


def table(found: Sequence[Soaked]) -> Iterator[str]:
    """The figures side by side."""
    yield f"{'':44}" + "".join(f"{each.store:>22}" for each in found)
    rows: list[tuple[str, Callable[[Soaked], str]]] = [
        ("dialled / answered", lambda f: f"{f.dialled} / {f.answered}"),
        ("ledger rows / closed", lambda f: f"{f.rows} / {f.closed}"),
        ("sealed recordings / not complete", lambda f: f"{f.sealed} / {f.partial}"),
        ("not complete, of calls in the burst", lambda f: f"{f.overrun}"),
        ("talks / unharmed", lambda f: f"{f.talked} / {f.whole}"),
        ("burst: callers / who heard something", lambda f: f"{f.burst} / {f.burst_told}"),
        ("channels left", lambda f: str(f.stuck)),
        ("INVITE -> answer p95, ms", lambda f: f"{f.setup_p95}"),
        ("answer -> first sound p50 / p99, ms", lambda f: f"{f.first_p50} / {f.first_p99}"),
        ("INVITE -> phone rings p95, s", lambda f: f"{f.waited_p95 / 1000:.1f}"),
        ("longest silence in a talk p99 / most, ms", lambda f: f"{f.gap_p99} / {f.gap}"),
        ("last call -> all sealed, s", lambda f: f"{f.sealed_after_s:.0f}"),
        ("machine in use", lambda f: f"{f.busy:.0%}"),
    ]
    for title, cell in rows:
        yield f"{title:44}" + "".join(f"{cell(each):>22}" for each in found)
    for name in found[0].growth:
        yield from (f"{title:44}" + "".join(cells) for title, cells in _process(name, found))


def _process(name: str, found: Sequence[Soaked]) -> Iterator[tuple[str, list[str]]]:
    grown = [each.growth[name] for each in found]
    for title, cells in (
        ("CPU ms a call", [f"{each.cpu_ms[name]}" for each in found]),
        ("memory MB, growth %/h", [f"{g.rss_mb:.0f}, {g.percent_an_hour:+.0f}" for g in grown]),
        ("files first/most/last", ["/".join(map(str, g.files)) for g in grown]),
        ("threads first/most/last", ["/".join(map(str, g.threads)) for g in grown]),
    ):
        yield f"{name}: {title}", [f"{cell:>22}" for cell in cells]


def main() -> None:
    """Run, print, and judge."""
    options = _options()
    wanted = Wanted(options.minutes, options.at_once, options.burst)
    about, found = machine(), []
    try:
        for store in STORES if options.store == "both" else (options.store,):
            with _database(store) as url:
                found.append(run(_one(store, url, wanted)))
    except (HouseFailed, GeneratorFailed, TimeoutError) as fault:
        sys.exit(str(fault))
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {about}\n{' '.join(sys.orig_argv[1:])}")
    for line in table(found):
        print(line)
    if options.json:
        rows = {"machine": about, "command": sys.orig_argv, "soaked": [f.values() for f in found]}
        options.json.write_text(json.dumps(rows, indent=1), "utf-8")
    wrong = [f"{each.store}: {sentence}" for each in found for sentence in each.wrong]
    if wrong:
        sys.exit("\n".join(["What must not be:", *wrong]))


if __name__ == "__main__":
    main()
