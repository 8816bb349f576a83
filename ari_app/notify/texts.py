"""What customers are sent, as data in Chinese and English, checked when it is read, filled with
values that are never read as templates themselves."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

SHIPPED = Path(__file__).with_name("texts.toml")
OWN = "texts.toml"
"""The operator's wordings, in the state directory: texts of the same names and shape."""
PIECES = ("promised", "link", "job")
"""What may be missing from a message: each is worded by itself."""
LANGUAGES = ("zh", "en")
PLACE = re.compile(r"\{([a-z_]+)\}")
SURVEY = "/s/"
"""Paths of surveyors' pages begin so."""
LINK = re.compile(r"/[a-z]/[A-Za-z0-9]{1,64}")
LONGEST = 500
"""Characters of a wording before values are filled in; what is longer is a letter."""


class TextProblem(Exception):
    """A message cannot be worded; nothing was sent. Says each fault."""


@dataclass(frozen=True, slots=True)
class Text:
    """One message. `answers`: he has just asked for it. `needs`: values it cannot do without."""

    name: str
    topic: str
    answers: bool
    needs: frozenset[str]
    subject: Mapping[str, str]
    body: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Worded:
    """A message in one language."""

    subject: str
    body: str


class Texts:
    """All texts of an installation. Raises TextProblem when one of them cannot be used."""

    def __init__(self, *sources: str, public_url: str = "") -> None:
        self._public_url = public_url
        tables: dict[str, dict[str, Any]] = {}
        for source in sources:
            for name, table in tomllib.loads(source).items():
                tables[name] = tables.get(name, {}) | table
        self._pieces = {name: tables.pop(name, {}) for name in PIECES}
        faults = [fault for name, table in tables.items() for fault in _faults(name, table)]
        for name, piece in self._pieces.items():
            if not all(isinstance(piece.get(language), str) for language in LANGUAGES):
                faults.append(f"{name}: it has to be there in {' and '.join(LANGUAGES)}")
        if faults:
            raise TextProblem("; ".join(faults))
        self._texts = {name: _text(name, table) for name, table in tables.items()}

    @classmethod
    def of(cls, state: Path | None = None, public_url: str = "") -> Texts:
        """What is shipped, with the operator's wordings in their places. Links are left out without
        `public_url`, where customers reach us."""
        own = state / OWN if state else None
        more = [own.read_text("utf-8")] if own and own.exists() else []
        try:
            return cls(SHIPPED.read_text("utf-8"), *more, public_url=public_url)
        except (tomllib.TOMLDecodeError, AttributeError, TypeError) as fault:
            raise TextProblem(f"{own}: {fault}") from None

    def names(self) -> tuple[str, ...]:
        """Every text that a message can name."""
        return tuple(self._texts)

    def topics(self) -> tuple[str, ...]:
        """What a customer can decline."""
        return tuple(dict.fromkeys(text.topic for text in self._texts.values()))

    def get(self, name: str) -> Text:
        """One text, unfilled."""
        if name not in self._texts:
            raise TextProblem(f"there is no text called {name}")
        return self._texts[name]

    def word(
        self, name: str, values: Mapping[str, object], language: str, zone: ZoneInfo
    ) -> Worded:
        """The wording. `promised_at` (ISO 8601) among the values becomes {promised}, and `link`
        (a path, as of `links.path`) becomes {link}."""
        text = self.get(name)
        language = language if language in LANGUAGES else LANGUAGES[0]
        given = {key: str(value) for key, value in values.items() if value is not None}
        given["promised"] = self._promise(given.get("promised_at", ""), language, zone)
        given["link"] = self._link(given.get("link", ""), language)
        if lacking := text.needs - given.keys():
            raise TextProblem(f"the text {name} lacks {', '.join(sorted(lacking))}")
        subject, body = filled(text.subject[language], given), filled(text.body[language], given)
        return Worded(subject.strip(), body.strip())

    def _promise(self, promised_at: str, language: str, zone: ZoneInfo) -> str:
        if not promised_at:
            return ""
        at = datetime.fromisoformat(promised_at).astimezone(zone)
        day = f"{at.month}月{at.day}日" if language == "zh" else f"{at:%B} {at.day}"
        return filled(self._pieces["promised"][language], {"day": day, "time": f"{at:%H:%M}"})

    def _link(self, path: str, language: str) -> str:
        if not self._public_url or not LINK.fullmatch(path):
            return ""
        piece = self._pieces["job" if path.startswith(SURVEY) else "link"]
        return filled(piece[language], {"url": self._public_url + path})


def filled(template: str, values: Mapping[str, str]) -> str:
    """Values in their places, in one pass: what a value holds is not looked at."""
    return PLACE.sub(lambda place: values.get(place[1], ""), template)


def _faults(name: str, table: Mapping[str, Any]) -> list[str]:
    """What is wrong with one text."""
    needs, subject = table.get("needs"), table.get("subject")
    if not isinstance(needs, list) or not isinstance(subject, dict):
        return [f"{name}: it lacks needs or subject"]
    found = []
    if not isinstance(table.get("topic"), str) or not isinstance(table.get("answers"), bool):
        found.append(f"{name}: it lacks topic or answers")
    for language in LANGUAGES:
        body, line = table.get(language), subject.get(language)
        if not isinstance(body, str) or not isinstance(line, str):
            found.append(f"{name}: text or subject is missing in {language}")
            continue
        if len(body) > LONGEST or len(line) > LONGEST:
            found.append(f"{name}: it is too long in {language}")
        asked = set(PLACE.findall(body)) - set(PIECES)
        strange = (asked | set(PLACE.findall(line))) - set(needs)
        found += [f"{name}: {{{place}}} in {language} is not in needs" for place in sorted(strange)]
        lost = set(needs) - asked
        found += [f"{name}: {{{place}}} is missing in {language}" for place in sorted(lost)]
    return found


def _text(name: str, table: Mapping[str, Any]) -> Text:
    body = {language: table[language] for language in LANGUAGES}
    return Text(name, table["topic"], table["answers"], frozenset(table["needs"]),
                table["subject"], body)  # fmt: skip
