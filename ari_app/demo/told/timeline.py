"""The story as lines: the clock of the story, who, what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ari_app.demo.telling import Teller, Write


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened."""

    at: datetime
    who: str
    what: str


class Timeline(Teller):
    """Tells each line as it happens, and keeps it."""

    def __init__(self, write: Write, now: Callable[[], datetime], zone: ZoneInfo) -> None:
        super().__init__(write)
        self.lines: list[Line] = []
        self._now = now
        self._zone = zone

    def __call__(self, who: str, what: str) -> None:
        at = self._now().astimezone(self._zone)
        self.lines.append(Line(at, who, what))
        self._write(f"{at:%a %H:%M:%S}  {who:<12} {what}")

    def plain(self) -> list[dict[str, str]]:
        return [
            {"at": each.at.isoformat(timespec="seconds"), "who": each.who, "what": each.what}
            for each in self.lines
        ]
