"""RTP of one telephone, against a far end on the loopback."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pytest

from ari_app.boot import wait_until
from ari_app.outside.ear import Ear, Heard
from ari_app.outside.media import Media
from ari_app.outside.sound import FRAME, SILENCE, encode

pytestmark = pytest.mark.unit

TONE = encode((np.sin(np.arange(FRAME) / 3) * 8000).astype(np.int16))


@dataclass
class FarEnd(asyncio.DatagramProtocol):
    """Collects packets and sends some."""

    packets: list[bytes] = field(default_factory=list)
    number: int = 60000
    transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.packets.append(data)

    def send(self, to: int, payload: bytes, kind: int = 0) -> None:
        assert self.transport is not None
        self.number = (self.number + 1) & 0xFFFF
        head = struct.pack("!BBHII", 0x80, kind, self.number, self.number * FRAME, 9)
        self.transport.sendto(head + payload, ("127.0.0.1", to))


@pytest.fixture
async def far() -> AsyncIterator[tuple[FarEnd, tuple[str, int]]]:
    loop = asyncio.get_running_loop()
    transport, end = await loop.create_datagram_endpoint(FarEnd, local_addr=("127.0.0.1", 0))
    yield end, transport.get_extra_info("sockname")
    transport.close()
    await asyncio.sleep(0)


async def test_it_sends_silence_and_clips_in_one_steady_stream(
    far: tuple[FarEnd, tuple[str, int]],
) -> None:
    end, address = far
    media = Media(Ear(0.0), lambda: None)
    await media.open("127.0.0.1")
    media.start(address)
    await media.speak(TONE * 3 + TONE[:80])
    await wait_until(lambda: len(end.packets) >= 6, 3, "packets come")
    media.stop()
    heads = [struct.unpack("!BBHII", packet[:12]) for packet in end.packets]
    assert [head[2] for head in heads] == list(range(len(heads)))
    assert [head[3] for head in heads] == [n * FRAME for n in range(len(heads))]
    payloads = [packet[12:] for packet in end.packets]
    assert payloads.count(TONE) == 3
    assert TONE[:80] + SILENCE[:80] in payloads
    assert bytes(media.said).startswith(b"".join(payloads))
    await asyncio.sleep(0)


async def test_it_keeps_what_it_hears_at_its_time_whatever_the_numbers(
    far: tuple[FarEnd, tuple[str, int]],
) -> None:
    end, address = far
    heard: list[bool] = []
    ear = Ear(asyncio.get_running_loop().time())
    media = Media(ear, lambda: heard.append(ear.talking))
    port = await media.open("127.0.0.1")
    end.send(port, TONE)
    await asyncio.sleep(0.02)  # before the start: not heard
    media.start(address)
    end.number = 65530
    for _ in range(3):
        end.send(port, TONE)
    await wait_until(lambda: media.heard.count(TONE) == 3, 3, "it hears")
    end.number = 5
    await asyncio.sleep(0.2)
    end.send(port, TONE)
    end.send(port, b"\x01\x02\x03\x04", kind=101)
    end.send(port, b"")
    await wait_until(lambda: media.heard.count(TONE) == 4, 3, "it hears on")
    gap = bytes(media.heard).rindex(TONE) - 3 * FRAME
    assert 0.1 * 8000 <= gap <= 0.4 * 8000
    assert heard == [True]
    await wait_until(lambda: heard == [True, False], 3, "talking ends")
    assert ear.outcome(asyncio.get_running_loop().time() + 2, 1.0, 5.0) is Heard.QUIET
    media.stop()
    await asyncio.sleep(0)


async def test_muted_it_sends_nothing_and_nobody_waits(
    far: tuple[FarEnd, tuple[str, int]],
) -> None:
    end, address = far
    media = Media(Ear(0.0), lambda: None)
    await media.open("127.0.0.1")
    media.start(address)
    speaking = asyncio.gather(media.speak(TONE * 500))
    await wait_until(lambda: bool(end.packets), 3, "it sends")
    media.mute()
    await asyncio.wait_for(speaking, 1)
    await asyncio.sleep(0.05)
    before = len(end.packets)
    await asyncio.sleep(0.1)
    assert len(end.packets) == before
    media.stop()
    media.stop()
    await asyncio.sleep(0)
