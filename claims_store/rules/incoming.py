"""Text messages from people: what is in them. They come from anybody and hold anything."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

LONGEST = 1000
"""Characters that are looked at and kept."""
STOP = frozenset({"退订", "退", "td", "t", "取消", "不要", "stop", "unsubscribe", "stopall", "end"})
START = frozenset({"开通", "恢复", "订阅", "start", "unstop", "subscribe"})
_NUMBER = re.compile(r"(?<![0-9])(?:(?:CL|BA)[-\s]?)?([0-9]{6})[-\s]?([0-9]{4})(?![0-9])", re.I)
_FOUR = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{3,}")
_EDGES = " .。!！,，、\"'“”「」"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text that came in. `id` is the same whenever the same message comes again."""

    channel: str
    sender: str
    text: str
    at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim that is asked for: the ten digits of its number, and four more if he gave them."""

    digits: str
    four: str


def clean(text: str) -> str:
    """One line of what can be shown: half-width, without anything that steers a terminal, a file
    or a direction of writing."""
    plain = unicodedata.normalize("NFKC", text[: LONGEST * 4])
    signs = (" " if unicodedata.category(c)[0] in "CZ" else c for c in plain)
    return " ".join("".join(signs).split())[:LONGEST]


def wish(text: str) -> Literal["stop", "start", ""]:
    """Whether he wants no more notices, or wants them again."""
    word = clean(text).strip(_EDGES).casefold()
    return "stop" if word in STOP else "start" if word in START else ""


def asked(text: str) -> Asked | None:
    """The claim that a text asks for; None when it names none, or more than one."""
    plain = clean(text)
    found = _NUMBER.findall(plain)
    if len(found) != 1:
        return None
    four = _FOUR.findall(_NUMBER.sub(" ", plain))
    return Asked("".join(found[0]), four[0] if len(four) == 1 else "")


def language(text: str, otherwise: str = "zh") -> str:
    """What a text is written in."""
    if _HAN.search(text):
        return "zh"
    return "en" if _LATIN.search(_NUMBER.sub(" ", text)) else otherwise
