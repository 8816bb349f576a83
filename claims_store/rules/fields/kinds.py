"""What a field of a report is: one row of data per question, with its source.

The line, the agent's page, the import and the speech check all read these rows; none of them
keeps a list of fields of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Words = Mapping[str, str]
"""One text in each language: keys ``zh`` and ``en``."""

Kind = Literal[
    "yes_no_unknown",
    "datetime",
    "date",
    "number",
    "digits",
    "plate",
    "phone",
    "amount",
    "place",
    "choice",
    "text",
    "name",
]
Level = Literal["draft", "assignable", "payable"]
Need = Literal["R", "C", "O"]
"""Required, required by circumstance (``when``), optional."""
Known = Literal["", "caller_id", "policy", "reporter"]
"""Where a value comes from before anybody is asked; such a field is only confirmed."""

LINES = ("motor", "home", "health", "travel", "liability")
LEVELS: tuple[Level, ...] = ("draft", "assignable", "payable")
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a closed list: how it is shown, and the words people use for it.

    ``part_of`` names a more general choice that is true as well: a rear-end is a collision.
    """

    value: str
    title: Words
    said: Mapping[str, tuple[str, ...]]
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a report asks for.

    ``when`` and ``unless`` hold pairs (field, value): a field with need ``C`` is required when any
    pair of ``when`` holds, and no field is required while a pair of ``unless`` holds.
    ``instead`` names fields any one of which does as well. ``asks`` are patterns that find the
    question, ``says`` patterns that find a yes or a no, in what was said.
    """

    name: str
    kind: Kind
    title: Words
    question: Words
    source: str
    need: Need = "O"
    level: Level = "assignable"
    when: tuple[tuple[str, str], ...] = ()
    unless: tuple[tuple[str, str], ...] = ()
    instead: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    known: Known = ""
    on_line: bool = True
    unknown_allowed: bool = False
    asks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    says: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def words(zh: str, en: str) -> Words:
    """A text in both languages."""
    return {"zh": zh, "en": en}


def choice(
    value: str, zh: str, en: str, said_zh: str = "", said_en: str = "", part_of: str = ""
) -> Choice:
    """A choice; further words people use for it are separated by blanks (zh) or bars (en)."""
    bare = re.sub(r"^(an?|the) ", "", en.lower())
    return Choice(
        value=value,
        title=words(zh, en),
        said={
            "zh": (zh, *said_zh.split()),
            "en": (bare, *(said_en.split("|") if said_en else ())),
        },
        part_of=part_of,
    )
