"""How well, how fast and how soon calls are heard, and whether other calls notice.

    python -m benchmarks.speech [--text FILE] [--sounds 64] [--rounds 5] [--calls 5]

FILE holds what Debian's Asterisk prompts say (a line each, `name: text`); without it a short list
is used, which says little. The model is the one that hears English here; the sound is a person's,
in a studio, after G.711: real callers are heard worse.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from ari_app.speech.recogniser import ModelMissing
from benchmarks.calls import flows
from benchmarks.load.figures import percentile, spread
from benchmarks.load.house import Added, HouseFailed, run, running_house
from benchmarks.load.processes import machine
from benchmarks.load.remote import GeneratorFailed, generator
from benchmarks.speech.hearing import Heard, hear
from benchmarks.speech.pipeline import Unharmed, calls_meanwhile, lay, until_checked
from benchmarks.speech.sounds import Spoken, sentences

PHONES = 8


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speech", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    say = parser.add_argument
    say("--text", type=Path, help="what the prompts say")
    say("--sounds", type=int, default=64, help="so many of them (64)")
    say("--rounds", type=int, default=5, help="of three minutes by both ways (5)")
    say("--calls", type=int, default=5, help="from hang-up to checked report (5); 0 for none")
    say("--json", type=Path, help="write every figure here")
    return parser.parse_args()


def _said(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


async def _worker(spoken: Sequence[Spoken], count: int) -> tuple[list[float], list[Unharmed]]:
    async with running_house(PHONES, Added(flows.PLAN)) as house, generator() as remote:
        await house.open(remote)
        took = []
        for number in range(count):
            took.append(await until_checked(house, await lay(house, spoken)))
            _said(f"call {number + 1}: {took[-1]:.1f} s from hang-up to checked report")
        return took, await calls_meanwhile(house, remote, spoken, _said)


def report(heard: Heard, took: Sequence[float], unharmed: Sequence[Unharmed]) -> Iterator[str]:
    """Lines for people."""
    rate, raw = heard.wrong / heard.words, heard.wrong_raw / heard.words
    yield f"model {heard.model}"
    yield f"words wrong: {rate:.1%} of {heard.words} in {heard.sounds} sounds; library {raw:.1%}"
    yield f"time by length of the sound, three minutes: {heard.rtf.median:.3f} "
    yield f"CPU seconds by a second of sound: {spread(heard.product_cpu).median:.3f}"
    speed = heard.speed
    yield f"speed, product / library: {speed.median:.2f} ({speed.least:.2f}-{speed.most:.2f})"
    if took:
        p95 = percentile(took, 0.95)
        p50 = percentile(took, 0.5)
        yield f"hang-up to checked report, 3 minutes, p50/p95: {p50:.1f}/{p95:.1f} s of {len(took)}"
    for one in unharmed:
        yield (
            f"calls while the worker {one.worker}: {one.good}/{one.calls} good, set-up p95 "
            f"{one.setup_p95} ms, first sound p99 {one.first_p99} ms, key -> prompt p95 "
            f"{one.key_p95} ms, longest gap in a talk {one.gap} ms"
        )


def main() -> None:
    """Measure, print, and write."""
    options = _options()
    about = machine()
    took: list[float] = []
    unharmed: list[Unharmed] = []
    try:
        spoken = sentences(options.text, options.sounds)
        heard = hear(spoken, options.rounds, _said)
        if options.calls:
            took, unharmed = run(_worker(spoken, options.calls))
    except ModelMissing as fault:
        sys.exit(f"{fault}\nWhat hears English: scripts/prepare speech")
    except (HouseFailed, GeneratorFailed, TimeoutError, RuntimeError) as fault:
        sys.exit(str(fault))
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {about}\n{' '.join(sys.orig_argv[1:])}")
    for line in report(heard, took, unharmed):
        print(line)
    if options.json:
        rows = {"machine": about, "command": sys.orig_argv, "heard": asdict(heard),
                "checked_s": took, "calls": [asdict(one) for one in unharmed]}  # fmt: skip
        options.json.write_text(json.dumps(rows, indent=1), "utf-8")


if __name__ == "__main__":
    main()
