"""What keyed digits mean: dates, times of day, places by area code. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta


def day_of(digits: str, today: date) -> date | None:
    """Month and day (`0503`): the latest such date up to today; None if there is none."""
    if len(digits) != 4:
        return None
    for year in (today.year, today.year - 1):
        try:
            found = date(year, int(digits[:2]), int(digits[2:]))
        except ValueError:
            continue
        if found <= today:
            return found
    return None


def time_of(digits: str) -> time | None:
    """Hour and minute (`0830`); None if there is no such time."""
    if len(digits) not in (3, 4):
        return None
    hour, minute = int(digits[:-2]), int(digits[-2:])
    return time(hour, minute) if hour < 24 and minute < 60 else None


def moment(day: date, at: time, now: datetime) -> datetime:
    """The instant, in the zone of `now`."""
    return datetime.combine(day, at, tzinfo=now.tzinfo)


def said_day(key: str, today: date) -> date:
    """1 is today, 2 yesterday."""
    return today if key == "1" else today - timedelta(days=1)
