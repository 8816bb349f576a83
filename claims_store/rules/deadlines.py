"""When something is due: calendar days and working days are kept apart.

Working days follow the official Chinese calendar of `holidays` (swapped weekends included);
``overrides`` holds days on which the insurer works (True) or rests (False) all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Literal

import holidays

__all__ = [
    "DEADLINES",
    "Deadline",
    "Due",
    "OfficeHours",
    "add_workdays",
    "due",
    "is_workday",
    "next_office_time",
    "next_workday",
    "workdays_between",
]

_SEARCH_DAYS = 400
"""No calendar rests longer than this; an override table that does is a mistake that is told."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Working hours of an office: spans (opens, closes) of each working day, in its zone."""

    zone: tzinfo
    spans: tuple[tuple[time, time], ...] = ((time(9), time(17, 30)),)
    country: str = "CN"
    overrides: Mapping[date, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit from an event; ``unit`` says which days count.

    ``moves`` says that a last day that is a holiday moves the legal end to the next working day
    (Civil Code section 203); the promise to the customer stays.
    """

    name: str
    trigger: str
    limit: int
    unit: Literal["calendar_day", "working_day"]
    source: str
    moves: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """``promised`` is the day told to the customer, ``legal`` the last day of the law."""

    promised: date
    legal: date
    warn: date


DEADLINES: dict[str, Deadline] = {
    row.name: row
    for row in (
        Deadline("CN1", "claimed", 1, "calendar_day", "机动车交通事故责任强制保险条例 27-28"),
        Deadline("CN2", "papers_complete", 5, "calendar_day", "同上 29"),
        Deadline("CN3", "papers_complete", 30, "calendar_day", "保险法 23"),
        Deadline("CN5", "agreed", 10, "calendar_day", "保险法 23"),
        Deadline("CN6", "refused", 3, "calendar_day", "保险法 24", moves=False),
        Deadline("CN7", "claimed_with_papers", 60, "calendar_day", "保险法 25"),
        Deadline("CN9", "paid", 15, "working_day", "保监会 2009 车险回访"),
    )
}
"""Limits that Chinese law and the supervisor set, by their trigger."""


@cache
def _calendar(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)


def is_workday(day: date, hours: OfficeHours) -> bool:
    """Whether people work on that day."""
    if day in hours.overrides:
        return hours.overrides[day]
    return bool(_calendar(hours.country).is_working_day(day))


def next_workday(day: date, hours: OfficeHours) -> date:
    """The day itself if people work on it, else the next one on which they do."""
    for ahead in range(_SEARCH_DAYS):
        if is_workday(day + timedelta(days=ahead), hours):
            return day + timedelta(days=ahead)
    raise ValueError(f"no working day within {_SEARCH_DAYS} days after {day}: see the overrides")


def add_workdays(day: date, count: int, hours: OfficeHours) -> date:
    """The day that is ``count`` working days after ``day`` (which itself does not count)."""
    for _ in range(count):
        day = next_workday(day + timedelta(days=1), hours)
    return day


def workdays_between(first: date, last: date, hours: OfficeHours) -> int:
    """Working days after ``first`` up to and including ``last``."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(is_workday(day, hours) for day in days)


def due(deadline: Deadline, start: date, hours: OfficeHours) -> Due:
    """When a deadline that starts on a day ends, and the half time at which to warn."""
    if deadline.unit == "working_day":
        end = add_workdays(start, deadline.limit, hours)
    else:
        end = start + timedelta(days=deadline.limit)
    legal = next_workday(end, hours) if deadline.moves else end
    return Due(promised=end, legal=legal, warn=start + (end - start) / 2)


def next_office_time(hours: OfficeHours, now: datetime, minutes: int = 0) -> datetime:
    """The instant at which ``minutes`` of office time have passed since ``now``.

    With 0 it is ``now`` inside office hours, else the next opening. The zone is the office's.
    """
    local = now.astimezone(hours.zone)
    left = timedelta(minutes=minutes)
    day = local.date()
    for _ in range(_SEARCH_DAYS):
        day = next_workday(day, hours)
        for opens, closes in sorted(hours.spans):
            start = max(local, datetime.combine(day, opens, hours.zone))
            end = datetime.combine(day, closes, hours.zone)
            if start < end and start + left <= end:
                return start + left
            left -= max(end - start, timedelta())
        day += timedelta(days=1)
    raise ValueError(f"no office hours in the next {_SEARCH_DAYS} days")
