"""Why a call goes to whom: the rule, and each agent's fate, as values with sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from routing.skills import Lack
from routing.words import Text

Fate = Literal[
    "chosen",
    "ready",
    "later",
    "lacks",
    "missed",
    "offered",
    "talking",
    "wrap_up",
    "resting",
    "away",
    "offline",
]


@dataclass(frozen=True, slots=True)
class Row:
    """One agent: `since` his state, `lacks` the levels that are missing, and all that as a sentence."""

    agent: str
    fate: Fate
    since: datetime
    lacks: tuple[Lack, ...]
    sentence: Text


@dataclass(frozen=True, slots=True)
class Why:
    """Why this call: rule with reason, step (from 0) with what it needs, and a row an agent."""

    call_id: str
    queue: str
    rule_name: str
    reason: Text
    step: int
    need: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...]
