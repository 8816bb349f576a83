"""What is made of measured numbers: medians, percentiles, ratios of paired rounds, slopes. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure over several rounds."""

    median: float
    least: float
    most: float
    rounds: int

    def __str__(self) -> str:
        return f"{self.median:.1f} ({self.least:.1f}-{self.most:.1f})"


def spread(values: Sequence[float]) -> Spread:
    """Raises ValueError when there are none."""
    if not values:
        raise ValueError("no rounds")
    return Spread(statistics.median(values), min(values), max(values), len(values))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0..1) of all values do not exceed; nan for none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def paired(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Ours by theirs, round by round: the machine's speed drifts, a round's two sides share it."""
    return spread([one / other for one, other in zip(ours, theirs, strict=True)])


def slope(points: Sequence[tuple[float, float]]) -> float:
    """How much y grows per x, by least squares; 0 for fewer than two points."""
    if len(points) < 2:
        return 0.0
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def interleaved(kinds: Sequence[str], rounds: int) -> list[tuple[int, str]]:
    """A B C, C B A, A B C ...: drift within a round falls on all kinds alike."""
    return [
        (number, kind)
        for number in range(1, rounds + 1)
        for kind in (kinds if number % 2 else reversed(kinds))
    ]
