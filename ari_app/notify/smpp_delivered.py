"""What a message centre delivers to us, as bytes: receipts, and messages from people."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace

from aiosmpplib import TON
from aiosmpplib.codec import GSM7BitCodec

from ari_app.notify.channel import Receipt
from ari_app.notify.smpp_pdus import FINAL, UDHI

RECEIPTED_ID, STATE, REFERENCE, PAYLOAD = 0x001E, 0x0427, 0x0204, 0x0424
SAR_MARK, SAR_COUNT, SAR_PLACE = 0x020C, 0x020E, 0x020F
MESSAGE, RECEIPT = 0, 1
"""What a deliver_sm is, by its esm_class."""
WORDS = {
    "DELIVRD": "delivered", "EXPIRED": "failed", "DELETED": "failed", "UNDELIV": "failed",
    "UNKNOWN": "failed", "REJECTD": "failed",
}  # fmt: skip
_TOLD = re.compile(r"\b(id|stat|err):(\S+)", re.IGNORECASE)


def receipt(body: bytes) -> Receipt | None:
    """A delivery receipt; None when it is none, or not about a final state.

    Raises ValueError when it cannot be read.
    """
    fields, more = _deliver(body)
    if fields.kind != RECEIPT:
        return None
    said = fields.message or more.get(PAYLOAD, b"")
    told = {name.lower(): value for name, value in _TOLD.findall(said.decode("latin-1"))}
    message_id = more.get(RECEIPTED_ID, b"").rstrip(b"\0").decode("latin-1") or told.get("id", "")
    number = more.get(STATE, b"")
    state = FINAL.get(number[0]) if number else WORDS.get(told.get("stat", "").upper())
    if state is None:
        return None
    reference = more.get(REFERENCE)
    return Receipt(
        message_id, f"+{fields.source.lstrip('+')}",
        "delivered" if state == "delivered" else "failed",
        told.get("stat", "") if state == "failed" else "",
        int.from_bytes(reference, "big") if reference else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A message from a person, or one part of it: `place` of `count`, joined to the others by
    `mark`."""

    sender: str
    octets: bytes
    coding: int
    mark: int = 0
    count: int = 1
    place: int = 1


def said(body: bytes) -> Said | None:
    """What a person wrote; None when the unit is something else. Raises ValueError."""
    fields, more = _deliver(body)
    if fields.kind != MESSAGE:
        return None
    octets = fields.message or more.get(PAYLOAD, b"")
    # Names and short numbers send too; a number in international form comes without its plus.
    digits = fields.source.lstrip("+")
    sender = f"+{digits}" if digits.isdigit() and fields.ton == TON.INTERNATIONAL else digits
    joined = Said(sender, octets, fields.coding)
    if fields.esm_class & UDHI:
        return _headed(joined)
    sar = [int.from_bytes(more[tag], "big") for tag in (SAR_MARK, SAR_COUNT, SAR_PLACE)
           if tag in more]  # fmt: skip
    return replace(joined, mark=sar[0], count=sar[1], place=sar[2]) if len(sar) == 3 else joined


def _headed(whole: Said) -> Said:
    """A part that begins with a header (3GPP 23.040 9.2.3.24)."""
    length = whole.octets[0] + 1 if whole.octets else 0
    header, octets = whole.octets[1:length], whole.octets[length:]
    at = 0
    while at + 2 <= len(header):
        kind, size = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + size]
        if (kind, len(value)) in ((0, 3), (8, 4)):
            mark = int.from_bytes(value[:-2], "big")
            return replace(whole, octets=octets, mark=mark, count=value[-2], place=value[-1])
        at += 2 + size
    return replace(whole, octets=octets)


def text_of(octets: bytes, coding: int) -> str:
    """The text in its coding: UCS-2, or the alphabet of the network; what cannot be read is shown
    as such."""
    if coding & 0x0C == 8:
        return octets.decode("utf-16-be", "replace")
    if coding in (1, 3):
        return octets.decode("latin-1")
    try:
        return str(GSM7BitCodec().decode(octets)[0])
    except (UnicodeDecodeError, IndexError):
        return octets.decode("latin-1")


@dataclass(frozen=True, slots=True)
class _Delivered:
    source: str
    ton: int
    esm_class: int
    coding: int
    message: bytes

    @property
    def kind(self) -> int:
        return (self.esm_class & 0x3C) >> 2


def _deliver(body: bytes) -> tuple[_Delivered, Mapping[int, bytes]]:
    """A deliver_sm: what we need of it, and its optional parameters."""
    try:
        _, at = _string(body, 0)
        ton = body[at]
        source, at = _string(body, at + 2)
        _, at = _string(body, at + 2)
        esm_class, at = body[at], at + 3
        _, at = _string(body, at)
        _, at = _string(body, at)
        coding, length, at = body[at + 2], body[at + 4], at + 5
        message, at = body[at : at + length], at + length
        more = {}
        while at + 4 <= len(body):
            tag, size = struct.unpack_from(">HH", body, at)
            more[tag] = body[at + 4 : at + 4 + size]
            at += 4 + size
    except IndexError as fault:
        raise ValueError("a deliver_sm ends too early") from fault
    return _Delivered(source, ton, esm_class, coding, message), more


def _string(body: bytes, at: int) -> tuple[str, int]:
    end = body.index(b"\0", at)
    return body[at:end].decode("latin-1"), end + 1
