"""Somebody on the telephone who is packets of this process: he hears, says tones, presses keys."""

from __future__ import annotations

import asyncio
import math
import struct
from collections import deque

import numpy as np

from ari_app import tasks
from ari_app.outside.sound import FRAME, RATE, SILENCE, encode
from tests.real.rawsip import Address, SoundEnd

PCMU, KEY = 0, 101
TICK = FRAME / RATE
KEY_PACKETS, GAP_PACKETS = 6, 6
ENDS = 0x80


class Voice(SoundEnd):
    """Sends a packet each 20 ms: silence, unless there is something to say or to press."""

    def __init__(self) -> None:
        super().__init__()
        self._mouth: deque[bytes] = deque()
        self._keys: deque[bytes] = deque()
        self._sending: asyncio.Task[None] | None = None

    def start(self, to: Address) -> None:
        self._sending = tasks.start(self._send(to), name="voice of packets")

    def close(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
        super().close()

    def says(self, hertz: float, seconds: float) -> None:
        """A tone is said from now on."""
        wave = [
            12000 * math.sin(2 * math.pi * hertz * at / RATE) for at in range(int(seconds * RATE))
        ]
        sound = encode(np.array(wave, np.int16))
        self._mouth.extend(sound[at : at + FRAME].ljust(FRAME, b"\xff")
                           for at in range(0, len(sound), FRAME))  # fmt: skip

    def presses(self, keys: str) -> None:
        """Keys are pressed from now on (RFC 4733)."""
        for key in keys:
            code = "0123456789*#".index(key)
            for place in range(KEY_PACKETS):
                ends = ENDS if place >= KEY_PACKETS - 3 else 0
                self._keys.append(struct.pack("!BBH", code, ends | 10, FRAME * (place + 1)))
            self._keys.extend([b""] * GAP_PACKETS)

    async def _send(self, to: Address) -> None:
        loop = asyncio.get_running_loop()
        began, number, pressed_at = loop.time(), 0, 0
        while self._transport is not None and not self._transport.is_closing():
            key = self._keys.popleft() if self._keys else b""
            if key:
                first = key[2:] == FRAME.to_bytes(2, "big")
                pressed_at = number * FRAME if first else pressed_at
                head = KEY | (0x80 if first else 0), number & 0xFFFF, pressed_at
            else:
                head = PCMU, number & 0xFFFF, number * FRAME
            payload = key or (self._mouth.popleft() if self._mouth else SILENCE)
            self._transport.sendto(struct.pack("!BBHII", 0x80, *head, 7) + payload, to)
            number += 1
            await asyncio.sleep(max(0.0, began + number * TICK - loop.time()))
