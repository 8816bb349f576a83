"""The ears and the mouth of one telephone: RTP to and from the outside's Asterisk.

Asterisk's own recorders, talk detection and players are not used here: version 22 loses a
talker in every conversion of formats when the sequence numbers of RTP jump back, as they do
when the other side goes from a prompt to an agent. Packets are taken as they come.
"""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from collections.abc import Callable
from typing import Any

from ari_app import tasks
from ari_app.outside.ear import Ear
from ari_app.outside.sound import FRAME, LOUDNESS, RATE, SILENCE

TICK = FRAME / RATE
PCMU = 0
LOUD = 2 * FRAME
"""Sum of the loudness of a packet (steps of 128) from which on it is not silence."""
PAUSE = 0.3
"""Seconds of silence after which talking has ended."""
SLACK = 0.06
"""Seconds without packets that are the network's; longer gaps are silence in the recording."""
HELD_UP = 1.0
"""Seconds for which this process may be held up without a hole in what it heard."""

Address = tuple[str, int]


class Media(asyncio.DatagramProtocol):
    """One stream each way. From `start` on it sends a packet every 20 ms, silence if nothing
    else, and keeps everything it hears and says, each sample at its time."""

    def __init__(self, ear: Ear, changed: Callable[[], None]) -> None:
        self.heard = bytearray()
        self.said = bytearray()
        self._ear = ear
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.DatagramTransport | None = None
        self._to: Address | None = None
        self._began = 0.0
        self._loud_at = 0.0
        self._mouth: deque[bytes] = deque()
        self._spoken: asyncio.Event | None = None
        self._sending: asyncio.Task[None] | None = None
        self._packets = 0
        self._follows = (b"", 0)

    async def open(self, host: str) -> int:
        """Take a port and listen there."""
        self._transport, _ = await self._loop.create_datagram_endpoint(
            lambda: self, local_addr=(host, 0)
        )
        port: int = self._transport.get_extra_info("sockname")[1]
        return port

    def start(self, to: Address) -> None:
        """The call is answered: the clock of the recordings begins."""
        self._to = to
        self._began = self._loop.time()
        self.heard.clear()
        self._sending = tasks.start(self._send(), name="outside voice")

    def stop(self) -> None:
        """Send and hear nothing more; whoever waits for the end of a clip goes on."""
        if self._sending is not None:
            self._sending.cancel()
        if self._transport is not None:
            self._transport.close()
        self._quiet()

    def _quiet(self) -> None:
        self._mouth.clear()
        if self._spoken is not None:
            self._spoken.set()

    def mute(self) -> None:
        """Send not even silence any more."""
        self._to = None
        self._quiet()

    async def speak(self, sound: bytes) -> None:
        """Say mu-law sound to its end."""
        self._spoken = asyncio.Event()
        self._mouth.extend(sound[at : at + FRAME] for at in range(0, len(sound), FRAME))
        await self._spoken.wait()
        self._spoken = None

    async def _send(self) -> None:
        """Keep to the clock, also after this process was late: a burst, then in step again."""
        next_at = self._began
        while self._to is not None:
            packet = self._mouth.popleft() if self._mouth else SILENCE
            self._packet(packet.ljust(FRAME, b"\xff"))
            if not self._mouth and self._spoken is not None:
                self._spoken.set()
            next_at += TICK
            await asyncio.sleep(max(0.0, next_at - self._loop.time()))
            self._notice_quiet()

    def _packet(self, payload: bytes) -> None:
        head = struct.pack(
            "!BBHII", 0x80, PCMU, self._packets & 0xFFFF, self._packets * FRAME & 0xFFFFFFFF, 1
        )
        self._packets += 1
        self.said += payload
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(head + payload, self._to)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if len(data) <= 12 or data[1] & 0x7F != PCMU or self._sending is None:
            return
        payload = data[12 + 4 * (data[0] & 0x0F) :]
        now = self._loop.time()
        missing = int((now - self._began) * RATE) - len(self.heard) - len(payload)
        if missing > SLACK * RATE and not self._merely_late(data, missing):
            self.heard += b"\xff" * missing
        self._follows = (data[8:12], int.from_bytes(data[4:8], "big") + len(payload))
        self.heard += payload
        if sum(payload.translate(LOUDNESS)) >= LOUD:
            self._loud_at = now
            if not self._ear.talking:
                self._ear.started(now)
                self._changed()

    def _merely_late(self, data: bytes, missing: int) -> bool:
        """Whether a packet goes on where the last one ended: this process was held up, and what
        is missing comes next. A longer hole is one, whatever the sender's clock says."""
        follows = (data[8:12], int.from_bytes(data[4:8], "big")) == self._follows
        return follows and missing < HELD_UP * RATE

    def _notice_quiet(self) -> None:
        now = self._loop.time()
        if self._ear.talking and now - self._loud_at > PAUSE:
            self._ear.finished(self._loud_at)
            self._changed()
