"""Numbers as people say them: 一万二 is 12000, 两百五 is 250, twelve hundred is 1200."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from claims_store.rules.readings.values import Reading, tidy

ZH_DIGITS = {
    "零": 0, "〇": 0, "一": 1, "幺": 1, "壹": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "四": 4,
    "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
_ZH_UNITS = {"十": 10, "百": 100, "千": 1000}
ZH_SPAN = "[0-9零〇一二两三四五六七八九十百千万幺.,]"

EN_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19,
}  # fmt: skip
EN_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_EN_SCALES = {"thousand": 1_000, "million": 1_000_000, "k": 1_000, "m": 1_000_000}
_EN_WORD = rf"(?:{'|'.join([*EN_ONES, *EN_TENS, 'hundred', 'thousand', 'million'])})\b"
_EN_SPAN = re.compile(
    rf"\b(?:(?:a|half a) )?(?:\d[\d,]*(?:\.\d+)?|{_EN_WORD})"
    rf"(?:(?:[ -]|,? and | ?(?=[km]\b))+(?:\d[\d,]*(?:\.\d+)?|{_EN_WORD}|[km]\b))*"
)
_MONEY = re.compile(r"元|块|圆|钱|¥|\$|yuan|rmb|cny|dollar|kuai|bucks")
_YUAN_JIAO = re.compile(rf"({ZH_SPAN}+)[块元]([1-9一二两三四五六七八九])(?:[角毛]|(?!{ZH_SPAN}))")
_LIMIT = Decimal(10) ** 12


def zh_number(text: str) -> Decimal | None:
    """A whole Chinese or mixed numeral; None when it is none."""
    text = text.replace(",", "")
    plain = _plain(text)
    if plain is not None:
        return plain
    total = section = Decimal(0)
    digit: Decimal | None = None
    last_unit = 1
    for piece in re.findall(r"[0-9]+(?:\.[0-9]+)?|.", text):
        if piece == "万":
            total += (section + (digit or 0)) * 10_000
            section, digit, last_unit = Decimal(0), None, 10_000
        elif piece in _ZH_UNITS:
            last_unit = _ZH_UNITS[piece]
            section += (Decimal(1) if digit is None else digit) * last_unit
            digit = None
        elif piece in ("零", "〇") and (section or total):
            digit, last_unit = None, 1
        else:
            value = _plain(piece) if piece[0].isdecimal() else _digit(piece)
            if value is None or digit is not None:
                return None
            digit = value
    # The colloquial tail: 一万二 says 2 of the next smaller unit.
    tail = Decimal(0) if digit is None else digit * (last_unit // 10 if last_unit >= 100 else 1)
    return total + section + tail if text else None


def _digit(piece: str) -> Decimal | None:
    return Decimal(ZH_DIGITS[piece]) if piece in ZH_DIGITS else None


def _plain(text: str) -> Decimal | None:
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,4})?", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def en_number(text: str) -> Decimal | None:
    """A whole English or mixed cardinal; None when it is none."""
    total = current = Decimal(0)
    seen = False
    for word in re.findall(r"[a-z]+|\d+(?:\.\d+)?", text.replace(",", "")):
        if word in ("and", "a"):
            continue
        if word == "half":
            current = Decimal("0.5")
        elif word in EN_ONES or word in EN_TENS:
            current += EN_ONES.get(word, 0) or EN_TENS.get(word, 0)
        elif word == "hundred":
            current = (current or Decimal(1)) * 100
        elif word in _EN_SCALES:
            total, current = total + (current or Decimal(1)) * _EN_SCALES[word], Decimal(0)
        elif (value := _plain(word)) is not None:
            current += value
        else:
            return None
        seen = True
    return total + current if seen else None


def found(text: str, language: str) -> list[tuple[Decimal, int, int]]:
    """Every number in a tidied text, with the offsets of its words."""
    if language == "zh":
        spans = re.finditer(rf"(?=[^.,]){ZH_SPAN}+", text)
    else:
        spans = _EN_SPAN.finditer(text)
    parse = zh_number if language == "zh" else en_number
    numbers = []
    for each in spans:
        value = parse(each[0].strip(".,"))
        if value is not None and value < _LIMIT:
            numbers.append((value, each.start(), each.end()))
    return numbers


def read_number(text: str, language: str) -> Reading | None:
    """A whole number: ``4``; None when there are none or several."""
    values = {value for value, _, _ in found(tidy(text), language)}
    if len(values) != 1:
        return None
    value = values.pop()
    return Reading(str(int(value))) if value == int(value) else None


def read_amount(text: str, language: str) -> Reading | None:
    """An amount of money in yuan: ``3260.00``; not certain without a word for money."""
    plain = tidy(text)
    if jiao := _YUAN_JIAO.search(plain):
        whole, tenth = zh_number(jiao[1].strip(".,")), zh_number(jiao[2])
        return None if whole is None or tenth is None else Reading(f"{whole + tenth / 10:.2f}")
    values = found(plain, language)
    amounts = {value for value, _, _ in values}
    if len(amounts) != 1:
        return None
    alone = len(values) == 1 and values[0][2] - values[0][1] == len(plain)
    return Reading(f"{amounts.pop():.2f}", certain=alone or bool(_MONEY.search(plain)))
