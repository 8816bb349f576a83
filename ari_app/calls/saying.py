"""Values to lists of prompt names, in Chinese and English: the line speaks in rendered pieces.

Pure. A name is one row of `asterisk/sounds/prompts.tsv`; every piece exists in both languages, the
order of the pieces is the language's own. Values that cannot be said raise ValueError.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

NUMBERS_BELOW = 100_000_000
PAUSE = "pause"
COUNTED_TWO = "num-2-counted"  # Chinese counts things with another word for two

_PROVINCE_CODES = {
    "京": "11", "津": "12", "冀": "13", "晋": "14", "蒙": "15", "辽": "21", "吉": "22", "黑": "23",
    "沪": "31", "苏": "32", "浙": "33", "皖": "34", "闽": "35", "赣": "36", "鲁": "37", "豫": "41",
    "鄂": "42", "湘": "43", "粤": "44", "桂": "45", "琼": "46", "渝": "50", "川": "51", "贵": "52",
    "云": "53", "藏": "54", "陕": "61", "甘": "62", "青": "63", "宁": "64", "新": "65",
}  # fmt: skip
_PLATE_WORDS = {
    "使": "embassy", "领": "consulate", "学": "learner", "警": "police", "挂": "trailer",
    "港": "hongkong", "澳": "macau",
}  # fmt: skip


def digits(text: str) -> list[str]:
    """The digits of `text` one by one; everything else is left out."""
    return [f"digit-{character}" for character in text if character in "0123456789"]


def number_tail(number: str) -> list[str]:
    """The last four digits of a report, claim or policy number."""
    return digits(number)[-4:]


def phone(number: str) -> list[str]:
    """A telephone number in groups as people read them; +86 is not said."""
    spoken = digits(number.removeprefix("+86"))
    head = 3 if len(spoken) == 11 else len(spoken) % 4
    starts = [*range(head, len(spoken), 4)]
    groups = [spoken[:head], *(spoken[start : start + 4] for start in starts)]
    names: list[str] = []
    for group in filter(None, groups):
        names += [PAUSE, *group] if names else group
    return names


def characters(text: str) -> list[str]:
    """Letters, digits and the Chinese characters of plates, one by one; separators are left out."""
    return [_character(character) for character in text.upper() if not _separates(character)]


def plate(text: str) -> list[str]:
    """A whole plate; the province is said by its character."""
    return characters(text)


def tail(text: str) -> list[str]:
    """The last three characters: all that a caller known by number alone may hear."""
    return characters(text)[-3:]


def number(n: int, language: str) -> list[str]:
    """A whole number from 0 to 99,999,999."""
    if not 0 <= n < NUMBERS_BELOW:
        raise ValueError(f"{n} cannot be said: the line says 0 to {NUMBERS_BELOW - 1}")
    return _number_zh(n) if language == "zh" else _number_en(n)


def count(n: int, language: str) -> list[str]:
    """A number that counts things ("two minutes")."""
    return [COUNTED_TWO] if language == "zh" and n == 2 else number(n, language)


def amount(value: Decimal | str, language: str) -> list[str]:
    """An amount in yuan, rounded to the fen."""
    cents = int((Decimal(value) * 100).to_integral_value(ROUND_HALF_UP))
    if cents < 0:
        raise ValueError(f"{value} cannot be said: it is below zero")
    yuan, fen = divmod(cents, 100)
    return _amount_zh(yuan, fen) if language == "zh" else _amount_en(yuan, fen)


def minutes(n: int, language: str) -> list[str]:
    """A length of time in minutes."""
    return duration(timedelta(minutes=n), language)


def duration(length: timedelta, language: str) -> list[str]:
    """A length of time in hours and whole minutes."""
    hours, rest = divmod(int(length.total_seconds()) // 60, 60)
    names: list[str] = []
    if hours > 0:
        names += [*count(hours, language), "unit-hour" if hours == 1 else "unit-hours"]
    if hours >= 0 and rest:
        names += [*count(rest, language), "unit-minute" if rest == 1 else "unit-minutes"]
    return names or ["unit-less-than-a-minute"]


def time(at: datetime, language: str) -> list[str]:
    """The time of day, 12 hours with its part of the day; `at` is in the caller's zone."""
    hour = at.hour if at.hour <= 12 else at.hour - 12
    clock = [f"hour-{hour}", f"minute-{at.minute}"]
    part = _part_of_day(at.hour)
    return [part, *clock] if language == "zh" else [*clock, part]


def day(at: datetime, now: datetime, language: str) -> list[str]:
    """The day as people name it from `now`; `at` is in the caller's zone."""
    here = now.astimezone(at.tzinfo)
    away = (at.date() - here.date()).days
    near = {-1: "day-yesterday", 0: "day-today", 1: "day-tomorrow"}.get(away)
    if near:
        return [near]
    if 1 < away < 7:
        return [f"weekday-{at.isoweekday()}"]
    date = [f"month-{at.month}", f"monthday-{at.day}"]
    if at.year == here.year:
        return date
    return (
        [*_year(at.year), "year", *date] if language == "zh" else [*date, "year", *_year(at.year)]
    )


def moment(at: datetime, now: datetime, language: str) -> list[str]:
    """Day and time; `at` is in the caller's zone."""
    if language == "zh":
        return [*day(at, now, language), *time(at, language)]
    return [*time(at, language), *day(at, now, language)]


def region(code: str, language: str, prompts: Collection[str]) -> list[str]:
    """A place by its GB/T 2260 code: city and province as far as `prompts` has them, else []."""
    province = f"region-{code[:2]}0000"
    cities = (f"region-{code}", f"region-{code[:4]}00")
    city = next((name for name in cities if name in prompts and name != province), None)
    if province not in prompts:
        return []
    if city is None:
        return [province]
    return [province, city] if language == "zh" else [city, province]


def piece(family: str, value: str) -> str:
    """The prompt of one value of a closed vocabulary: piece("status", "loss_reviewed")."""
    return f"{family}-{value.lower().replace('_', '-').replace('.', '-')}"


def _separates(character: str) -> bool:
    return character.isspace() or character in "-·.●/"


def _character(character: str) -> str:
    if character in "0123456789":
        return f"digit-{character}"
    if "A" <= character <= "Z":
        return f"letter-{character.lower()}"
    if character in _PROVINCE_CODES:
        return f"province-{_PROVINCE_CODES[character]}"
    return f"plate-{_PLATE_WORDS[character]}" if character in _PLATE_WORDS else "letter-other"


def _number_en(n: int) -> list[str]:
    names: list[str] = []
    for size, word in ((1_000_000, "num-million"), (1000, "num-thousand"), (100, "num-hundred")):
        if n >= size:
            names += [*_number_en(n // size), word]
            n %= size
    return [*names, f"num-{n}"] if n or not names else names


def _number_zh(n: int) -> list[str]:
    if n < 100:
        return [f"num-{n}"]
    high, low = divmod(n, 10_000)
    if not high:
        return _below_ten_thousand_zh(low)
    names = [*count(high, "zh"), "num-ten-thousand"]
    if not low:
        return names
    return [*names, *(["num-0"] if low < 1000 else []), *_below_ten_thousand_zh(low, bool(high))]


def _below_ten_thousand_zh(n: int, goes_on: bool = False) -> list[str]:
    """`goes_on`: something larger was said before, so that ten is "one ten"."""
    names: list[str] = []
    thousands, hundreds, rest = n // 1000, n // 100 % 10, n % 100
    if thousands:
        names += [*count(thousands, "zh"), "num-thousand"]
    if hundreds:
        names += [*count(hundreds, "zh"), "num-hundred"]
    if not rest:
        return names
    if names and (rest < 10 or not hundreds):
        names.append("num-0")
    if 10 <= rest < 20 and (names or goes_on):
        names.append("num-1")
    return [*names, f"num-{rest}"]


def _amount_en(yuan: int, fen: int) -> list[str]:
    small = [f"num-{fen}", "money-fen"] if fen else []
    if not yuan and fen:
        return small
    names = [*number(yuan, "en"), "money-yuan"]
    return [*names, "num-and", *small] if small else names


def _amount_zh(yuan: int, fen: int) -> list[str]:
    tenths, hundredths = divmod(fen, 10)
    names = [] if not yuan and fen else [*count(yuan, "zh"), "money-yuan"]
    if tenths:
        names += [f"num-{tenths}", "money-jiao"]
    elif hundredths and names:
        names.append("num-and")
    return [*names, f"num-{hundredths}", "money-fen"] if hundredths else names


def _part_of_day(hour: int) -> str:
    for until, part in ((5, "night"), (12, "morning"), (13, "noon"), (18, "afternoon")):
        if hour < until:
            return f"daypart-{part}"
    return "daypart-evening"


def _year(year: int) -> list[str]:
    return [f"num-{digit}" for digit in f"{year:04}"]
