"""Numbers and times as people say them and recognisers write them, in both languages."""

from __future__ import annotations

import random
from datetime import datetime

EN_DIGITS = "zero one two three four five six seven eight nine".split()
EN_PROVINCES = {"沪": "Hu", "浙": "Zhe", "苏": "Su", "京": "Jing", "粤": "Yue"}
ZH_DIGITS = "零一二三四五六七八九"
EN_NUMBERS = (
    "twelve one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
EN_TENS = "_ ten twenty thirty forty fifty".split()


def spell_en(value: str, rng: random.Random) -> str:
    """Words, figures in groups, or figures in one piece; doubles as "double five"."""
    lead = EN_PROVINCES.get(value[0], "")
    rest = value[1:] if lead else value
    style = rng.random()
    if style < 0.4:
        spoken, index = [], 0
        while index < len(rest):
            double = rest[index : index + 2] == rest[index] * 2 and rng.random() < 0.5
            word = _en_char(rest[index], rng)
            spoken.append(f"double {word}" if double else word)
            index += 2 if double else 1
        body = " ".join(spoken)
    elif style < 0.8:
        size = rng.choice((3, 4, 5))
        body = " ".join(rest[i : i + size] for i in range(0, len(rest), size))
    else:
        body = rest
    return f"{lead} {body[:1]} {body[1:]}".replace("  ", " ") if lead else body


def _en_char(char: str, rng: random.Random) -> str:
    if char == "0":
        return rng.choice(("zero", "oh"))
    return EN_DIGITS[int(char)] if char.isdigit() else char


def spell_zh(value: str, rng: random.Random) -> str:
    """Characters (one as 一 or 幺) or figures, in one piece or in groups."""
    if rng.random() < 0.5:
        one = rng.choice("一幺")
        spoken = "".join(ZH_DIGITS[int(c)] if c.isdigit() else c for c in value)
        return spoken.replace("一", one)
    if rng.random() < 0.5:
        return value
    size = rng.choice((3, 4))
    return rng.choice((" ", "，")).join(value[i : i + size] for i in range(0, len(value), size))


def time_en(when: datetime, call: datetime, rng: random.Random) -> str:
    """Yesterday at half past eight in the morning, 8.30 in the morning, ..."""
    days = (call.date() - when.date()).days
    day = (
        ["today", "yesterday", "the day before yesterday"][days]
        if days < 3
        else (rng.choice((f"on {when:%A}", f"on the {when.day}th of {when:%B}")))
    )
    part = (
        "in the morning"
        if when.hour < 12
        else ("in the afternoon" if when.hour < 18 else "in the evening")
    )
    hour, minute = (when.hour - 1) % 12 + 1, when.minute
    forms = [f"{hour}:{minute:02d}", f"{hour}.{minute:02d}"]
    if minute == 0:
        forms = [f"{EN_NUMBERS[hour]} o'clock", f"{hour} o'clock", f"{hour}:00"]
    elif minute == 30:
        forms += [f"half past {EN_NUMBERS[hour]}", f"{EN_NUMBERS[hour]} thirty"]
    elif minute == 15:
        forms += [f"quarter past {EN_NUMBERS[hour]}"]
    elif minute == 45:
        forms += [f"quarter to {EN_NUMBERS[hour % 12 + 1]}"]
    elif minute % 10 == 0:
        forms += [f"{EN_NUMBERS[hour]} {EN_TENS[minute // 10]}"]
    form = rng.choice(forms)
    return rng.choice(
        (f"It was {day} at {form} {part}.", f"At {form} {part}, {day}.", f"{day} {part} at {form}")
    )


def time_zh(when: datetime, call: datetime, rng: random.Random) -> str:
    """昨天早上八点半, 11月24号下午3点15分, ..."""
    days = (call.date() - when.date()).days
    near = ("今天", "昨天", "前天", "大前天")[days]
    day = rng.choice((near, near, f"{when.month}月{when.day}号"))
    hour = when.hour
    part = "早上" if hour < 11 else "中午" if hour < 13 else "下午" if hour < 18 else "晚上"
    shown = hour if hour <= 12 else hour - 12
    figures = rng.random() < 0.5
    clock = f"{shown}点" if figures else f"{_zh_number(shown)}点"
    minute = when.minute
    if minute == 30 and rng.random() < 0.7:
        clock += "半"
    elif minute == 15 and rng.random() < 0.5:
        clock += "一刻"
    elif minute:
        clock += f"{minute}分" if figures else f"{_zh_minute(minute)}分"
    about = rng.choice(("", "", "大概"))
    return rng.choice((f"{day}{part}{about}{clock}。", f"是{day}{part}{clock}出的事。"))


def _zh_number(value: int) -> str:
    if value == 2:
        return "两"
    tens, ones = divmod(value, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else ZH_DIGITS[tens] + "十"
    return lead + (ZH_DIGITS[ones] if ones or not tens else "")


def _zh_minute(value: int) -> str:
    return f"零{ZH_DIGITS[value]}" if value < 10 else _zh_number(value).replace("两", "二")
