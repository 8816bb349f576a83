"""When something is due: calendar days and working days are kept apart.

Working days follow the official Chinese calendar of `holidays` (swapped weekends included);
``overrides`` holds days on which the insurer works or rests all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo

__all__ = ["OfficeHours", "add_workdays", "is_workday", "next_office_time", "workdays_between"]


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Working hours of an office: spans (opens, closes) of a working day, in its zone."""

    zone: tzinfo
    spans: tuple[tuple[time, time], ...] = ((time(9), time(17, 30)),)
    country: str = "CN"
    overrides: Mapping[date, bool] = field(default_factory=dict)


def is_workday(day: date, country: str = "CN", overrides: Mapping[date, bool] = {}) -> bool:
    """Whether people work on that day."""
    raise NotImplementedError


def add_workdays(day: date, count: int, hours: OfficeHours) -> date:
    """The day that is ``count`` working days after ``day``."""
    raise NotImplementedError


def workdays_between(first: date, last: date, hours: OfficeHours) -> int:
    """Working days after ``first`` up to and including ``last``."""
    raise NotImplementedError


def next_office_time(hours: OfficeHours, now: datetime, minutes: int = 0) -> datetime:
    """The instant by which ``minutes`` of office time have passed since ``now``."""
    raise NotImplementedError
