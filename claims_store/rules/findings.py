"""What the recording says about each typed field; it never calls a value wrong or changes it.

The customer's track is the witness. The agent's track tells where an answer is (the question
before it) and what was read back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from claims_store.rules.completeness import Context

__all__ = ["Finding", "Spoken", "State", "Word", "compare"]

State = Literal["confirmed", "check", "heard_otherwise", "not_heard", "not_asked"]


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; times in seconds of the recording, ``conf`` 0 to 1."""

    text: str
    start: float
    end: float
    conf: float = 1.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """One recognised segment of a track (``customer`` or ``agent``)."""

    track: str
    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """``heard`` is the value or the words that were heard; ``at_s`` where they begin."""

    field: str
    typed: str
    heard: str | None
    state: State
    at_s: float | None


def compare(
    line: str,
    values: Mapping[str, str],
    segments: Sequence[Spoken],
    asked: Collection[str],
    ctx: Context,
) -> list[Finding]:
    """One finding a typed field, in the order of asking; ``ctx.now`` is the call's start."""
    raise NotImplementedError
