"""Precision and recall of the recording check on invented conversations.

.venv/bin/python -m benchmarks.findings --calls 2000 --seed 2026 --write docs/findings-accuracy.md
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from benchmarks.conversations import START, ZONE, conversation
from benchmarks.phrases import ORDER
from claims_store.rules.completeness import Context
from claims_store.rules.findings import compare

STATES = ("confirmed", "check", "heard_otherwise", "not_heard", "not_asked")
TRUTHS = ("right", "wrong", "unasked")


@dataclass
class Tally:
    """How often each state was found for values that were right, wrong, or never asked."""

    cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    fields: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    seconds: float = 0.0

    def share(self, truth: str, state: str) -> float:
        """Of the values of this truth, how many got this state."""
        return self.cells[truth, state] / max(1, sum(self.cells[truth, s] for s in STATES))

    def precision(self, state: str, truth: str) -> float:
        """Of the findings of this state, how many are of this truth."""
        return self.cells[truth, state] / max(1, sum(self.cells[t, state] for t in TRUTHS))

    @property
    def false_alarms(self) -> float:
        """Right values of which the check says something else was heard."""
        return self.share("right", "heard_otherwise")


def measure(language: str, calls: int, seed: int) -> Tally:
    """Compare so many invented calls."""
    rng, tally = random.Random(f"{seed}-{language}"), Tally()
    for _ in range(calls):
        call = conversation(rng, language)
        values = {item.name: item.typed for item in call.items}
        asked = {item.name for item in call.items if item.kind != "unasked"}
        before = perf_counter()
        found = compare("motor", values, call.segments, asked, Context(START, ZONE, None, language))
        tally.seconds += perf_counter() - before
        states = {finding.field: finding.state for finding in found}
        for item in call.items:
            tally.cells[item.kind, states[item.name]] += 1
            tally.fields[item.name, item.kind, states[item.name]] += 1
    return tally


def table(tallies: dict[str, Tally]) -> str:
    """The measured figures as Markdown."""
    return "\n\n".join(_headline(tallies) + [_section(lang, t) for lang, t in tallies.items()])


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _headline(tallies: dict[str, Tally]) -> list[str]:
    rows = ["| measure | " + " | ".join(tallies) + " |", "|---|" + "---|" * len(tallies)]
    measures = {
        "**false alarms**: right value, `heard_otherwise` (aim: at most 5 %)": (
            lambda t: t.false_alarms
        ),
        "right value, `confirmed` (recall)": lambda t: t.share("right", "confirmed"),
        "`confirmed` and right or unasked-but-right (precision)": (
            lambda t: 1 - t.precision("confirmed", "wrong")
        ),
        "wrong value, `heard_otherwise` (recall)": lambda t: t.share("wrong", "heard_otherwise"),
        "wrong value, `heard_otherwise` or `check` (shown to a person)": (
            lambda t: t.share("wrong", "heard_otherwise") + t.share("wrong", "check")
        ),
        "wrong value, `confirmed` (missed)": lambda t: t.share("wrong", "confirmed"),
        "`heard_otherwise` and wrong (precision)": (
            lambda t: t.precision("heard_otherwise", "wrong")
        ),
        "never asked, `not_asked` (recall)": lambda t: t.share("unasked", "not_asked"),
        "`not_asked` and never asked (precision)": lambda t: t.precision("not_asked", "unasked"),
    }
    for name, of in measures.items():
        rows.append(f"| {name} | " + " | ".join(_percent(of(t)) for t in tallies.values()) + " |")
    return ["\n".join(rows)]


def _section(language: str, tally: Tally) -> str:
    lines = [f"## {language}", "", "| typed value | " + " | ".join(STATES) + " | values |"]
    lines.append("|---|" + "---:|" * (len(STATES) + 1))
    for truth in TRUTHS:
        count = sum(tally.cells[truth, state] for state in STATES)
        shares = " | ".join(_percent(tally.share(truth, state)) for state in STATES)
        lines.append(f"| {truth} | {shares} | {count} |")
    lines += ["", "| field | false alarms | right, confirmed | wrong, shown | wrong, confirmed |"]
    lines.append("|---|" + "---:|" * 4)
    lines += [_field_row(tally, name) for name in ORDER]
    return "\n".join(lines)


def _field_row(tally: Tally, name: str) -> str:
    def share(truth: str, *states: str) -> str:
        total = sum(tally.fields[name, truth, state] for state in STATES)
        return _percent(sum(tally.fields[name, truth, state] for state in states) / max(1, total))

    return (
        f"| {name} | {share('right', 'heard_otherwise')} | {share('right', 'confirmed')}"
        f" | {share('wrong', 'heard_otherwise', 'check')} | {share('wrong', 'confirmed')} |"
    )


def main() -> None:
    """Measure, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help="page whose part after the marker is replaced")
    given = parser.parse_args()
    tallies = {lang: measure(lang, given.calls, given.seed) for lang in ("zh", "en")}
    text = table(tallies)
    print(text)
    for language, tally in tallies.items():
        print(f"{language}: {1000 * tally.seconds / given.calls:.1f} ms a call")
    if given.write:
        marker = "<!-- measured -->"
        head, _, _ = given.write.read_text("utf-8").partition(marker)
        given.write.write_text(f"{head}{marker}\n\n{text}\n", "utf-8")


if __name__ == "__main__":
    main()
