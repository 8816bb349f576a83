"""Which trunk may carry an outgoing call, and for how long: the rule against toll fraud.

Nothing is dialled that no trunk allows, and what running calls may still use counts as used: so a
trunk's minutes of a day cannot be overrun, whatever happens at the same time.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from routing.numbers import NUMBER

LEAST = 30
"""Seconds: with less left of a day no call is begun, as it would be cut in mid-sentence."""

Why = Literal["no_number", "not_allowed", "tried", "lost", "busy", "spent"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one trunk may be used for. `allowed`: beginnings of E.164 numbers; `minutes` a day;
    `longest`: seconds of one call. Lower `order` is asked first."""

    trunk: str
    allowed: tuple[str, ...]
    calls: int
    minutes: int
    longest: int
    order: int = 1


@dataclass(frozen=True, slots=True)
class Used:
    """What is in use: calls now, and seconds of today, for running calls all they may use."""

    calls: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Chosen:
    """Dial over this trunk, and cut the call after so many seconds."""

    trunk: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Declined:
    """Nobody may carry it; why, for each trunk in the order in which they were asked."""

    reasons: tuple[tuple[str, Why], ...]

    @property
    def why(self) -> Why:
        """The reason that came nearest to a call."""
        known: tuple[Why, ...] = ("tried", "lost", "busy", "spent", "not_allowed", "no_number")
        found = {why for _, why in self.reasons}
        return next((why for why in known if why in found), "not_allowed")


def decide(
    number: str, trunks: Sequence[Limits], used: Mapping[str, Used], *,
    lost: Container[str] = (), tried: Container[str] = (),
) -> Chosen | Declined:  # fmt: skip
    """The first trunk in order that may carry a call to `number` (E.164)."""
    if not (number.startswith("+") and NUMBER.fullmatch(number)):
        return Declined((("", "no_number"),))
    reasons: list[tuple[str, Why]] = []
    for limits in sorted(trunks, key=lambda each: each.order):
        spent = used.get(limits.trunk, Used())
        left = min(limits.longest, limits.minutes * 60 - spent.seconds)
        why = _against(number, limits, spent.calls, left)
        if limits.trunk in tried:
            why = "tried"
        elif why is None and limits.trunk in lost:
            why = "lost"
        if why is None:
            return Chosen(limits.trunk, left)
        reasons.append((limits.trunk, why))
    return Declined(tuple(reasons))


def _against(number: str, limits: Limits, calls: int, left: int) -> Why | None:
    """What speaks against this trunk."""
    if not number.startswith(limits.allowed or ("-",)):
        return "not_allowed"
    if calls >= limits.calls:
        return "busy"
    return "spent" if left < LEAST else None
