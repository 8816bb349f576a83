"""One request's language, zone and present: says sentences and writes instants for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from ari_app.desk import formats
from ari_app.desk.floor import Text
from ari_app.desk.words import pattern, say


@dataclass(frozen=True, slots=True)
class Locale:
    """What a page is written in."""

    language: str
    zone: tzinfo
    now: datetime

    def say(self, name: str, /, **values: object) -> str:
        """A sentence of the desk's words."""
        return say(name, self.language, **values)

    def maybe(self, name: str, otherwise: str) -> str:
        """The sentence as it is written, or the given text where the table has none."""
        return pattern(name, self.language) or otherwise

    def of(self, text: Text) -> str:
        """A two-language text's half for this page."""
        return text.get(self.language) or next(iter(text.values()), "")

    def moment(self, at: datetime) -> str:
        return formats.moment(at, self.now, self.zone, self.language)

    def soon(self, at: datetime) -> str:
        """An instant of today by its time alone."""
        return self.clock(at) if self.day(at) == self.day(self.now) else self.moment(at)

    def typed(self, at: datetime) -> str:
        """An instant as a field takes it: `2026-11-24 15:00`."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def clock(self, at: datetime, *, seconds: bool = False) -> str:
        return formats.clock(at, self.zone, seconds=seconds)

    def day(self, at: datetime) -> date:
        """The calendar day of an instant here."""
        return at.astimezone(self.zone).date()

    def day_head(self, at: datetime) -> str:
        return formats.day_head(self.day(at), self.day(self.now), self.language)

    def date(self, at: datetime) -> str:
        """A date with its year: `2027-05-30`."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d")

    def span(self, seconds: float | None) -> str:
        return "–" if seconds is None else formats.span(seconds)

    def left(self, until: datetime) -> str:
        """How long until a promise: `44 min left`, or by how much it is over."""
        gap = until - self.now
        over = gap < timedelta()
        minutes = int(abs(gap).total_seconds() // 60)
        unit, count = ("hours", minutes // 60) if minutes >= 120 else ("minutes", minutes)
        return self.say(f"{'over' if over else 'left'}.{unit}", count=count)

    def phone(self, number: str, *, masked: bool = True) -> str:
        return formats.phone(number, masked=masked)

    plate = staticmethod(formats.plate)
    groups = staticmethod(formats.groups)
    money = staticmethod(formats.money)
    initials = staticmethod(formats.initials)
