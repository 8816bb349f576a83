"""Runs of digits and letters in speech: double five, oh, 幺三八, D for David.

A run is a longest stretch of characters spoken one by one, with its offsets in the text, so that
a whole value can be laid beside it and its place in the recording found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from claims_store.rules import identifiers
from claims_store.rules.identifiers import PROVINCES
from claims_store.rules.readings.numbers import EN_ONES, EN_TENS, ZH_DIGITS
from claims_store.rules.readings.values import Reading

_ALPHABET = (
    "alfa alpha bravo charlie delta echo foxtrot golf hotel india juliett juliet kilo lima mike "
    "november oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu"
)
SPELLED = {word: word[0].upper() for word in _ALPHABET.split()}
_REPEATS = {"double": 2, "triple": 3, "treble": 3}
_FILLERS = frozenset({"uh", "um", "er", "erm", "dash", "and", "then"})
_EN_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[^\sa-z\d]", re.IGNORECASE)
_ZH_TOKEN = re.compile(rf"[A-Za-z]+|\d+|[{PROVINCES}挂学警领港澳使]|.", re.DOTALL)
_ZH_FILLERS = frozenset("嗯啊呃额哦,，。、- \t.·")
_WRITTEN = re.compile(r"(?=\D*\d)[A-Za-z0-9]+(?:[-/ ][A-Za-z0-9]*\d[A-Za-z0-9]*)*")
"""A number as it is printed: PDAA2026-0042. Each further piece has a digit, so words are none."""
_ENDS = frozenset("?!？！;；:：/")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters in upper case, and where in the text they stand."""

    value: str
    start: int
    end: int


def runs(text: str, language: str) -> list[Run]:
    """All runs of a text, in order."""
    return _zh_runs(text) if language == "zh" else _en_runs(text)


class _Collector:
    """Gathers pieces into runs; a filler neither ends a run nor belongs to it."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self._parts: list[str] = []
        self._start = self._end = 0

    def add(self, value: str, start: int, end: int) -> None:
        if not self._parts:
            self._start = start
        self._parts.append(value)
        self._end = end

    def stop(self) -> None:
        value = "".join(self._parts)
        if value:
            self.runs.append(Run(value, self._start, self._end))
        self._parts = []

    @property
    def empty(self) -> bool:
        return not self._parts


def _en_runs(text: str) -> list[Run]:
    tokens = [(each[0], each.start(), each.end()) for each in _EN_TOKEN.finditer(text)]
    collector = _Collector()
    repeat, skip = 1, 0
    for index, (token, start, end) in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        word = token.lower()
        if word in _REPEATS:
            repeat = _REPEATS[word]
            continue
        value = _en_value(token, tokens[index + 1][0] if index + 1 < len(tokens) else "")
        # "a car", "oh dear": such a word begins a run only when one character more follows it.
        doubtful = collector.empty and word in ("a", "i", "o", "oh") and repeat == 1
        if value and not (doubtful and not _leads(tokens, index)):
            collector.add(value * repeat, start, end)
            # "D for David", "D as in David"
            following = [each[0].lower() for each in tokens[index + 1 : index + 3]]
            if len(value) == 1 and value.isalpha():
                skip = 2 if following[:1] == ["for"] else 3 if following == ["as", "in"] else 0
        elif value or not (word in _FILLERS or (not word.isalnum() and word not in _ENDS)):
            collector.stop()
        repeat = 1
    collector.stop()
    return collector.runs


def _leads(tokens: list[tuple[str, int, int]], index: int) -> bool:
    """Whether a word like "a" or "oh" begins a run: a single character follows it."""
    rest = (token for token, _, _ in tokens[index + 1 :] if token.isalnum())
    after = next(rest, "")
    return after.lower() in _REPEATS or bool(_en_value(after, "") and after.lower() not in "ai")


def _en_value(token: str, after: str) -> str:
    word = token.lower()
    if token.isdigit():
        return token
    if word in ("oh", "o"):
        return "0"
    if word in EN_ONES:
        return str(EN_ONES[word])
    if word in EN_TENS:
        ones = EN_ONES.get(after.lower(), 0)
        # "twenty four" is 24: the ones that follow take the place of the nought.
        return str(EN_TENS[word])[0] if 1 <= ones <= 9 else str(EN_TENS[word])
    if len(token) == 1 and token.isascii() and token.isalpha():
        return token.upper()
    if token.isascii() and token.isalpha() and token.isupper() and len(token) <= 3:
        return token
    return SPELLED.get(word, "")


def _zh_runs(text: str) -> list[Run]:
    collector = _Collector()
    for each in _ZH_TOKEN.finditer(text):
        token = each[0]
        if token.isascii() and token.isalnum():
            value = token.upper() if token.isdigit() or len(token) <= 8 else ""
        elif token in ZH_DIGITS:
            value = str(ZH_DIGITS[token])
        else:
            value = token if token in PROVINCES or token in "挂学警领港澳使" else ""
        if value:
            collector.add(value, each.start(), each.end())
        elif token not in _ZH_FILLERS:
            collector.stop()
    collector.stop()
    return collector.runs


def read_digits(text: str, language: str) -> Reading | None:
    """The one run of the text that holds a digit; several different ones are None."""
    if _WRITTEN.fullmatch(text.strip()):
        return Reading(identifiers.squeeze(text))
    values = {run.value for run in runs(text, language) if any(c.isdigit() for c in run.value)}
    if len(values) != 1:
        return None
    value = values.pop()
    return Reading(value, certain=len(value) > 1)
