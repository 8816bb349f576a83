"""Telephone numbers as they are spoken or typed."""

from __future__ import annotations

from claims_store.rules import identifiers
from claims_store.rules.readings.digits import runs
from claims_store.rules.readings.values import Reading

_SHORTEST = 5


def read_phone(text: str, language: str, region: str = "CN") -> Reading | None:
    """A number in E.164; None when the text holds none, or several."""
    whole = identifiers.phone(text, region) if any(char.isdigit() for char in text) else None
    if whole:
        return Reading(whole)
    found = {
        number
        for run in runs(text, language)
        if run.value.isdigit() and len(run.value) >= _SHORTEST
        if (number := identifiers.phone(run.value, region))
    }
    return Reading(found.pop()) if len(found) == 1 else None
