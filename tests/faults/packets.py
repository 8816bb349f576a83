"""A caller whose telephone is packets of this process: it can vanish between two of them, and then
neither sends sound or reports nor answers anything."""

from __future__ import annotations

import asyncio
import math
import struct
from collections import deque

import numpy as np

from ari_app import tasks
from ari_app.outside.sound import FRAME, RATE, SILENCE, encode
from ari_app.secrets_file import load_or_make
from tests.real import hearing
from tests.real.house import House, until
from tests.real.rawsip import HOST, Address, SipCall, SipEnd, SoundEnd

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


class PacketCaller:
    """A call that came over the trunk."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.number = house.number()
        sip = house.endpoints["sip"]
        password = load_or_make(house.settings.state, []).of_trunk("trunk")
        self._end = SipEnd((sip["host"], sip["port"]), "trunk", password)
        self.call = SipCall(self._end)
        self.voice = Voice()

    @property
    def sip_call_id(self) -> str:
        return self.call.call_id

    async def dials(self, number: str) -> None:
        await self._end.open()
        await self.voice.open()
        self.call.ear, self.call.sender = self.voice, f"<sip:{self.number}@{HOST}>"
        host, port = self._end.target
        self.call.uri = f"sip:{number}@{host}:{port}"
        answer = await self._invite("sendrecv")
        self.voice.start((HOST, answer))

    async def holds(self) -> None:
        """Puts us on hold."""
        await self._invite("sendonly")

    async def _invite(self, direction: str) -> int:
        """Offer sound this way; the port where the other side hears."""
        body = self.voice.sdp().replace("sendrecv", direction)
        answer = await self._end.ask("INVITE", self.call.uri, body=body, call=self.call)
        assert answer.status == 200, answer.first
        return int(answer.body.partition("m=audio ")[2].split()[0])

    async def hears(self, name: str, limit: float = 20) -> None:
        async def there() -> bool:
            return bool(hearing.all_prompts(hearing.normal(self.voice.sound), [name]))

        await until(there, limit)

    def vanishes(self) -> None:
        """Without a word."""
        self.voice.close()
        self._end.close()
