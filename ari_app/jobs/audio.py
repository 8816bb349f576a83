"""Puts the recorders' files of one talk together: where a leg lies in the customer's track.

Every recorder has a clock of its own, which counts only while sound flows. So a leg is not placed
by the time of day but by its sound: what the agent heard is what the customer said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ari_app.speech.audio import FRAME_S, Floats, Samples, envelope

SURE = 0.5
FINE_S = 0.06
FINE_WINDOW_S = 2.0
FINE_STRETCHES = 12
BLOCK_S = 0.2
ALIKE = 0.7
QUIET = 2.0


@dataclass(frozen=True, slots=True)
class Leg:
    """One agent's recorder: what he said, what he heard, and when by the clock it began (seconds
    after the customer's track; known to within `slack_s`, None when it is not). A consult leg
    began as a private talk between agents; the customer joined it at `joined_s`, if that is known.
    """

    said: Samples
    heard: Samples
    guess_s: float
    consult: bool = False
    slack_s: float | None = None
    joined_s: float | None = None

    @property
    def answered(self) -> bool:
        """A leg that only rang has no sound in either direction, not even noise."""
        return bool(self.said.any() or self.heard.any())


@dataclass(frozen=True, slots=True)
class Placement:
    """The leg's first sample is sample `at` of the customer's track (may be before its start)."""

    at: int
    likeness: float


def place(leg: Leg, customer: Samples, rate: int) -> Placement:
    """Find the leg in the customer's track: coarse by loudness, fine by samples, else by clock."""
    guess = round(leg.guess_s * rate)
    coarse, likeness = _coarse(
        envelope(leg.heard, rate), envelope(customer, rate), leg.guess_s, leg.slack_s
    )
    if likeness < SURE:
        return Placement(guess, likeness)
    return Placement(_fine(leg.heard, customer, round(coarse * FRAME_S * rate), rate), likeness)


def _coarse(
    heard: Floats, customer: Floats, guess_s: float, slack_s: float | None
) -> tuple[int, float]:
    """The lag in frames at which two loudness curves fit best, and how well (0..1)."""
    if not heard.any() or not customer.any():
        return 0, 0.0
    a, b = heard - heard.mean(), customer - customer.mean()
    size = 1 << (len(a) + len(b)).bit_length()
    product = np.fft.irfft(np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size)), size)
    lags = np.concatenate([np.arange(len(b)), np.arange(-len(a) + 1, 0)])
    if slack_s is not None:
        lags = lags[np.abs(lags * FRAME_S - guess_s) <= slack_s]
        if not lags.size:
            return 0, 0.0
    lag = int(lags[np.argmax(product[lags])])
    first, last = max(0, lag), min(len(b), lag + len(a))
    x, y = a[first - lag : last - lag], b[first:last]
    norm = float(np.sqrt(np.dot(x, x) * np.dot(y, y)))
    return lag, float(np.dot(x, y)) / norm if norm else 0.0


def _fine(heard: Samples, customer: Samples, lag: int, rate: int) -> int:
    """Sharpen the lag by samples: among the loudest stretches, the one that fits best decides.

    More than one, because the loudest may hold somebody else (a consult leg begins with one).
    """
    reach = int(rate * FINE_S)
    first, last = max(0, -lag) + reach, min(len(heard), len(customer) - lag) - reach
    width = min(int(rate * FINE_WINDOW_S), last - first)
    if width < rate // 10:
        return lag
    starts = range(first, last - width + 1, width)
    loudest = sorted(starts, key=lambda at: -_power(heard[at : at + width]))[:FINE_STRETCHES]
    found = [_sharpest(heard, customer, at, width, lag, reach) for at in loudest]
    return max(found)[1]


def _power(samples: Samples) -> float:
    return float(np.square(samples.astype(np.float64)).sum())


def _sharpest(
    heard: Samples, customer: Samples, at: int, width: int, lag: int, reach: int
) -> tuple[float, int]:
    """How well one stretch fits (0..1) and the lag at which it does."""
    window = heard[at : at + width].astype(np.float64)
    around = customer[at + lag - reach : at + lag + width + reach].astype(np.float64)
    fit = np.correlate(around, window, "valid")
    best = int(np.argmax(fit))
    norm = float(np.sqrt(_power(heard[at : at + width]) * np.square(around[best:][:width]).sum()))
    return (float(fit[best]) / norm if norm else 0.0), lag + best - reach


def shared_from(leg: Leg, placement: Placement, customer: Samples, rate: int) -> int:
    """The first sample of the leg in which the customer is there; its length when never. Known
    by the clock, else by the first moment at which the agent hears him.

    What agents say to each other before that is theirs and is not kept.
    """
    if leg.joined_s is not None:
        return max(0, round(leg.joined_s * rate))
    width = int(rate * BLOCK_S)
    for at in range(max(0, -placement.at), len(leg.heard) - width, width // 2):
        there = customer[placement.at + at : placement.at + at + width]
        if len(there) == width and _alike(leg.heard[at : at + width], there):
            return at
    return max(len(leg.said), len(leg.heard))


def _alike(one: Samples, other: Samples) -> bool:
    x, y = one.astype(np.float64), other.astype(np.float64)
    norm = float(np.sqrt(np.dot(x, x) * np.dot(y, y)))
    return norm > QUIET**2 * len(x) and float(np.dot(x, y)) > ALIKE * norm


def join(customer: Samples, legs: Sequence[Leg], rate: int) -> Samples:
    """The talk in stereo, shape (n, 2): the customer left, all agents right, on one clock."""
    placed: list[tuple[int, Samples]] = []
    for leg in legs:
        placement = place(leg, customer, rate)
        said = leg.said
        if leg.consult:
            said = said.copy()
            said[: shared_from(leg, placement, customer, rate)] = 0
        placed.append((placement.at, said))
    length = max([len(customer), *(at + len(said) for at, said in placed if said.any())])
    stereo = np.zeros((length, 2), dtype=np.int32)
    stereo[: len(customer), 0] = customer
    for at, said in placed:
        first, last = max(0, at), min(length, at + len(said))
        if first < last:
            stereo[first:last, 1] += said[first - at : last - at]
    return np.clip(stereo, -32768, 32767).astype(np.int16)
