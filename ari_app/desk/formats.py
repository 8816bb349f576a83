"""How instants, durations, numbers and plates are written on screen, by language."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation

_WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NEAR = {
    "zh": {-1: "明天", 0: "今天", 1: "昨天"},
    "en": {-1: "tomorrow", 0: "today", 1: "yesterday"},
}


def day(of: date, today: date, language: str) -> str:
    """A day as people say it: today, tomorrow, or weekday and date, with the year if another."""
    near = _NEAR[language].get((today - of).days)
    if near is not None:
        return near
    weekday = _WEEKDAYS[language][of.weekday()]
    if language == "zh":
        year = "" if of.year == today.year else f"{of.year} 年 "
        return f"{year}{of.month} 月 {of.day} 日 {weekday}"
    year = "" if of.year == today.year else f" {of.year}"
    return f"{weekday} {of.day} {_MONTHS[of.month - 1]}{year}"


def day_head(of: date, today: date, language: str) -> str:
    """A day above its events: weekday and date, and whether it is today or yesterday."""
    weekday = _WEEKDAYS[language][of.weekday()]
    near = _NEAR[language].get((today - of).days)
    if language == "zh":
        year = "" if of.year == today.year else f"{of.year} 年 "
        return f"{year}{of.month} 月 {of.day} 日 {weekday}" + (f"，{near}" if near else "")
    year = "" if of.year == today.year else f" {of.year}"
    return f"{weekday} {of.day} {_MONTHS[of.month - 1]}{year}" + (f", {near}" if near else "")


def moment(at: datetime, now: datetime, zone: tzinfo, language: str) -> str:
    """An instant to the minute: `今天 08:20`, `Tue 24 Nov, 08:20`."""
    local = at.astimezone(zone)
    head = day(local.date(), now.astimezone(zone).date(), language)
    comma = "," if language == "en" and head not in _NEAR["en"].values() else ""
    return f"{head}{comma} {local:%H:%M}"


def clock(at: datetime, zone: tzinfo, *, seconds: bool = False) -> str:
    """The time of day alone."""
    return at.astimezone(zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def span(seconds: float) -> str:
    """A duration as a stopwatch shows it: `1:36`, `1:02:05`."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    if hours:
        return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"
    return f"{rest // 60}:{rest % 60:02d}"


def phone(number: str, *, masked: bool) -> str:
    """A telephone number in groups; masked, only its first three and last four digits."""
    national = re.sub(r"^\+86(?=1\d{10}$)", "", number)
    if re.fullmatch(r"1\d{10}", national):
        middle = "****" if masked else national[3:7]
        return f"{national[:3]} {middle} {national[7:]}"
    if not masked:
        return national
    return f"**** {national[-4:]}" if len(national) > 4 else "****"


def plate(text: str) -> str:
    """A plate with its dot: `沪A·D82K7`."""
    return f"{text[:2]}·{text[2:]}" if re.match(r"^[\u4e00-\u9fff][A-Z]\w+$", text) else text


def groups(number: str) -> str:
    """A long number in groups of four, to be read aloud."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def money(amount: str) -> str:
    """Yuan with two decimals; what is not an amount stays as it is."""
    try:
        return f"¥{Decimal(amount):,.2f}"
    except InvalidOperation:
        return amount


def initials(title: str) -> str:
    """One Chinese character or up to two Latin letters for the round badge."""
    if re.match(r"^[\u4e00-\u9fff]", title):
        return title[0]
    return "".join(word[0] for word in title.split()[:2]).upper()
