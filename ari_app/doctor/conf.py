"""Asterisk's configuration files as values: what is really written there, not what we meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_SECTION = re.compile(r"\[([^\]]+)\](?:\(([^)]*)\))?")


@dataclass(frozen=True, slots=True)
class Section:
    """One `[name](templates)` and its settings; a setting may come several times."""

    name: str
    templates: tuple[str, ...] = ()
    values: Mapping[str, list[str]] = field(default_factory=dict)
    template: bool = False
    """`(!)`: only what others copy."""

    def one(self, key: str, default: str = "") -> str:
        """The last value of a setting: that one counts."""
        return self.values.get(key, [default])[-1]

    def number(self, key: str) -> int:
        """As a number; -1 when it is none."""
        word = self.one(key)
        return int(word) if word.isdigit() else -1


Etc = Mapping[str, tuple[Section, ...]]


def read(etc: Path) -> Etc:
    """Every file of a folder."""
    return {file.name: parse(file.read_text("utf-8")) for file in sorted(etc.glob("*.conf"))}


def parse(text: str) -> tuple[Section, ...]:
    """Sections in their order; settings of a template are copied into who uses it."""
    sections: list[Section] = []
    for line in text.splitlines():
        line = line.split(";")[0].strip() if not line.strip().startswith("exten") else line.strip()
        if found := _SECTION.match(line):
            used = tuple(each.strip() for each in (found[2] or "").split(",") if each.strip("! "))
            copied = {k: list(v) for name in used for k, v in _named(sections, name).items()}
            sections.append(Section(found[1], used, copied, "!" in (found[2] or "")))
        elif "=" in line and sections:
            key, _, value = line.partition("=")
            values = sections[-1].values
            assert isinstance(values, dict)
            values.setdefault(key.strip(), []).append(value.lstrip(">").strip())
    return tuple(sections)


def _named(sections: list[Section], name: str) -> Mapping[str, list[str]]:
    return next((each.values for each in sections if each.name == name), {})


def general(etc: Etc, file: str, section: str = "general") -> Section:
    """One section of a file; an empty one when it is not there."""
    return next((each for each in etc.get(file, ()) if each.name == section), Section(section))
