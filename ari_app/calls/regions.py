"""Places a caller can reach by keys: telephone area codes, and the tree area, province, city.
Pure.
"""

from __future__ import annotations

from functools import cache

from claims_store.rules.readings.cities import AREA_CODES, ENGLISH

# The seven areas of the national map in the order of the prompt `ask-area`, by province prefix.
AREAS = (
    ("11", "12", "13", "14", "15"),
    ("21", "22", "23"),
    ("31", "32", "33", "34", "35", "36", "37"),
    ("41", "42", "43", "44", "45", "46"),
    ("50", "51", "52", "53", "54"),
    ("61", "62", "63", "64", "65"),
    ("81", "82", "71"),
)
CITIES_LIKE_PROVINCES = ("11", "12", "31", "50", "81", "82", "71")


def of_area_code(digits: str) -> list[str]:
    """Regions that a telephone area code serves, with or without its leading zero."""
    return list(AREA_CODES.get(digits.lstrip("0"), ()))


def provinces(area: int) -> list[str]:
    """Province codes of one of the seven areas, counted from 1."""
    return [f"{prefix}0000" for prefix in AREAS[area - 1]]


def is_city(province: str) -> bool:
    """Whether the province is a city of its own (Beijing, Shanghai ...)."""
    return province[:2] in CITIES_LIKE_PROVINCES


@cache
def cities(province: str) -> list[str]:
    """City codes of a province, in order."""
    return sorted(code for code in ENGLISH if _is_city_of(code, province))


def _is_city_of(code: str, province: str) -> bool:
    return code[:2] == province[:2] and code.endswith("00") and code != province
