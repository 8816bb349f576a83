"""Everything the desk says, in Chinese and English: one table, no text in code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
_TABLE = Path(__file__).with_name("words.toml")


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """All sentences: name -> language -> text with {placeholders}."""
    return tomllib.loads(_TABLE.read_text("utf-8"))


def say(name: str, language: str, /, **values: object) -> str:
    """One sentence with its values filled in; raises KeyError for a name nobody wrote."""
    return table()[name][language].format(**values)


def pattern(name: str, language: str) -> str | None:
    """A sentence with its placeholders, or None where the table has none."""
    return table()[name][language] if name in table() else None


def known(name: str) -> bool:
    """Whether the table has this sentence."""
    return name in table()


def group(prefix: str, language: str) -> dict[str, str]:
    """All sentences below a prefix, without it: what a browser module is given."""
    return {
        name.removeprefix(prefix): texts[language]
        for name, texts in table().items()
        if name.startswith(prefix)
    }
