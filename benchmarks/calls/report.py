"""The figures as tables: what a call costs, our ratio to each of the others, and its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ari_app.doctor.capacity import MEASURED, Traffic, per_call
from benchmarks.calls.flows import FLOWS, PROMPTS_S, TALK_S
from benchmarks.calls.keeping import Kept
from benchmarks.calls.measuring import Round
from benchmarks.load.figures import Spread, paired, spread

FULL = 0.9
"""A machine that is busier than this says little about the cost of a call."""


def cost(one: Round) -> float:
    """ms of a call: the app's too where it leads it."""
    return one.asterisk + (one.app if one.flow.startswith("product") else 0.0)


class Rounds:
    """All rounds of one rate, by flow, in their order."""

    def __init__(self, rounds: Sequence[Round], rate: float) -> None:
        self._by_flow: dict[str, dict[int, Round]] = {}
        for each in rounds:
            if each.rate == rate:
                self._by_flow.setdefault(each.flow, {})[each.number] = each

    def __contains__(self, flow: str) -> bool:
        return flow in self._by_flow

    def of(self, flow: str) -> list[Round]:
        return list(self._by_flow[flow].values())

    def spread(self, flow: str, figure: Callable[[Round], float]) -> Spread:
        return spread([figure(each) for each in self.of(flow)])

    def ratio(self, ours: str, theirs: str, figure: Callable[[Round], float] = cost) -> Spread:
        """Of the rounds that both have."""
        one, other = self._by_flow[ours], self._by_flow[theirs]
        both = sorted(one.keys() & other.keys())
        return paired([figure(one[n]) for n in both], [figure(other[n]) for n in both])

    def middle(self, flow: str, figure: Callable[[Round], float] = cost) -> float:
        return self.spread(flow, figure).median


def report(kept: Kept) -> Iterator[str]:
    """Lines for people."""
    for rate in sorted({each.rate for each in kept.rounds}):
        yield from _costs(Rounds(kept.rounds, rate), rate)
        yield from _parts(Rounds(kept.rounds, rate))
    for idle in kept.idle[:1]:
        yield f"\nNobody calls: Asterisk {idle.asterisk:.1f}, app {idle.app:.1f} ms per second."
    yield from _waiting(kept)
    yield from _held(kept)


def _costs(rounds: Rounds, rate: float) -> Iterator[str]:
    yield f"\n{rate:g} calls/s: CPU ms per call, median (least-most)"
    yield "flow         Asterisk           app                of it ledger       good calls  busy"
    names = [flow.name for flow in FLOWS if flow.name in rounds]
    for name in names:
        found = rounds.of(name)
        ours = name.startswith("product")
        asterisk = rounds.spread(name, lambda each: each.asterisk)
        app = str(rounds.spread(name, lambda each: each.app)) if ours else "-"
        ledger = str(rounds.spread(name, lambda each: each.ledger)) if ours else "-"
        good, calls = sum(each.good for each in found), sum(each.calls for each in found)
        busy = max(each.busy for each in found)
        yield (
            f"{name:12} {asterisk!s:18} {app:18} {ledger:18} {good}/{calls:<9} "
            f"{busy:.0%}{' FULL' if busy > FULL else ''}"
        )
    for name in names[1:]:
        if "product" in names:
            ratio = rounds.ratio("product", name)
            yield (
                f"product / {name:12} {ratio.median:.2f} ({ratio.least:.2f}-{ratio.most:.2f}), "
                f"{ratio.rounds} rounds; Asterisk alone "
                f"{rounds.ratio('product', name, lambda each: each.asterisk).median:.2f}"
            )
    if "product" in names:
        rule = per_call(MEASURED, Traffic(rate, TALK_S, PROMPTS_S))
        measured = rounds.middle("product")
        yield f"capacity rule: {rule:.1f} ms a product call, measured {measured:.1f}"
    yield from _times(rounds, names)


def _times(rounds: Rounds, names: Sequence[str]) -> Iterator[str]:
    yield "times, ms: set-up p50/p95; answer -> first sound p99; key press -> next prompt p50/p95"
    for name in names:
        middle = {
            what: rounds.middle(name, lambda each, what=what: getattr(each, what))  # type: ignore[misc]
            for what in ("setup_p50", "setup_p95", "first_p99", "key_p50", "key_p95", "late")
        }
        gap = max(each.gap for each in rounds.of(name))
        yield (
            f"{name:12} {middle['setup_p50']:.1f}/{middle['setup_p95']:.1f}; "
            f"{middle['first_p99']:.0f}; {middle['key_p50']:.0f}/{middle['key_p95']:.0f}; "
            f"longest gap in a talk {gap:.0f}; generator late by {middle['late']:.1f}"
        )
    if "product" in names and "dialplan" in names:
        more = rounds.middle("product", lambda each: each.key_p95)
        more -= rounds.middle("dialplan", lambda each: each.key_p95)
        yield f"key press -> next prompt, p95: {more:+.0f} ms beside bare Asterisk"


def _parts(rounds: Rounds) -> Iterator[str]:
    if "unrecorded" not in rounds:
        return
    middle = rounds.middle
    yield "\nparts, ms per call (differences of medians)"
    rows = [
        ("prompts, with goodbye", middle("unrecorded") - middle("dial")),
        ("recorder of the customer", middle("customer only") - middle("unrecorded")),
        ("recorder of the agent's leg", middle("dialplan") - middle("customer only")),
        ("app_queue beside Dial", middle("app_queue") - middle("dialplan")),
        ("ledger: the app's database threads", middle("product", lambda each: each.ledger)),
    ]
    if "product without timer" in rounds:
        rows.append(("dead-man's timer", middle("product") - middle("product without timer")))
    for what, value in rows:
        yield f"  {what:38} {value:7.1f}"
    yield "stages                                   product  dialplan  difference"
    before = {"product": 0.0, "dialplan": 0.0}
    for stage, ending in (
        ("arrival, prompts", " to the announcement"), ("queue, ringing", " to the ringing"),
        ("connecting, talk", " to the talk's end"), ("return, goodbye", ""),
    ):  # fmt: skip
        ours, theirs = (middle(side + ending) - before[side] for side in before)
        before = {side: middle(side + ending) for side in before}
        yield f"  {stage:38} {ours:7.1f}  {theirs:8.1f}  {ours - theirs:10.1f}"


def _waiting(kept: Kept) -> Iterator[str]:
    if kept.waiting:
        yield "\nwaiting callers: Asterisk and app in % of a core"
    for one in kept.waiting:
        yield (
            f"  {one.callers:4}  {one.asterisk:6.1f}  {one.app:5.1f}   {one.each:.3f} a caller; "
            f"busy {one.busy:.0%}, generator late by {one.late:.1f} ms"
        )


def _held(kept: Kept) -> Iterator[str]:
    if kept.held:
        yield "\nrecorded talks at once: set-up p50/p95, key press -> next prompt p95, ms"
    for one in kept.held:
        yield (
            f"  {one.calls:4}  {one.setup_p50:.1f}/{one.setup_p95:.1f}  {one.key_p95:.0f}; "
            f"busy {one.busy:.0%}, generator late by {one.late:.1f} ms"
        )
