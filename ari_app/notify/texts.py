"""What customers are sent, as data in Chinese and English, filled with values."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

TEXTS = Path(__file__).with_name("texts.toml")
PIECE = "promised"
LANGUAGES = ("zh", "en")


class TextProblem(Exception):
    """A message cannot be worded: its text is unknown or a value is missing; nothing was sent."""


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    texts: dict[str, dict[str, str]] = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    return texts


def names() -> tuple[str, ...]:
    """Every text that a message can name."""
    return tuple(name for name in _texts() if name != PIECE)


def fields(name: str, language: str) -> set[str]:
    """The values that a text asks for."""
    found = string.Formatter().parse(_texts()[name][language])
    return {field for _, field, _, _ in found if field is not None}


def word(name: str, values: Mapping[str, object], language: str, zone: ZoneInfo) -> str:
    """The wording of a message. `promised_at` (ISO 8601) among the values becomes {promised}."""
    if name not in names():
        raise TextProblem(f"there is no text called {name}")
    language = language if language in LANGUAGES else LANGUAGES[0]
    given = {key: str(value) for key, value in values.items() if value is not None}
    given["promised"] = _promise(given.get("promised_at", ""), language, zone)
    if lacking := fields(name, language) - given.keys():
        raise TextProblem(f"the text {name} lacks {', '.join(sorted(lacking))}")
    return _texts()[name][language].format_map(given).strip()


def _promise(promised_at: str, language: str, zone: ZoneInfo) -> str:
    if not promised_at:
        return ""
    moment = datetime.fromisoformat(promised_at).astimezone(zone)
    day = f"{moment.month}月{moment.day}日" if language == "zh" else f"{moment:%B} {moment.day}"
    return _texts()[PIECE][language].format(day=day, time=f"{moment:%H:%M}")
