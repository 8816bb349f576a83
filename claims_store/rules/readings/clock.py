"""Days and times of day as heard, and how they become an instant at the time of a call.

The two languages only find mentions (`times_zh`, `times_en`); what they mean together, seen from
the call's start, is decided here once for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

HALF_DAY = 12 * 60
DAY = 24 * 60

Part = Literal["", "night", "morning", "noon", "afternoon", "evening"]


@dataclass(frozen=True, slots=True)
class Day:
    """A day that was named; ``certain`` is False when another one may be meant."""

    value: date
    start: int
    certain: bool = True
    today: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in minutes; while ``open`` it may also be twelve hours later."""

    minutes: int
    start: int
    open: bool = False
    next_day: bool = False


@dataclass(frozen=True, slots=True)
class Since:
    """An instant given by how long ago it was."""

    value: datetime
    start: int
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Mentions:
    """All that a text says about time.

    ``about``: the speaker was only approximate; ``unclear``: a day was written two ways can read.
    """

    days: tuple[Day, ...] = ()
    clocks: tuple[Clock, ...] = ()
    since: tuple[Since, ...] = ()
    about: bool = False
    unclear: bool = False


def clock(hour: int, minute: int, part: Part, start: int, explicit: bool = False) -> Clock | None:
    """A clock time with the part of the day that was said; None when there is no such time.

    ``explicit`` says the form itself was of 24 hours (``08:30``), so nothing is open.
    """
    if not (0 <= hour <= 24 and 0 <= minute < 60) or (hour == 24 and minute):
        return None
    if hour == 24:
        return Clock(0, start, next_day=True)
    minutes = hour * 60 + minute
    if hour > 12 or hour == 0 or explicit:
        return Clock(minutes, start)
    return _in_part(hour, minutes, part, start)


def _in_part(hour: int, minutes: int, part: Part, start: int) -> Clock:
    if part in ("night", "morning"):
        return Clock(minutes % HALF_DAY if part == "night" else minutes, start)
    if part == "noon":
        return Clock(minutes if hour >= 10 else minutes + HALF_DAY, start)
    if part == "afternoon":
        return Clock(minutes if hour == 12 else minutes + HALF_DAY, start)
    if part == "evening":
        # Twelve, one or two "in the evening" is the night after.
        if hour == 12 or hour < 4:
            return Clock(minutes % HALF_DAY, start, next_day=True)
        return Clock(minutes + HALF_DAY, start)
    return Clock(minutes, start, open=True)


def back(days: int, at: datetime) -> date:
    """The day that many days before the call."""
    return at.date() - timedelta(days=days)


def calendar_day(year: int | None, month: int, day: int, at: datetime, start: int) -> Day | None:
    """A day by its date; without a year the last one that is not in the future."""
    try:
        if year is not None:
            return Day(date(year, month, day), start)
        value = date(at.year, month, day)
        if value > at.date():
            return Day(date(at.year - 1, month, day), start, certain=False)
        return Day(value, start)
    except ValueError:
        return None


def day_of_month(day: int, at: datetime, start: int) -> Day | None:
    """The last such day of a month; not certain unless it is of this month."""
    try:
        value = at.date().replace(day=day)
        if value <= at.date():
            return Day(value, start)
        return Day((at.date().replace(day=1) - timedelta(days=1)).replace(day=day), start, False)
    except ValueError:
        return None


def weekday(wanted: int, at: datetime, start: int, weeks: int | None = None) -> Day:
    """A day of the week (Monday 0): of ``weeks`` calendar weeks ago, else the last one."""
    today = at.date()
    monday = today - timedelta(days=today.weekday())
    if weeks is not None:
        return Day(monday + timedelta(days=wanted - 7 * weeks), start)
    gone = (today.weekday() - wanted) % 7
    return Day(today - timedelta(days=gone), start, certain=gone != 0)


def settle(said: Mentions, at: datetime, zone: tzinfo) -> tuple[str, bool] | None:
    """What the mentions mean together: an instant, or a bare day (never certain), or None."""
    local = at.astimezone(zone)
    if said.unclear:
        return None
    if said.since and not said.clocks:
        since = said.since[0]
        return text_of(since.value.astimezone(zone)), since.certain and not said.about
    days = {each.value for each in said.days}
    times = {(each.minutes, each.open, each.next_day) for each in said.clocks}
    if len(days) > 1 or len(times) > 1 or not (days or times):
        return None
    if not said.clocks:
        return days.pop().isoformat(), False
    when, sure = _instant(said.clocks[0], said.days[0] if said.days else None, local, zone)
    return text_of(when), sure and not said.about


def _instant(heard: Clock, day: Day | None, local: datetime, zone: tzinfo) -> tuple[datetime, bool]:
    base = day.value if day else local.date()
    options = [heard.minutes, heard.minutes + HALF_DAY] if heard.open else [heard.minutes]
    moments = [_at(base, minutes % DAY, heard.next_day, zone) for minutes in options]
    past = [moment for moment in moments if moment <= local]
    sure = len(past) == 1 and day is not None and day.certain
    if past:
        return past[-1], sure
    if day is None or day.today:
        # "23:50" said at ten past midnight was yesterday; asked back.
        return moments[-1] - timedelta(days=1), False
    return moments[-1], False


def _at(day: date, minutes: int, next_day: bool, zone: tzinfo) -> datetime:
    shifted = min(day, date.max - timedelta(days=1)) + timedelta(days=1 if next_day else 0)
    return datetime.combine(shifted, time(minutes // 60, minutes % 60), zone)


def text_of(when: datetime) -> str:
    """The canonical text of an instant, to the minute, with its zone."""
    return when.isoformat(timespec="minutes")
