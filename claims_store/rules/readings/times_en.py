"""Mentions of days and times in English: yesterday afternoon at half past three, an hour ago."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from claims_store.rules.readings.clock import (
    Clock,
    Day,
    Mentions,
    Part,
    Since,
    back,
    calendar_day,
    clock,
    day_of_month,
    weekday,
)
from claims_store.rules.readings.numbers import EN_ONES, EN_TENS

_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
    "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
    "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_TENS = "|".join(EN_TENS)
_ONES = "|".join(word for word, value in EN_ONES.items() if 0 < value < 10)
_TEEN = "|".join(EN_ONES)
_ORDINAL = "|".join(_ORDINALS)
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in _MONTHS)
_WEEKDAY = "|".join(_WEEKDAYS)
_M = r"am|pm|a\.m\.?|p\.m\.?|a m|p m"
_CLOCK = re.compile(
    r"\b(?:(?P<rel>\d{1,2}|(?:a )?quarter|half)(?: minutes?)? (?P<dir>past|after|to|of|before|till)"
    rf" (?P<rel_hour>\d{{1,2}})(?: (?P<rel_m>{_M}))?(?![\d])"
    rf"|(?P<hour>\d{{1,2}})(?:(?P<sep>[:.])| )(?P<minute>[0-5]\d)(?: ?(?P<m>{_M})\b)?(?![\d.:]?\d)"
    rf"|(?P<sharp>\d{{1,2}}) ?(?:o'? ?clock|(?P<sharp_m>{_M})\b)"
    r"|(?:at|around|about|by|before|after|since) (?P<bare>\d{1,2})(?![\d:. ]?\d)"
    rf"(?! ?(?:(?:{_M})\b|o'? ?clock))"
    r"(?! ?(?:minutes?|hours?|days?|weeks?|km|cars?|people|of|st|nd|rd|th|to|past|after)\b)"
    r"|(?P<named>noon|midday|midnight))"
)
_TYPED = re.compile(r"(?<!\d)(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?!\d)")
_PARTS: tuple[tuple[str, Part], ...] = (
    (r"in the early hours|(?:after|past) midnight", "night"),
    (r"\bmorning\b", "morning"),
    (r"\bafternoon\b|\blunch", "afternoon"),
    (r"\bevening\b|\bnight\b|\btonight\b", "evening"),
)
_NEAR = re.compile(
    r"\b(the day before yesterday|yesterday|last night|today|tonight"
    r"|this (?:morning|afternoon|evening))\b"
)
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_MONTH})\b"
    r"(?:,? (?P<year>20\d\d))?"
    rf"|(?P<month2>{_MONTH})\.? (?:the )?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d)"
    r"(?:,? (?P<year2>20\d\d))?"
    r"|the (?P<only>\d{1,2})(?:st|nd|rd|th)\b"
    r"|(?P<iso>20\d\d-\d{1,2}-\d{1,2})"
    r"|(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<year3>20\d\d))?"
    rf"|(?P<last>last |this )?(?P<weekday>{_WEEKDAY}))\b"
)
_AGO = re.compile(
    r"\b(?P<n>\d{1,3}|an?|half an?|a half|an hour and a half|(?:a )?quarter of an|a few|some"
    r"|a couple of|several)(?P<plus> and a half)?"
    r"(?: (?P<unit>minute|hour|day|week)s?)?(?P<half> and a half)? ago\b"
)
_NOW = re.compile(r"\b(just now|a moment ago|right now|just (?:happened|had))\b")
_ABOUT = re.compile(r"\b(about|around|roughly|approximately|maybe|or so|ish|think|probably)\b")
_UNITS = {"minute": 1.0, "hour": 60.0}


def figures(text: str) -> str:
    """Number words of clock and calendar as figures: twenty past nine -> 20 past 9."""
    text = re.sub(rf"\b({_TENS})[- ]({_ORDINAL})\b", _tens_ordinal, text)
    text = re.sub(rf"\b({_ORDINAL})\b(?! (?:time|car|floor|one))", _ordinal, text)
    text = re.sub(rf"\b({_TENS})[- ]({_ONES})\b", _tens_ones, text)
    text = re.sub(rf"\b(?:oh|o)[- ]({_ONES})\b", lambda m: f"0{EN_ONES[m[1]]}", text)
    return re.sub(rf"\b({_TENS}|{_TEEN})\b", lambda m: str(_cardinal(m[1])), text)


def _cardinal(word: str) -> int:
    return EN_TENS[word] if word in EN_TENS else EN_ONES[word]


def _tens_ordinal(match: re.Match[str]) -> str:
    return f"{EN_TENS[match[1]] + _ORDINALS[match[2]]}th"


def _ordinal(match: re.Match[str]) -> str:
    return f"{_ORDINALS[match[1]]}th"


def _tens_ones(match: re.Match[str]) -> str:
    return str(EN_TENS[match[1]] + EN_ONES[match[2]])


def mentions(text: str, at: datetime) -> Mentions:
    """All mentions in a tidied text; ``at`` is the call's start in its zone."""
    plain = figures(text)
    rest = _AGO.sub(lambda each: "\0" * len(each[0]), plain)
    days = (*_days(rest, at), *_days_ago(plain, at))
    dated = _DATE.sub(lambda each: each[0] if each["weekday"] else "\0" * len(each[0]), rest)
    return Mentions(
        days=days,
        clocks=tuple(_clocks(dated)),
        since=tuple(_since(plain, at)),
        about=bool(_ABOUT.search(text)),
        unclear=any(each["a"] and _slash_unclear(each) for each in _DATE.finditer(rest)),
    )


def _part(text: str) -> Part:
    return next((part for words, part in _PARTS if re.search(words, text)), "")


def _clocks(text: str) -> Iterator[Clock]:
    part = _part(text)
    for match in _CLOCK.finditer(text):
        found = _clock(match, part)
        if found:
            yield found
    for match in _TYPED.finditer(text):
        found = clock(int(match["hour"]), int(match["minute"]), "", match.start(), explicit=True)
        if found:
            yield found


def _clock(match: re.Match[str], part: Part) -> Clock | None:
    start = match.start()
    if match["named"]:
        midnight = match["named"] == "midnight"
        return Clock(0, start, next_day=True) if midnight else Clock(12 * 60, start)
    half = (match["m"] or match["sharp_m"] or match["rel_m"] or "")[:1]
    if half:
        part = "morning" if half == "a" else "afternoon"
    if match["rel"]:
        return _relative(match, part)
    hour = int(match["hour"] or match["sharp"] or match["bare"])
    minute = int(match["minute"] or 0)
    if half == "a" and hour == 12:
        hour = 0
    padded = bool(match["sep"]) and match["hour"].startswith("0")
    return clock(hour, minute, part, start, explicit=padded)


def _relative(match: re.Match[str], part: Part) -> Clock | None:
    word = match["rel"]
    minute = 30 if word == "half" else 15 if word.endswith("quarter") else int(word)
    hour = int(match["rel_hour"])
    if match["dir"] in ("past", "after"):
        return clock(hour, minute, part, match.start())
    if not 0 < minute < 60:
        return None
    return clock((hour - 1) or 12, 60 - minute, part, match.start())


def _days(text: str, at: datetime) -> Iterator[Day]:
    for match in _NEAR.finditer(text):
        gone = 2 if "before" in match[0] else 1 if match[0] in ("yesterday", "last night") else 0
        yield Day(back(gone, at), match.start(), today=gone == 0)
    for match in _DATE.finditer(text):
        found = _day(match, at)
        if found:
            yield found


def _day(match: re.Match[str], at: datetime) -> Day | None:
    start = match.start()
    if match["weekday"]:
        day = weekday(_WEEKDAYS.index(match["weekday"]), at, start)
        return Day(day.value, start, certain=True) if match["last"] and not day.certain else day
    if match["only"]:
        return day_of_month(int(match["only"]), at, start)
    if match["iso"]:
        year, month, day_ = (int(part) for part in match["iso"].split("-"))
        return calendar_day(year, month, day_, at, start)
    if match["a"]:
        return (
            None
            if _slash_unclear(match)
            else _slashed(int(match["a"]), int(match["b"]), match["year3"], at, start)
        )
    name = match["month"] or match["month2"]
    month = next(i for i, full in enumerate(_MONTHS, 1) if full.startswith(name[:3]))
    year_text = match["year"] or match["year2"]
    return calendar_day(
        int(year_text) if year_text else None, month, int(match["day"] or match["day2"]), at, start
    )


def _slash_unclear(match: re.Match[str]) -> bool:
    """3/4 is two days in two countries: only what can be read one way counts."""
    a, b = int(match["a"]), int(match["b"])
    return a <= 12 and b <= 12 and a != b


def _slashed(a: int, b: int, year: str | None, at: datetime, start: int) -> Day | None:
    day, month = (a, b) if a > 12 else (b, a)
    return calendar_day(int(year) if year else None, month, day, at, start)


def _days_ago(text: str, at: datetime) -> Iterator[Day]:
    for match in _AGO.finditer(text):
        count = {"a": 1, "an": 1, "a couple of": 2}.get(match["n"]) or (
            int(match["n"]) if match["n"].isdecimal() else 0
        )
        if match["unit"] in ("day", "week") and count:
            days = count * (7 if match["unit"] == "week" else 1)
            yield Day(back(days, at), match.start(), certain=match["n"] != "a couple of")


def _since(text: str, at: datetime) -> Iterator[Since]:
    for match in _AGO.finditer(text):
        minutes = _minutes(match)
        if minutes is not None:
            sure = match["n"] not in ("a few", "some", "several", "a couple of")
            yield Since(at - timedelta(minutes=minutes), match.start(), certain=sure)
    for match in _NOW.finditer(text):
        yield Since(at, match.start(), certain=False)


def _minutes(match: re.Match[str]) -> float | None:
    if match["n"] == "an hour and a half":
        return 90
    unit = _UNITS.get(match["unit"] or "")
    if unit is None:
        return None
    extra = 0.5 if match["half"] or match["plus"] else 0.0
    counts = {"a": 1, "an": 1, "a couple of": 2, "a few": 5, "some": 5, "several": 5}
    if match["n"].startswith(("half", "a half")):
        return 0.5 * unit
    if "quarter" in match["n"]:
        return 0.25 * unit
    count = counts[match["n"]] if match["n"] in counts else int(match["n"])
    return (count + extra) * unit
