"""The cable of a desk phone: passes SIP packets until it is pulled out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

Address = tuple[str, int]


class Relay:
    """Between one phone and the PBX. Cut, it swallows everything: the phone has vanished without
    a word, as by a power cut. What passes may be changed on its way in each direction."""

    def __init__(self, pbx: Address) -> None:
        self._pbx = pbx
        self._phone: Address | None = None
        self._near: asyncio.DatagramTransport | None = None
        self._far: asyncio.DatagramTransport | None = None
        self.cut = False
        self.to_pbx: Callable[[bytes], bytes] = bytes
        self.to_phone: Callable[[bytes], bytes] = bytes

    async def open(self, host: str) -> int:
        """Start passing packets; the port at which the phone finds the PBX."""
        loop = asyncio.get_running_loop()
        self._far, _ = await loop.create_datagram_endpoint(
            lambda: _Side(self._from_pbx), local_addr=(host, 0)
        )
        self._near, _ = await loop.create_datagram_endpoint(
            lambda: _Side(self._from_phone), local_addr=(host, 0)
        )
        port: int = self._near.get_extra_info("sockname")[1]
        return port

    def close(self) -> None:
        for side in (self._near, self._far):
            if side is not None:
                side.close()

    def _from_phone(self, packet: bytes, sender: Address) -> None:
        self._phone = sender
        if self._far is not None and not self.cut:
            self._far.sendto(self.to_pbx(packet), self._pbx)

    def _from_pbx(self, packet: bytes, sender: Address) -> None:
        if self._near is not None and self._phone is not None and not self.cut:
            self._near.sendto(self.to_phone(packet), self._phone)


class _Side(asyncio.DatagramProtocol):
    def __init__(self, take: Any) -> None:
        self._take = take

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._take(data, addr)
