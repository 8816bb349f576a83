"""What one judge heard about one field, and the few things all judges share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from claims_store.rules.checks import Context
from claims_store.rules.fields import Field
from claims_store.rules.findings.talk import Passage, Spoken, Talk
from claims_store.rules.readings.answers import read_yes_no

LOW_CONFIDENCE = 0.4
"""Below this a recogniser's word neither confirms nor contradicts."""

Match = Literal["exact", "near", "other"]


@dataclass(frozen=True, slots=True)
class Hearing:
    """``near`` may or may not be the value; ``other`` is clearly another one."""

    match: Match
    heard: str
    at_s: float | None


@dataclass(frozen=True, slots=True)
class Case:
    """One typed value, and where to look for it."""

    row: Field
    typed: str
    talk: Talk
    ctx: Context

    @property
    def language(self) -> str:
        """zh or en: the language of the call."""
        return "zh" if self.ctx.language == "zh" else "en"


def hearing(match: Match, heard: str, passage: Passage, start: int, end: int) -> Hearing:
    """A hearing at a place in a passage; badly heard words make it near."""
    if passage.conf(start, end) < LOW_CONFIDENCE:
        match = "near"
    return Hearing(match, heard, passage.at(start))


def agreed(answer: Spoken, language: str) -> bool:
    """Whether a customer's turn agrees to what was just read back."""
    reading = read_yes_no(answer.text, language)
    return reading is not None and reading.value == "yes" and reading.certain


def best(hearings: list[Hearing]) -> Hearing | None:
    """An exact hearing wins; then the last one, because people correct themselves."""
    exact = next((each for each in hearings if each.match == "exact"), None)
    return exact or (hearings[-1] if hearings else None)


def weighed(own: Hearing | None, read_back: Hearing | None) -> Hearing | None:
    """The customer's own words first; what he agreed to in a read-back where they are silent.

    When the two disagree clearly nobody can tell from here: near.
    """
    if own is None or read_back is None:
        return own or read_back
    if {own.match, read_back.match} == {"exact", "other"}:
        return Hearing("near", own.heard, own.at_s)
    return own
