"""Telephone numbers at the door: what a carrier writes, as E.164, and back again.

Each carrier writes numbers in its own way; they are normalised once, where a call comes in, and
turned back where one goes out.
"""

from __future__ import annotations

import re
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumberFormat

NumberFormat = Literal["national", "e164", "plain", "00"]
"""How a carrier writes: `national` as people dial inside the country, `e164` +8613800138000,
`plain` the same without the plus, `00` with the international prefix."""

NUMBER = re.compile(r"\+?[0-9]{3,20}")
_USER = re.compile(r"<\s*(?:sips?|tel):(?:[^@;>]*?)(\+?[0-9]{3,20})(?=[@;>])")


def to_e164(sent: str, form: NumberFormat, country: str) -> str:
    """The number as E.164 where it is one; a short number stays as it is. Empty when withheld,
    which comes as a word ("anonymous"): nobody may be taken for whoever hid his number before."""
    if not NUMBER.fullmatch(sent):
        return ""
    try:
        number = phonenumbers.parse(_international(sent, form), country)
    except phonenumbers.NumberParseException:
        return sent
    if not phonenumbers.is_valid_number(number):
        return sent
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _international(sent: str, form: NumberFormat) -> str:
    """With a plus where the carrier's way of writing says that the country comes first."""
    if sent.startswith("+"):
        return sent
    if form in ("e164", "plain"):
        return f"+{sent}"
    return f"+{sent[2:]}" if sent.startswith("00") else sent


def to_carrier(number: str, form: NumberFormat, country: str) -> str:
    """An E.164 number as this carrier wants it dialled: digits, with a plus in `e164` alone."""
    digits = number.removeprefix("+")
    if form == "e164":
        return f"+{digits}"
    if form == "plain":
        return digits
    parsed = phonenumbers.parse(number, None)
    if form == "00" or phonenumbers.region_code_for_number(parsed) != country:
        return f"00{digits}"
    return re.sub(r"\D", "", phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL))


def number_in(header: str) -> str:
    """The number in a SIP header such as `<sip:+861082101234@carrier>;reason=unconditional`;
    empty when there is none."""
    found = _USER.search(header)
    return found[1] if found else ""
