"""Text to value and value to text, in Chinese and English.

A reading never guesses: what can mean two things is None, or a value with ``certain=False`` that
has to be asked back. No text makes a reading raise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo

from claims_store.rules.fields import Choice
from claims_store.rules.readings import answers, times
from claims_store.rules.readings.digits import read_digits
from claims_store.rules.readings.numbers import read_amount, read_number
from claims_store.rules.readings.phones import read_phone
from claims_store.rules.readings.plates import read_plate
from claims_store.rules.readings.regions import read_region
from claims_store.rules.readings.saying import say
from claims_store.rules.readings.values import Reading

__all__ = ["Reading", "read", "say_text"]

_LONGEST = 2000
"""Characters of one answer that are looked at; speech of one turn is far shorter."""
_BY_LANGUAGE = {
    "number": read_number,
    "digits": read_digits,
    "plate": read_plate,
    "phone": read_phone,
    "amount": read_amount,
    "place": read_region,
    "yes_no_unknown": answers.read_yes_no,
}
_BY_CALL = {"datetime": times.read_datetime, "date": times.read_date}


def read(
    kind: str,
    text: str,
    language: str,
    at: datetime,
    zone: tzinfo,
    choices: Sequence[Choice] = (),
) -> Reading | None:
    """Read a value of a kind (those of `Field.kind`, and ``date_keys``, ``time_keys``).

    ``at`` is the call's start. Canonical values: yes/no/unknown; ``2026-11-24T08:30+08:00``, or
    ``2026-11-24`` (not certain) when only the day was said; ``08:30`` from keys;
    plates ``沪AD82K7``; phones E.164; amounts ``3260.00``; regions six digits.
    """
    text = text[:_LONGEST]
    if kind in _BY_LANGUAGE:
        return _BY_LANGUAGE[kind](text, language)
    if kind in _BY_CALL:
        return _BY_CALL[kind](text, language, at, zone)
    if kind == "date_keys":
        return times.read_date_keys(text, at, zone)
    if kind == "time_keys":
        return times.read_time_keys(text)
    if kind == "choice":
        return answers.read_choice(text, language, choices)
    said = re.sub(r"\s+", " ", text).strip()
    return Reading(said) if said else None


def say_text(kind: str, value: str, language: str, choices: Sequence[Choice] = ()) -> str:
    """A value as a person reads it; an unreadable value comes back as it is."""
    return say(kind, value, language, choices)
