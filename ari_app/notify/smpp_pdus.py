"""SMPP 3.4 as bytes: what we send is encoded by aiosmpplib, what we hear is read here, because
message centres say more than the standard knows (own states, own parameters, own dates)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from aiosmpplib import (
    NPI,
    TON,
    BindTransceiver,
    EnquireLink,
    OptionalParam,
    PhoneNumber,
    SmppCommandStatus,
    SubmitSm,
)
from aiosmpplib.codec import GSM7BitCodec
from aiosmpplib.state import USER_MESSAGE_REFERENCE

HEADER = struct.Struct(">IIII")
MOST = 70_000
GSM_ALONE, GSM_PART = 160, 153
UCS2_ALONE, UCS2_PART = 140, 134
"""Octets of text in a message alone, and in each of several."""
ESCAPE = 0x1B
UDHI = 0x40
DELIVERED = 2
FINAL = {DELIVERED: "delivered", 3: "failed", 4: "failed", 5: "failed", 7: "failed", 8: "failed"}
"""message_state of the standard; the others are on the way."""


class Command(IntEnum):
    """The ones we use; an answer has the highest bit set."""

    NACK = 0x80000000
    QUERY = 0x00000003
    SUBMIT = 0x00000004
    DELIVER = 0x00000005
    UNBIND = 0x00000006
    BIND = 0x00000009
    ENQUIRE = 0x00000015


ANSWER = 0x80000000
Make = Callable[[int], bytes]
"""A request for a sequence number."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """One unit of the protocol."""

    command: int
    status: int
    sequence: int
    body: bytes

    @property
    def name(self) -> str:
        """What the status is called."""
        try:
            return str(SmppCommandStatus(self.status).name)
        except ValueError:
            return f"status {self.status:#x}"

    @property
    def text(self) -> str:
        """The first string of the body: the message's id, mostly."""
        return self.body.split(b"\0")[0].decode("latin-1")


def unit(command: int, sequence: int, body: bytes = b"", status: int = 0) -> bytes:
    return HEADER.pack(HEADER.size + len(body), command, status, sequence) + body


def bind(user: str, password: str, system_type: str) -> Make:
    def make(sequence: int) -> bytes:
        pdu = BindTransceiver(system_id=user, password=password, system_type=system_type)
        pdu.sequence_num = sequence
        return bytes(pdu.pdu())

    return make


def enquire(sequence: int) -> bytes:
    return bytes(EnquireLink(sequence).pdu())


def query(sender: str, message_id: str) -> Make:
    """query_sm, which the library does not have."""
    source = address(sender)
    body = (
        message_id.encode("latin-1", "replace") + b"\0" + bytes((source.ton, source.npi))
        + source.number.encode("ascii") + b"\0"
    )  # fmt: skip
    return lambda sequence: unit(Command.QUERY, sequence, body)


@dataclass(frozen=True, slots=True)
class Submission:
    """One part of a message as it is submitted."""

    sender: str
    to: str
    octets: bytes
    wide: bool
    several: bool
    reference: int
    receipts: bool

    def make(self, sequence: int) -> bytes:
        pdu = SubmitSm(
            short_message="-", source=address(self.sender), destination=address(self.to),
            esm_class=UDHI if self.several else 0, registered_delivery=int(self.receipts),
            encoding="ucs2" if self.wide else None,
            optional_params=[OptionalParam(USER_MESSAGE_REFERENCE, self.reference)],
        )  # fmt: skip
        pdu.set_encoded_message(self.octets)
        pdu.sequence_num = sequence
        return bytes(pdu.pdu())


def address(text: str) -> PhoneNumber:
    """A number in international form, a short number, or a name."""
    if text.startswith("+"):
        return PhoneNumber(text[1:], TON.INTERNATIONAL, NPI.ISDN)
    if text.isdigit():
        return PhoneNumber(text, TON.UNKNOWN, NPI.UNKNOWN)
    return PhoneNumber(text, TON.ALPHANUMERIC, NPI.UNKNOWN)


def split(text: str, mark: int) -> tuple[list[bytes], bool]:
    """The text in parts, with the header that joins them at the phone when there are several, and
    whether it is in UCS-2. A character is never divided. `mark` (0 to 255) is the message's."""
    try:
        octets, wide = GSM7BitCodec().encode(text)[0], False
    except UnicodeEncodeError:
        octets, wide = text.encode("utf-16-be"), True
    alone, most = (UCS2_ALONE, UCS2_PART) if wide else (GSM_ALONE, GSM_PART)
    if len(octets) <= alone:
        return [octets], wide
    pieces: list[bytes] = []
    while octets:
        end = min(most, len(octets))
        if end < len(octets):
            end -= _divides(octets, end, wide)
        pieces.append(octets[:end])
        octets = octets[end:]
    count = len(pieces)
    return [
        bytes((5, 0, 3, mark, count, number)) + piece
        for number, piece in enumerate(pieces, start=1)
    ], wide


def _divides(octets: bytes, end: int, wide: bool) -> int:
    """How many octets before `end` belong to a character that goes on behind it."""
    if wide:
        return 2 if 0xD8 <= octets[end - 2] <= 0xDB else 0
    return 1 if octets[end - 1] == ESCAPE else 0


def final_state(body: bytes) -> str | None:
    """What a query_sm_resp says: delivered, failed, or None while it is on the way."""
    rest = body.split(b"\0", 2)
    return FINAL.get(rest[2][0]) if len(rest) == 3 and rest[2] else None
