"""Instants, days and times of day, spoken, typed or keyed, seen from the start of a call."""

from __future__ import annotations

import re
from datetime import date, datetime, time, tzinfo

from claims_store.rules.readings import times_en, times_zh
from claims_store.rules.readings.clock import (
    Mentions,
    calendar_day,
    settle,
    text_of,
)
from claims_store.rules.readings.values import Reading, tidy

_EARLIEST_YEAR = 1970


def mentions(text: str, language: str, at: datetime, zone: tzinfo) -> Mentions:
    """Everything a text says about days and times."""
    find = times_zh.mentions if language == "zh" else times_en.mentions
    return find(tidy(text), at.astimezone(zone))


def read_datetime(text: str, language: str, at: datetime, zone: tzinfo) -> Reading | None:
    """An instant, or a bare day that has to be asked back."""
    stored = _iso(text.strip(), zone)
    if stored:
        return Reading(stored)
    settled = settle(mentions(text, language, at, zone), at, zone)
    if settled is None or int(settled[0][:4]) < _EARLIEST_YEAR:
        return None
    return Reading(*settled)


def _iso(text: str, zone: tzinfo) -> str | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)?", text):
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return text_of(when if when.tzinfo else when.replace(tzinfo=zone))


def read_date(text: str, language: str, at: datetime, zone: tzinfo) -> Reading | None:
    """The one day a text names."""
    days = {each.value: each.certain for each in mentions(text, language, at, zone).days}
    if len(days) != 1:
        return None
    day, certain = days.popitem()
    return Reading(day.isoformat(), certain)


def read_date_keys(digits: str, at: datetime, zone: tzinfo) -> Reading | None:
    """Keys MMDD (the last such day) or YYYYMMDD."""
    keys = digits.strip().rstrip("#")
    if not re.fullmatch(r"[0-9]{4}|[0-9]{8}", keys):
        return None
    year = int(keys[:4]) if len(keys) == 8 else None
    day = calendar_day(year, int(keys[-4:-2]), int(keys[-2:]), at.astimezone(zone), 0)
    if day is None or day.value.year < _EARLIEST_YEAR:
        return _leap(keys, at.astimezone(zone)) if year is None else None
    return Reading(day.value.isoformat(), day.certain)


def _leap(keys: str, at: datetime) -> Reading | None:
    """29 February keyed in a year that has none: the last year that had."""
    if keys != "0229":
        return None
    for year in range(at.year, at.year - 9, -1):
        try:
            return Reading(date(year, 2, 29).isoformat(), certain=False)
        except ValueError:
            continue
    return None


def read_time_keys(digits: str) -> Reading | None:
    """Keys HHMM, or HMM."""
    keys = digits.strip().rstrip("#").rjust(4, "0")
    if not re.fullmatch(r"[0-9]{4}", keys) or len(digits.strip().rstrip("#")) < 3:
        return None
    hour, minute = int(keys[:2]), int(keys[2:])
    return Reading(f"{hour:02d}:{minute:02d}") if hour < 24 and minute < 60 else None


def joined(day: str, clock: str, zone: tzinfo) -> str:
    """The instant of a canonical day and a canonical time: ``2026-11-24T08:30+08:00``."""
    return text_of(datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), zone))
