"""Times that are promised: typed by a person, found in what somebody wrote, or proposed.

A reading of a loss looks back; a promise looks ahead, so that a time without a day is its next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from claims_store.rules.readings.numbers import zh_number
from claims_store.rules.readings.times import mentions
from claims_store.rules.readings.values import tidy

FURTHEST = timedelta(days=60)
"""Nobody promises a call for later than that: it was another year, or no time at all."""
CHIPS = 4
_GRID = timedelta(minutes=30)
_AWAKE = range(7 * 60, 21 * 60)
"""Minutes of a day in which a bare "three o'clock" is meant."""

_IN = re.compile(
    r"(?P<n>\d{1,3}|[零〇一二两三四五六七八九十百]{1,5}|半)(?P<half>个半|个)?"
    r"(?P<unit>分钟|小时|钟头|刻钟)(?P<tail>半)?(?:之|以)?[内后]"
    r"|\b(?:in|within) (?P<en>\d{1,3}|an?|half an?|one|two|three)"
    r" ?(?P<en_unit>minutes?|min|hours?|h)\b"
)
_WORDS = {"a": 1.0, "an": 1.0, "half an": 0.5, "half a": 0.5, "one": 1.0, "two": 2.0, "three": 3.0}
_UNITS = {"分钟": 1, "刻钟": 15, "小时": 60, "钟头": 60, "min": 1, "minute": 1, "minutes": 1}
_AHEAD = re.compile(
    r"(?P<three>大后[天日])|(?P<two>后[天日]|the day after tomorrow)"
    r"|(?P<one>明[天日]?(?=[早上中下晚凌0-9一二两三四五六七八九十天日,， ])|明[天日]|次日|tomorrow)"
)
_NEXT = re.compile(r"(?P<next>下)(?:个)?(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])")
_WEEKDAY = re.compile(
    r"(?:周|星期|礼拜)[一二三四五六日天]"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
)
_MONTH = re.compile(
    r"月|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\d{4}-\d|\d/\d"
)
_DATED = re.compile(r"\d{4}-\d|\d月")
_OF_MONTH = re.compile(r"\d[号日]|\bthe \d{1,2}(?:st|nd|rd|th)\b")

_CALLS = re.compile(
    r"回电|回拨|来电|致电|去电|打电话|电话联系|联系|答复|回复|上门|到达|到现场|赶到"
    r"|\b(?:calls?|rings?|phones?|contacts?|gets? back|reply|visits?|comes?|arrives?|be there)\b"
)
_WILL = re.compile(
    r"会|将|承诺|答应|保证|安排|[0-9点半分刻钟时午晚上天周日](?:之|以)?前|[钟时头](?:之|以)?[内后]"
    r"|\b(?:will|promis\w*|shall)\b|'ll\b|\b(?:by|before|within|no later than) (?:\d|noon|tomorrow)"
)
_SENTENCES = re.compile(r"[。；;！!\n？?]+|(?<=[a-z])\. +")


@dataclass(frozen=True, slots=True)
class Promised:
    """Words that read like a promise, and the time in them."""

    due: datetime
    words: str


def read_due(text: str, language: str, now: datetime, zone: tzinfo) -> datetime | None:
    """When something typed like this is due: the next time that fits. None when it names no time,
    or more than one, or one that has passed."""
    plain = tidy(text)[:200]
    local = now.astimezone(zone)
    found = _written(plain, zone) or _from_now(plain, local) or _named(plain, language, local, zone)
    if found is None or not now < found <= now + FURTHEST:
        return None
    return found


def sensible(periods: Iterable[tuple[datetime, datetime]], now: datetime) -> tuple[datetime, ...]:
    """The next times that may well be promised, given the periods in which somebody works."""
    found: list[datetime] = []
    for start, end in periods:
        first = _ceil(max(start, now) + _GRID)
        steps = [first, first + 2 * _GRID, first + 4 * _GRID]
        whole_day = end - start <= timedelta(hours=16)
        found += [each for each in steps[: 1 if found else 3] if each <= end]
        if start <= now and whole_day and end - now > _GRID:
            found.append(end)
        if start > now or not whole_day:
            break
    return tuple(dict.fromkeys(found))[: CHIPS + 1]


def promised(text: str, language: str, now: datetime, zone: tzinfo) -> Promised | None:
    """The first sentence that reads like a promise of ours: who calls or comes, until when."""
    for sentence in _SENTENCES.split(text[:2000]):
        plain = tidy(sentence)
        if not (_CALLS.search(plain) and _WILL.search(plain)):
            continue
        due = read_due(plain, language, now, zone)
        if due is not None:
            return Promised(due, sentence.strip()[:120])
    return None


def _written(text: str, zone: tzinfo) -> datetime | None:
    """A time as programs write it."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|z)?", text):
        return None
    try:
        found = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _from_now(text: str, local: datetime) -> datetime | None:
    found = _IN.search(text)
    if found is None:
        return None
    if found["en"]:
        count = _WORDS[found["en"]] if found["en"] in _WORDS else float(found["en"])
        unit = _UNITS.get(found["en_unit"], 60)
    else:
        count = 0.5 if found["n"] == "半" else float(zh_number(found["n"]) or 0)
        count += 0.5 if found["half"] == "个半" or found["tail"] else 0
        unit = _UNITS[found["unit"]]
    whole = local.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=count * unit) if count else None


def _named(text: str, language: str, local: datetime, zone: tzinfo) -> datetime | None:
    """A time of day, of a day that is named or the next one."""
    day = _day(text, language, local, zone)
    rest = _NEXT.sub(" ", _AHEAD.sub(" ", text)) if language == "zh" else _AHEAD.sub("", text)
    said = mentions(rest, language, local, zone)
    clocks = {(each.minutes, each.open) for each in said.clocks}
    if len(clocks) != 1 or said.since or said.unclear:
        return None
    if day is None and _DATED.search(text):
        return None  # a date that there is not
    minutes, is_open = clocks.pop()
    options = (minutes, minutes + 12 * 60) if is_open else (minutes,)
    if day is not None:
        fitting = [each for each in options if each in _AWAKE] or list(options)
        return _at(day, fitting[0], zone)
    return _next(options, local, zone)


def _next(options: tuple[int, ...], local: datetime, zone: tzinfo) -> datetime:
    """The next such time of day; of two, one at which people are awake."""
    days = (local.date(), local.date() + timedelta(days=1))
    moments = [(_at(day, each, zone), each in _AWAKE) for day in days for each in options]
    ahead = [(moment, awake) for moment, awake in moments if moment > local]
    return next((moment for moment, awake in ahead if awake), ahead[0][0])


def _day(text: str, language: str, local: datetime, zone: tzinfo) -> date | None:
    ahead = _AHEAD.search(text)
    if ahead is not None:
        count = 3 if ahead["three"] else 2 if ahead["two"] else 1
        return local.date() + timedelta(days=count)
    found = _NEXT.search(text)
    if found is not None:
        wanted = "一二三四五六日".index(found["zh"].replace("天", "日"))
        return local.date() + timedelta(days=7 - local.weekday() + wanted)
    named = {each.value for each in mentions(text, language, local, zone).days}
    return _forward(named.pop(), text, local.date()) if len(named) == 1 else None


def _forward(day: date, text: str, today: date) -> date:
    """The same day of the week, month or year, but not one that has passed."""
    if day >= today or re.search(r"\d{4}-\d", text):
        return day
    if _WEEKDAY.search(text):
        return day + timedelta(days=7 * -(-(today - day).days // 7))
    steps = (12,) if _MONTH.search(text) else (1, 2, 3) if _OF_MONTH.search(text) else ()
    for months in steps:
        years, month = divmod(day.month - 1 + months, 12)
        try:
            later = day.replace(year=day.year + years, month=month + 1)
        except ValueError:
            continue  # no such day in that month
        if later >= today:
            return later
    return day


def _at(day: date, minutes: int, zone: tzinfo) -> datetime:
    hour, minute = divmod(minutes % (24 * 60), 60)
    return datetime.combine(day, time(hour, minute), zone)


def _ceil(at: datetime) -> datetime:
    """The next half hour."""
    seconds = at.timestamp()
    step = _GRID.total_seconds()
    return datetime.fromtimestamp(-(-seconds // step) * step, at.tzinfo)
