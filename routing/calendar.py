"""Arithmetic with office time: so many office hours later, working days.

Serves the promise at the end of a call and the deadlines of claims alike.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from routing.hours import HORIZON, on_day, periods
from routing.plan import Hours, Plan


class NoOfficeTime(ValueError):
    """These hours are not open often enough within a year to count in them."""


def after(hours: Hours, zone: ZoneInfo, at: datetime, office: timedelta) -> datetime:
    """The instant at which so much office time has passed since `at`."""
    left = office
    for start, end in periods(hours, zone, at):
        begin = max(start, at)
        if end - begin >= left:
            return begin + left
        left -= end - begin
    raise NoOfficeTime


def between(hours: Hours, zone: ZoneInfo, start: datetime, end: datetime) -> timedelta:
    """How much office time lies between two instants, up to a year."""
    total = timedelta()
    for opened, closed in periods(hours, zone, start):
        if opened >= end:
            break
        total += min(closed, end) - max(opened, start)
    return total


def working_day(hours: Hours, day: date, count: int) -> date:
    """The date `count` working days after `day`; with 0 the day itself or the next working day."""
    found = day
    if count == 0 and on_day(hours, day).working:
        return day
    left = max(count, 1)
    for _ in range(HORIZON + 7 * count):
        found += timedelta(days=1)
        left -= on_day(hours, found).working
        if left == 0:
            return found
    raise NoOfficeTime


def promise(plan: Plan, at: datetime, within: timedelta = timedelta(hours=1)) -> datetime:
    """By when a claims handler calls back: so much office time of the handlers after `at`."""
    name = plan.line.handlers
    return after(plan.hours[name], plan.zone_of(name), at, within)
