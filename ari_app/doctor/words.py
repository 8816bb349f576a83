"""The doctor's sentences in Chinese and English, each with what to do; data in `words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("words.toml")
LANGUAGES = ("zh", "en")
LONGEST_LIST = 4


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """code -> {zh, en} and, where there is something to do, {mend_zh, mend_en}."""
    found = tomllib.loads(_FILE.read_text("utf-8"))
    return {
        f"{group}.{name}": words for group, names in found.items() for name, words in names.items()
    }


def sentence(code: str, language: str, values: Mapping[str, object]) -> str:
    """What is so, in one sentence."""
    return table()[code][language].format_map(_told(values))


def mend(code: str, language: str, values: Mapping[str, object]) -> str:
    """How to mend it; empty where there is nothing to mend."""
    return table()[code].get(f"mend_{language}", "").format_map(_told(values))


def _told(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _listed(value) for name, value in values.items()}


def _listed(value: object) -> object:
    """The first few of many."""
    if not isinstance(value, (tuple, list)):
        return value
    first = ", ".join(str(each) for each in value[:LONGEST_LIST])
    return first if len(value) <= LONGEST_LIST else f"{first} … ({len(value)})"
