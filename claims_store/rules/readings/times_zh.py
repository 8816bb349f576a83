"""Mentions of days and times in Chinese: 昨天下午三点半, 上周五晚上八点, 半小时前, 刚才."""

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
from claims_store.rules.readings.numbers import zh_number

_N = r"(?:[0-9]{1,2}|[零〇一二两三四五六七八九十]{1,3})"
_PARTS: tuple[tuple[str, Part], ...] = (
    ("凌晨|半夜|后半夜", "night"),
    ("早上|早晨|清晨|清早|一早|上午|今早|今晨|早", "morning"),
    ("中午|正午", "noon"),
    ("下午|午后", "afternoon"),
    ("傍晚|晚上|夜里|夜间|夜晚|深夜|今晚|昨晚|前晚|昨夜|晚", "evening"),
)
_PART = "|".join(words for words, _ in _PARTS)
_CLOCK = re.compile(
    rf"(?P<part>{_PART})?(?:的|,|，|大概|大约|差不多|约)*"
    rf"(?:差(?P<to>一刻|{_N})分?钟?(?:到)?(?P<to_hour>{_N})[点時时]"
    rf"|(?P<hour>{_N})(?:[点時时](?!{_N}(?:公|米|吨|万|块|元|倍|度|个))钟?|(?P<colon>[:.])(?=[0-5][0-9]))"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻|差(?P<less>一刻|{_N})分?|整"
    rf"|过?[零〇]?(?P<minute>{_N})(?![0-9零〇一二两三四五六七八九十.点月号日天个小])分?)?)"
)
_TYPED = re.compile(r"(?<![0-9])(?P<hour>[01][0-9]|2[0-3])(?P<minute>[0-5][0-9])(?![0-9年月])")
_DATE = re.compile(
    rf"(?:(?P<year>[0-9]{{4}}|[一二〇零0-9]{{4}}|今|去|前)年)?(?P<month>{_N})月(?P<day>{_N})[日号]?"
    r"|(?P<iso>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})"
    rf"|(?P<only>{_N})[号日](?!楼|线|门|店|院|公|路|口|桥|车)"
    rf"|(?P<week>上上|上|这|本)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
)
_RELATIVE = {"大前天": 3, "前天": 2, "前晚": 2, "昨": 1, "今": 0}
_NEAR = re.compile("大前天|前天|前晚|昨(?:天|日|晚|夜)|今(?:天|日|早|晨|晚)")
_AGO = re.compile(
    r"(?P<n>[0-9]{1,4}|[零〇一二两三四五六七八九十百]{1,5}|半|几|十几|十来|好几)(?P<half>个半|个)?"
    r"(?P<unit>分钟|分|小时|钟头|刻钟|天)(?P<tail>半)?(?:之|以)?前"
)
_NOW = re.compile("刚刚|刚才|方才|刚(?=撞|出|发生|被|碰)")
_ABOUT = re.compile("大概|大约|左右|差不多|好像|可能|前后|来钟")
# 有一点, 差一点, 一点也不: "a little", not one o'clock.
_LITTLE = re.compile("[有差快慢大小多好晚早]一点$|^一点[也都儿点小事钱伤没不]")
_UNITS = {"分钟": 1, "分": 1, "刻钟": 15, "小时": 60, "钟头": 60}
_YEARS = {"今": 0, "去": 1, "前": 2}


def mentions(text: str, at: datetime) -> Mentions:
    """All mentions in a tidied text; ``at`` is the call's start in its zone."""
    since = tuple(_since(text, at))
    rest = _AGO.sub(lambda each: "\0" * len(each[0]), text)
    return Mentions(
        days=(*_days(rest, at), *_days_ago(text, at)),
        clocks=tuple(_clocks(rest)),
        since=since,
        about=bool(_ABOUT.search(text)),
    )


def _int(text: str) -> int:
    value = zh_number(text)
    return int(value) if value is not None else -1


def _part(text: str) -> Part:
    return next((part for words, part in _PARTS if re.fullmatch(words, text)), "")


def _clocks(text: str) -> Iterator[Clock]:
    part: Part = ""
    for match in _CLOCK.finditer(text):
        # 昨天下午大概是三点: the part may stand a little before the hour.
        before = re.findall(_PART, text[max(0, match.start() - 8) : match.start()])
        part = _part(match["part"] or (before[-1] if before else ""))
        if not part and _is_little(text, match):
            continue
        found = _clock(match, part)
        if found:
            yield found
    for match in _TYPED.finditer(text):
        found = clock(int(match["hour"]), int(match["minute"]), "", match.start(), explicit=True)
        if found:
            yield found


def _is_little(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - 1) : match.end()]
    return bool(_LITTLE.search(around) or _LITTLE.search(text[match.start() : match.end() + 1]))


def _clock(match: re.Match[str], part: Part) -> Clock | None:
    hour = _int(match["to_hour"] or match["hour"])
    minute = 0
    if match["half"]:
        minute = 30
    elif match["quarter"]:
        minute = 15 if match["quarter"] == "一" else 45
    elif match["minute"]:
        minute = _int(match["minute"])
    less = match["to"] or match["less"]
    if less:
        minute, hour = 60 - (15 if less == "一刻" else _int(less)), hour - 1
    padded = bool(match["colon"]) and match["hour"].startswith("0")
    return clock(hour, minute, part, match.start(), explicit=padded)


def _days(text: str, at: datetime) -> Iterator[Day]:
    for match in _NEAR.finditer(text):
        word = match[0]
        gone = next(days for name, days in _RELATIVE.items() if word.startswith(name))
        yield Day(back(gone, at), match.start(), today=gone == 0)
    for match in _DATE.finditer(text):
        found = _day(match, at)
        if found:
            yield found


def _day(match: re.Match[str], at: datetime) -> Day | None:
    if match["iso"]:
        year, month, day = (int(part) for part in match["iso"].split("-"))
        return calendar_day(year, month, day, at, match.start())
    if match["weekday"]:
        wanted = "一二三四五六日天".index(match["weekday"]) % 7
        wanted = 6 if match["weekday"] == "天" else wanted
        weeks = {"上上": 2, "上": 1, "这": 0, "本": 0}.get(match["week"] or "")
        return weekday(wanted, at, match.start(), weeks)
    if match["only"]:
        return day_of_month(_int(match["only"]), at, match.start())
    return calendar_day(
        _year(match["year"], at), _int(match["month"]), _int(match["day"]), at, match.start()
    )


def _year(text: str | None, at: datetime) -> int | None:
    if text is None:
        return None
    if text in _YEARS:
        return at.year - _YEARS[text]
    digits = "".join(str(_int(char)) for char in text)
    return int(digits) if digits.isdecimal() else None


def _days_ago(text: str, at: datetime) -> Iterator[Day]:
    for match in _AGO.finditer(text):
        count = _int(match["n"])
        if match["unit"] == "天" and 0 < count < 1000:
            yield Day(back(count, at), match.start())


def _since(text: str, at: datetime) -> Iterator[Since]:
    for match in _AGO.finditer(text):
        if match["unit"] == "天":
            continue
        vague = "几" in match["n"] or match["n"] in ("十来",)
        count = 0.5 if match["n"] == "半" else float(max(_int(match["n"]), 0))
        if match["half"] == "个半" or match["tail"]:
            count += 0.5
        minutes = 10 if vague else count * _UNITS[match["unit"]]
        yield Since(at - timedelta(minutes=minutes), match.start(), certain=not vague)
    for match in _NOW.finditer(text):
        yield Since(at, match.start(), certain=False)
