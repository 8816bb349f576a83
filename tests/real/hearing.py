"""Knows which prompts of the line are in what somebody heard.

The line plays mu-law files, and mu-law is what the customer receives: a prompt is heard when bytes
of its own file are. No engine, no threshold, and the same for English and Chinese.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ari_app.installed import assets
from ari_app.outside.sound import LOUDNESS, RATE

LANGUAGES = ("en", "zh")
PRINT = 480
"""Bytes of one fingerprint: 60 ms."""
LOUD = 4 * PRINT
AGAIN = RATE // 2
"""Bytes within which a prompt is taken for the same hearing of it: late packets stretch it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A prompt in a recording; `at` is the place of its first byte, in bytes."""

    name: str
    language: str
    at: int

    @property
    def seconds(self) -> float:
        return self.at / RATE


@dataclass(frozen=True, slots=True)
class Print:
    """Some bytes of a prompt's file and their place in it."""

    offset: int
    content: bytes


def normal(sound: bytes | bytearray) -> bytes:
    """Mu-law has two codes for nothing; a recorder on the way turns one into the other."""
    return bytes(sound).replace(b"\x7f", b"\xff")


@cache
def length(name: str, language: str) -> int:
    """Bytes of a prompt."""
    return (assets() / "sounds" / language / f"{name}.ulaw").stat().st_size


@cache
def prints(name: str, language: str) -> tuple[Print, ...]:
    """The fingerprints of a prompt."""
    return prints_of((assets() / "sounds" / language / f"{name}.ulaw").read_bytes())


def contains(sound: bytes, clip: Path) -> bool:
    """Whether a clip, which somebody spoke, is in a recording."""
    return any(piece.content in sound for piece in prints_of(clip.read_bytes()))


def prints_of(file: bytes) -> tuple[Print, ...]:
    """Up to four loud places, early to late: one of them survives a late packet."""
    sound = normal(file)
    places = [
        at
        for at in range(0, len(sound) - PRINT, PRINT)
        if sum(sound[at : at + PRINT].translate(LOUDNESS)) > LOUD
    ]
    chosen = places[:: max(1, len(places) // 4)][:4]
    return tuple(Print(at, sound[at : at + PRINT]) for at in chosen)


def first(sound: bytes, names: Iterable[str], last: Heard | None, base: int) -> Heard | None:
    """The first of these prompts that began after `last` did; `sound` begins at byte `base`."""
    found = [
        heard
        for name in names
        for language in LANGUAGES
        for piece in prints(name, language)
        if (heard := _next(sound, name, language, piece, last, base)) is not None
    ]
    return min(found, key=lambda each: each.at, default=None)


def _next(
    sound: bytes, name: str, language: str, piece: Print, last: Heard | None, base: int
) -> Heard | None:
    start = 0  # the first packets of a call may have missed the ear
    if last is not None:
        start = last.at + 1 + (AGAIN if last.name == name else 0) + piece.offset
    at = sound.find(piece.content, max(0, start - base))
    return Heard(name, language, base + at - piece.offset) if at >= 0 else None


def all_prompts(sound: bytes, names: Iterable[str]) -> list[Heard]:
    """Every hearing of these prompts, in order."""
    found = []
    for name in names:
        for language in LANGUAGES:
            found += _all(sound, name, language)
    return sorted(found, key=lambda each: each.at)


def _all(sound: bytes, name: str, language: str) -> list[Heard]:
    places: list[int] = []
    same = min(AGAIN, length(name, language) * 3 // 4)
    for piece in prints(name, language):
        at = sound.find(piece.content)
        while at >= 0:
            began = at - piece.offset
            if all(abs(began - known) > same for known in places):
                places.append(began)
            at = sound.find(piece.content, at + PRINT)
    return [Heard(name, language, at) for at in places]


@cache
def phrases() -> tuple[str, ...]:
    """The prompts that are whole sentences: everything but numbers, days, letters and places."""
    pieces = ("region", "province", "num", "digit", "letter", "month", "monthday", "minute",
              "hour", "weekday", "plate", "unit", "money", "day", "daypart")  # fmt: skip
    names = (file.stem for file in sorted((assets() / "sounds" / "en").glob("*.ulaw")))
    return tuple(name for name in names if name.split("-")[0] not in pieces)


@cache
def pieces() -> tuple[str, ...]:
    """Everything that is not a sentence: numbers, days, letters, places."""
    names = (file.stem for file in sorted((assets() / "sounds" / "en").glob("*.ulaw")))
    return tuple(name for name in names if name not in phrases())
