"""What the law gives us time for: calendar and working days are kept apart.

Office hours, public holidays, swapped weekends and the insurer's own exceptions are the plan's
(`routing.hours`), so deadlines and the promise at the end of a call run by one clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from routing.calendar import working_day
from routing.hours import on_day
from routing.plan import Hours

__all__ = ["DEADLINES", "Deadline", "Due", "due", "working_days"]


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
    """``promised`` is the day told to the customer, ``legal`` the last day of the law, ``warn``
    the day at half time."""

    promised: date
    legal: date
    warn: date


_COMPULSORY = "机动车交通事故责任强制保险条例"

DEADLINES: dict[str, Deadline] = {
    row.name: row
    for row in (
        Deadline("CN1", "claimed", 1, "calendar_day", f"{_COMPULSORY} 27-28"),
        Deadline("CN2", "papers_complete", 5, "calendar_day", f"{_COMPULSORY} 29"),
        Deadline("CN3", "papers_complete", 30, "calendar_day", "保险法 23"),
        Deadline("CN5", "agreed", 10, "calendar_day", "保险法 23"),
        Deadline("CN6", "refused", 3, "calendar_day", "保险法 24", moves=False),
        Deadline("CN7", "claimed_with_papers", 60, "calendar_day", "保险法 25", moves=False),
        Deadline("CN9", "paid", 15, "working_day", "车险理赔回访通知 (2009)"),
    )
}
"""Limits that Chinese law and the supervisor set. CN1 and CN2 are for compulsory motor cover."""


def working_days(hours: Hours, first: date, last: date) -> int:
    """Working days after ``first`` up to and including ``last``."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(on_day(hours, day).working for day in days)


def due(deadline: Deadline, start: date, hours: Hours) -> Due:
    """When a deadline ends that starts on a day; the day itself does not count."""
    if deadline.unit == "working_day":
        end = working_day(hours, start, deadline.limit)
    else:
        end = start + timedelta(days=deadline.limit)
    legal = working_day(hours, end, 0) if deadline.moves else end
    return Due(promised=end, legal=legal, warn=start + (end - start) / 2)
