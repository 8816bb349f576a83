"""Questions on a line: one key, or an entry of digits. Each says what came of it, and nothing is
asked more than three times in a row.

In menus and yes/no questions `0` is a person and `*` is back. While digits are collected `0` is a
digit, `#` ends, `*` leaves the entry; in the empty entry `*` is back and `*0` a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ari_app.pbx.line import Line

FIRST_KEY = 5.0
"""Seconds of silence before "I did not get a key"."""
NEXT_DIGIT = 4.0
"""Seconds between two digits after which an entry is taken as ended."""
AFTER_STAR = 1.5
"""Seconds in which a `0` after `*` asks for a person."""
TRIES = 3


class Leads(Exception):
    """The caller leads the conversation elsewhere."""


class WantsPerson(Leads):
    """He asked for a person, or pressed nothing that leads on three times in a row."""

    def __init__(self, why: str = "asked") -> None:
        super().__init__(why)
        self.why = why


class WantsBack(Leads):
    """He wants the question before."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Digits as keyed, or why there are none: `ended_by` is hash, full, pause or silence."""

    digits: str
    ended_by: str


async def choose(
    line: Line, prompts: Sequence[str], keys: str, *, tries: int = TRIES, wait: float = FIRST_KEY
) -> str:
    """One of `keys`. Raises WantsPerson on 0 and after `tries`, WantsBack on `*`."""
    spoken = list(prompts)
    for _ in range(tries):
        await line.say(spoken)
        key = await line.key(wait)
        if key is not None and key in keys:
            return key
        if key == "0":
            raise WantsPerson
        if key == "*":
            raise WantsBack
        line.forget_keys()
        spoken = ["no-input" if key is None else "wrong-key", *prompts]
    raise WantsPerson("lost")


async def yes(line: Line, prompts: Sequence[str]) -> bool:
    """Whether he pressed 1 (2 is no)."""
    return await choose(line, prompts, "12") == "1"


async def enter(line: Line, prompts: Sequence[str], *, most: int, wait: float = FIRST_KEY) -> Entry:
    """An entry of up to `most` digits. Raises WantsBack and WantsPerson out of the empty entry."""
    await line.say(prompts)
    digits, cleared = "", 0
    while len(digits) < most:
        key = await line.key(NEXT_DIGIT if digits else wait)
        if key is None:
            return Entry(digits, "pause" if digits else "silence")
        if key == "#":
            return Entry(digits, "hash")
        if key == "*":
            if not digits or cleared == TRIES - 1:
                await _leave_entry(line)
            digits, cleared = "", cleared + 1
            await line.say(["try-again"])
        elif key.isdigit():
            digits += key
    return Entry(digits, "full")


async def _leave_entry(line: Line) -> None:
    if await line.key(AFTER_STAR) == "0":
        raise WantsPerson
    raise WantsBack
