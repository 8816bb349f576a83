"""The fields of a report for each line of business, in the order in which they are asked."""

from __future__ import annotations

from claims_store.rules.fields import core, health, home, liability, motor, travel
from claims_store.rules.fields.kinds import (
    LEVELS,
    LINES,
    UNKNOWN,
    Choice,
    Field,
    Kind,
    Level,
    Need,
    Words,
)

__all__ = [
    "FIELDS",
    "LEVELS",
    "LINES",
    "UNKNOWN",
    "Choice",
    "Field",
    "Kind",
    "Level",
    "Need",
    "Words",
    "field",
    "fields_of",
]

FIELDS: dict[str, tuple[Field, ...]] = {
    "motor": motor.FIELDS,
    "home": home.FIELDS,
    "health": health.FIELDS,
    "travel": travel.FIELDS,
    "liability": liability.FIELDS,
    "": (*core.SAFETY, *core.WHO, *core.WHEN_WHERE, core.NARRATIVE, *core.REPORTER),
}
"""All rows of each line of business, in the order of asking; ``""`` while the line is unknown."""


def fields_of(line: str) -> tuple[Field, ...]:
    """The rows of a line of business; of an unknown one the core rows."""
    return FIELDS.get(line, FIELDS[""])


def field(line: str, name: str) -> Field | None:
    """One row by its name, or None when this line of business has no such field."""
    return next((row for row in fields_of(line) if row.name == name), None)
