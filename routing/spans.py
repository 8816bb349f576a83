"""Spans of a day and names of weekdays, as plans write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes from the start of a day; `end` above 1440 lies in the next day."""

    start: int
    end: int

    @staticmethod
    def read(text: str) -> Span:
        """`09:00-17:30`; `22:00-06:00` runs over midnight, `00:00-24:00` is the whole day."""
        found = _SPAN.fullmatch(text.strip())
        if found is None:
            raise ValueError("span")
        hour, minute, hour_end, minute_end = map(int, found.groups())
        start, end = hour * 60 + minute, hour_end * 60 + minute_end
        if start >= DAY or end > DAY or start == end:
            raise ValueError("span")
        return Span(start, end if end > start else end + DAY)

    def __str__(self) -> str:
        end = self.end if self.end <= DAY else self.end - DAY
        return f"{self.start // 60:02}:{self.start % 60:02}-{end // 60:02}:{end % 60:02}"


def weekdays(name: str) -> tuple[int, ...]:
    """`mon` -> (0,), `fri-mon` -> (4, 5, 6, 0); ValueError for anything else."""
    first, dash, last = name.partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        raise ValueError("weekday")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return tuple((start + i) % 7 for i in range((end - start) % 7 + 1))
