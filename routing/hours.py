"""Open or closed, until when and why.

The order of precedence on one date: exception, make-up day, public holiday, weekly spans. A span
that runs over midnight belongs to the day it begins on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

import holidays

from routing.plan import Hours, Plan
from routing.spans import DAYS, Span, weekdays
from routing.words import Text

HORIZON = 400  # days: nothing in a plan repeats more rarely than once a year
MONTH = timedelta(days=30)

OPEN = Text("营业时间", "open hours")
OUTSIDE = Text("非营业时间", "outside the hours")
MAKE_UP = Text("调休上班", "make-up working day")


@dataclass(frozen=True, slots=True)
class HoursState:
    """`until` is when it changes (UTC), None if not within weeks; `reason` says by what."""

    open: bool
    until: datetime | None
    reason: Text


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What holds on one date: its open spans, and by what; `working` for counting working days."""

    spans: tuple[Span, ...]
    reason: Text

    @property
    def working(self) -> bool:
        return bool(self.spans)


def state(plan: Plan, name: str, now: datetime) -> HoursState:
    """Whether the hours of that name are open at `now` (any zone)."""
    hours, zone = plan.hours[name], plan.zone_of(name)
    today = now.astimezone(zone).date()
    for start, end in periods(hours, zone, now):
        if start <= now:
            edge = end if end - start < MONTH else None
            return HoursState(True, edge, _why_open(hours, today))
        return HoursState(False, start, _why_closed(hours, today))
    return HoursState(False, None, _why_closed(hours, today))


def periods(hours: Hours, zone: ZoneInfo, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Open periods (UTC) that end after `since`, in order, for a year.

    They are joined where they touch, up to a month: who is always open need not search a year.
    """
    first = since.astimezone(zone).date() - timedelta(days=1)
    days = (first + timedelta(days=i) for i in range(HORIZON))
    pieces = chain.from_iterable(_instants(hours, zone, day) for day in days)
    held: tuple[datetime, datetime] | None = None
    for start, end in pieces:
        if held is not None and start <= held[1] and held[1] - held[0] < MONTH:
            held = held[0], max(held[1], end)
            continue
        if held is not None and held[1] > since:
            yield held
        held = (start if held is None else max(start, held[1])), end
    if held is not None and held[1] > since:
        yield held


def on_day(hours: Hours, day: date) -> DayPlan:
    """What holds on that date."""
    for each in hours.exception:
        if each.on == day:
            return DayPlan(each.open, each.reason)
    if day in hours.make_up or (hours.holidays and day in _calendar(hours.holidays, day.year)[1]):
        return DayPlan(_weekly(hours, DAYS.index(hours.make_up_like)), MAKE_UP)
    if hours.holidays:
        name = _calendar(hours.holidays, day.year)[0].get(day)
        if name is not None:
            return DayPlan((), name)
    return DayPlan(_weekly(hours, day.weekday()), OPEN)


def _weekly(hours: Hours, weekday: int) -> tuple[Span, ...]:
    found = chain.from_iterable(
        spans for name, spans in hours.weekly.items() if weekday in weekdays(name)
    )
    return tuple(sorted(found, key=lambda span: (span.start, span.end)))


def _instants(hours: Hours, zone: ZoneInfo, day: date) -> list[tuple[datetime, datetime]]:
    spans = sorted(on_day(hours, day).spans, key=lambda span: (span.start, span.end))
    return [(_at(zone, day, span.start), _at(zone, day, span.end)) for span in spans]


def _at(zone: ZoneInfo, day: date, minute: int) -> datetime:
    # Wall time first, then the zone: 09:00 stays 09:00 on the day the clocks change.
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _why_open(hours: Hours, today: date) -> Text:
    plan = on_day(hours, today)
    return plan.reason if plan.spans else OPEN


def _why_closed(hours: Hours, today: date) -> Text:
    plan = on_day(hours, today)
    return OUTSIDE if plan.spans or plan.reason is OPEN else plan.reason


@lru_cache(maxsize=64)
def _calendar(country: str, year: int) -> tuple[dict[date, Text], frozenset[date]]:
    """Public holidays with their names, and make-up working days, of one country and year."""
    # Always named: without a language the library takes the one of the process's environment.
    english = holidays.country_holidays(country, years=year, language="en_US")
    try:
        local = holidays.country_holidays(country, years=year, language="zh_CN")
    except (NotImplementedError, ValueError):
        local = english
    names = {day: Text(local.get(day) or name, name) for day, name in english.items()}
    worked = frozenset(getattr(english, "weekend_workdays", ()))
    return names, worked
