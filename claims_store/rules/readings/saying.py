"""Values as a person reads them, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import phonenumbers

from claims_store.rules.fields import UNKNOWN, Choice
from claims_store.rules.readings import regions

_ANSWERS = {
    "yes": {"zh": "是", "en": "yes"},
    "no": {"zh": "不是", "en": "no"},
    UNKNOWN: {"zh": "不清楚", "en": "not known"},
}
_WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def say(kind: str, value: str, language: str, choices: Sequence[Choice] = ()) -> str:
    """A value in words; what cannot be read comes back as it is."""
    lang = "zh" if language == "zh" else "en"
    if value == UNKNOWN or kind == "yes_no_unknown":
        return _ANSWERS[value][lang] if value in _ANSWERS else value
    if kind == "choice":
        return next((each.title[lang] for each in choices if each.value == value), value)
    if kind in ("datetime", "date"):
        return _moment(value, lang)
    if kind == "amount":
        return _amount(value)
    if kind == "place":
        return _region(value, lang)
    if kind == "phone":
        return _phone(value)
    return _plate(value) if kind == "plate" else value


def _moment(value: str, lang: str) -> str:
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return value
    clock = f" {when:%H:%M}" if len(value) > 10 else ""
    return _day(when.date(), lang) + (f",{clock}" if clock and lang == "en" else clock)


def _day(day: date, lang: str) -> str:
    name = _WEEKDAYS[lang][day.weekday()]
    if lang == "zh":
        return f"{day.month} 月 {day.day} 日 {name}"
    return f"{name} {day.day} {_MONTHS[day.month - 1]}"


def _amount(value: str) -> str:
    try:
        return f"¥{Decimal(value):,.2f}"
    except (InvalidOperation, ValueError):
        return value


def _region(value: str, lang: str) -> str:
    path = regions.names(value)
    if path is None:
        return value
    return "".join(path) if lang == "zh" else regions.english(value)


def _phone(value: str) -> str:
    try:
        number = phonenumbers.parse(value, "CN")
    except phonenumbers.NumberParseException:
        return value
    home = number.country_code == 86
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, form.NATIONAL if home else form.INTERNATIONAL)


def _plate(value: str) -> str:
    return f"{value[:2]}·{value[2:]}" if len(value) in (7, 8) and value[0] > "\u4dff" else value
