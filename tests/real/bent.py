"""A desk phone whose RTP packets carry sequence numbers of our choice.

Its SIP passes through the outside's cable; here the ports in the session descriptions are bent to
a socket of this process, through which the sound goes both ways.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from ari_app.outside.phone import Phone

MEDIA = re.compile(rb"(?<=m=audio )\d{5}(?= )")
HOST = "127.0.0.1"


class Bend(asyncio.DatagramProtocol):
    """One phone's sound, one call at a time: what it sends is numbered from `first` on."""

    def __init__(self, first: int) -> None:
        self.sent: list[int] = []
        self._first = first
        self._offset: int | None = None
        self._phone = 0
        self._pbx = 0
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def from_phone(self, packet: bytes) -> bytes:
        """SIP on its way to the PBX: the phone seems to listen here."""
        if found := MEDIA.search(packet):
            self._phone = int(found[0])
        return self._bent(packet)

    def from_pbx(self, packet: bytes) -> bytes:
        """SIP on its way to the phone: the PBX seems to listen here."""
        if found := MEDIA.search(packet):
            self._pbx = int(found[0])
        return self._bent(packet)

    def _bent(self, packet: bytes) -> bytes:
        assert self._transport is not None
        port = str(self._transport.get_extra_info("sockname")[1]).encode()
        assert len(port) == 5, "the description would change its length"
        return MEDIA.sub(port, packet)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        assert self._transport is not None
        if addr[1] == self._pbx:
            self._transport.sendto(data, (HOST, self._phone))
        elif addr[1] == self._phone:
            self._transport.sendto(self._numbered(data), (HOST, self._pbx))

    def _numbered(self, packet: bytes) -> bytes:
        was = int.from_bytes(packet[2:4], "big")
        if self._offset is None:
            self._offset = self._first - was
        number = (was + self._offset) & 0xFFFF
        self.sent.append(number)
        return packet[:2] + number.to_bytes(2, "big") + packet[4:]


@asynccontextmanager
async def numbered(phone: Phone, first: int) -> AsyncIterator[Bend]:
    """From now on the packets of this phone are numbered from `first` on."""
    loop = asyncio.get_running_loop()
    transport, bend = await loop.create_datagram_endpoint(lambda: Bend(first), local_addr=(HOST, 0))
    phone.cable.to_pbx, phone.cable.to_phone = bend.from_phone, bend.from_pbx
    try:
        yield bend
    finally:
        phone.cable.to_pbx = phone.cable.to_phone = bytes
        transport.close()
