"""Text to value and value to text, in Chinese and English.

A reading never guesses: what can mean two things is None, or a value with ``certain=False`` that
has to be asked back. No text makes a reading raise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from claims_store.rules.fields import Choice

__all__ = ["Reading", "read", "say_text"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A canonical value; ``certain`` is False when it should be read back before use."""

    value: str
    certain: bool = True


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
    ``2026-11-24`` (not certain) when only the day was said; dates ``2026-11-24``; times ``08:30``;
    plates ``沪AD82K7``; phones E.164; amounts ``3260.00``; regions six digits.
    """
    raise NotImplementedError


def say_text(kind: str, value: str, language: str, choices: Sequence[Choice] = ()) -> str:
    """A value as a person reads it; an unreadable value comes back as it is."""
    raise NotImplementedError
