"""Numbers that name something: each function gives the canonical form, or None if it cannot exist.

Plates are read by our own patterns and resident ids by MOD 11-2 with a date: the public pattern
lists contradict each other, and `stdnum.cn.ric` refuses most of today's counties.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

import phonenumbers
from stdnum import luhn
from stdnum.cn import uscc as stdnum_uscc
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2
from vininfo import Vin
from vininfo.exceptions import VininfoException

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SERIAL = "[A-HJ-NP-Z0-9]"
_PLATES: tuple[tuple[str, str], ...] = (
    ("ordinary", rf"[{PROVINCES}][A-HJ-NP-Z]{_SERIAL}{{5}}"),
    ("new_energy", rf"[{PROVINCES}][A-HJ-NP-Z][A-HJK]{_SERIAL}[0-9]{{4}}"),
    ("new_energy", rf"[{PROVINCES}][A-HJ-NP-Z][0-9]{{5}}[A-HJK]"),
    ("special", rf"[{PROVINCES}][A-HJ-NP-Z]{_SERIAL}{{4}}[挂学警领]"),
    ("border", rf"粤Z{_SERIAL}{{4}}[港澳]"),
    ("embassy", r"使[0-9]{6}"),
    ("embassy", r"[0-9]{6}使"),
    ("police", rf"WJ[{PROVINCES}]?{_SERIAL}{{5}}"),
    ("military", r"[VKHBSLJNGCE][A-DKHBSLJNGCEFORTVY][0-9]{5}"),
    ("new_car", r"新车无牌"),
)
_SEPARATORS = re.compile(r"[\s\-_.·•●・。,,、]+")


@dataclass(frozen=True, slots=True)
class CheckedVin:
    """A vehicle identification number; cars made for Europe may fail the check digit."""

    value: str
    check_ok: bool


def squeeze(text: str) -> str:
    """Half-width upper case without separators."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def plate(text: str) -> str | None:
    """``沪A·D82K7`` -> ``沪AD82K7``."""
    value = squeeze(text)
    return value if plate_kind(value) else None


def plate_kind(value: str) -> str | None:
    """What sort of plate a canonical plate is."""
    return next((kind for kind, form in _PLATES if re.fullmatch(form, value)), None)


def phone(text: str, region: str = "CN") -> str | None:
    """E.164, or the bare digits of a short service number such as 95518."""
    value = unicodedata.normalize("NFKC", text).strip()
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_valid_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.is_valid_short_number_for_region(number, region):
        return str(number.national_number)
    return None


def resident_id(text: str) -> str | None:
    """A resident identity number: 18 characters, MOD 11-2, a real date of birth."""
    value = squeeze(text)
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", value) or not mod_11_2.is_valid(value):
        return None
    try:
        date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return None
    return value


def uscc(text: str) -> str | None:
    """A unified social credit code, 18 characters, MOD 31."""
    try:
        return str(stdnum_uscc.validate(squeeze(text)))
    except ValidationError:
        return None


def identity(text: str) -> str | None:
    """A person's or a firm's number; a passport or permit counts as it is, unchecked."""
    value = squeeze(text)
    if len(value) == 18 and value[:17].isdigit() and not value.startswith(("8", "9")):
        return resident_id(value)
    found = resident_id(value) or uscc(value)
    return found or (value if re.fullmatch(r"[A-Z0-9]{6,20}", value) else None)


def vin(text: str) -> CheckedVin | None:
    """A vehicle identification number, 17 characters without I, O and Q."""
    value = squeeze(text)
    try:
        return CheckedVin(value, bool(Vin(value).verify_checksum()))
    except (VininfoException, ValueError):
        return None


def bank_card(text: str) -> str | None:
    """A bank card number, 13 to 19 digits with Luhn's check; accounts of firms have none."""
    value = squeeze(text)
    fits = re.fullmatch(r"[0-9]{13,19}", value) and luhn.is_valid(value)
    return value if fits else None


def policy_number(text: str, pattern: str = r"[A-Z0-9]{5,30}") -> str | None:
    """A policy number; ``pattern`` is the insurer's own, never guessed."""
    value = squeeze(text)
    return value if re.fullmatch(pattern, value) else None
