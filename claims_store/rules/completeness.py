"""What a report still lacks, what in it wants a second look, and which level it has reached.

An answered field is a key in ``values``. The value ``""`` is an answer that was spoken and
recorded but not written down yet; a field that was emptied again must be left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from claims_store.rules.fields import Field, Level, Words

__all__ = ["Assessment", "Context", "PolicyFacts", "Problem", "assess", "check", "settled"]


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What the rules need to know of a policy. ``ends`` is the first instant without cover."""

    number: str
    line: str
    starts: datetime
    ends: datetime
    insured: str = ""
    plates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of a report.

    ``now`` is the present instant; in readings and findings it is the call's start, because
    "yesterday" counts from there. ``caller`` is the number the call came from, E.164 or empty.
    """

    now: datetime
    zone: tzinfo
    policy: PolicyFacts | None = None
    language: str = "zh"
    caller: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a value that wants attention; the value is kept all the same.

    ``blocks`` is the level that cannot be reached while it stands, or ``""`` for a remark.
    """

    field: str
    code: str
    sentence: Words
    blocks: Level | str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """``missing`` is in the order to ask; ``next_field`` is the first of it the line may ask."""

    level: Level
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]
    next_field: str | None


def settled(line: str, values: Mapping[str, str], ctx: Context) -> dict[str, str]:
    """The answers plus what follows from the policy and from other answers."""
    raise NotImplementedError


def assess(line: str, values: Mapping[str, str], ctx: Context) -> Assessment:
    """Judge a whole report."""
    raise NotImplementedError


def check(field: Field, value: str, ctx: Context) -> Problem | None:
    """What is wrong with one value, the most serious thing first; None when all is well."""
    raise NotImplementedError
