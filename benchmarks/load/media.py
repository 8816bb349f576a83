"""RTP of many calls over one socket: sent every 20 ms, counted as it comes.

Asterisk sends each call's sound from a port of its own, so that port tells whose it is. Packets
go out in groups of 5 ms, so that not all calls speak in the same moment.
"""

from __future__ import annotations

import contextlib
import math
import socket
import struct
from collections.abc import Callable

PACKET_S, GROUPS = 0.02, 4
FRAME = 160
QUIET = bytes((0xFF, 0x7F, 0xFE, 0x7E))
LOUD_BYTES = 48
"""So many bytes of a packet that are not silence make it sound."""
KEY_PACKETS = 5
SO_RCVBUFFORCE = 33
BUFFER = 16 * 1024 * 1024
AT_ONCE = 400
"""Packets read in one go, before packets are sent again."""


def mu_law(sample: int) -> int:
    """G.711 of one 16 bit sample."""
    sign = 0x80 if sample < 0 else 0
    value = min(abs(sample), 32635) + 132
    exponent = value.bit_length() - 8
    return ~(sign | exponent << 4 | value >> exponent + 3 & 0x0F) & 0xFF


def tone(hertz: int) -> bytes:
    """One packet of a tone whose periods fit into it: any number of them make the tone."""
    step = 2 * math.pi * hertz / 8000
    return bytes(mu_law(round(8000 * math.sin(step * place))) for place in range(FRAME))


class Stream:
    """One side of one call's sound: what it says, and what it is to count."""

    __slots__ = (
        "_buffer", "_event", "_sequence", "_time", "expected", "gap", "got", "last",
        "peer", "sent", "voice", "watch",
    )  # fmt: skip

    def __init__(self, peer: tuple[str, int], say: bytes, expected: bytes) -> None:
        self.peer = peer
        self.expected = expected
        """The packet that the other end of the talk says again and again."""
        self.watch: Callable[[bytes, float], None] | None = None
        self.got = self.sent = self.voice = 0
        self.last = self.gap = 0.0
        self._buffer = bytearray(struct.pack("!BBHII", 0x80, 0, 0, 0, peer[1]) + say)
        self._sequence, self._time = 0, 0
        self._event: list[int] = []

    def press(self, key: str) -> None:
        """Send a key of 100 ms instead of sound."""
        self._event = ["0123456789*#".index(key), self._time, 0]

    def send(self, to: socket.socket) -> None:
        self._sequence, self._time = self._sequence + 1 & 0xFFFF, self._time + FRAME & 0xFFFFFFFF
        self.sent += 1
        if self._event:
            self._send_event(to)
            return
        struct.pack_into("!HI", self._buffer, 2, self._sequence, self._time)
        _send(to, self._buffer, self.peer)

    def _send_event(self, to: socket.socket) -> None:
        key, began, count = self._event
        self._event[2] += 1
        ends = count == KEY_PACKETS
        kind = 101 | (0x80 if count == 0 else 0)
        for _ in range(3 if ends else 1):
            head = struct.pack("!BBHII", 0x80, kind, self._sequence, began, self.peer[1])
            flags = 0x8A if ends else 0x0A
            _send(to, head + struct.pack("!BBH", key, flags, (count + 1) * FRAME), self.peer)
            self._sequence = self._sequence + 1 & 0xFFFF
        if ends:
            self._event = []

    def take(self, packet: bytes, now: float) -> None:
        self.got += 1
        said = packet[12:]
        if said == self.expected:
            if self.voice:
                self.gap = max(self.gap, now - self.last)
            self.voice += 1
            self.last = now
        if self.watch is not None:
            self.watch(said, now)


def _send(to: socket.socket, data: bytes | bytearray, peer: tuple[str, int]) -> None:
    # What does not go out is lost, as on any network; the other side counts.
    with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
        to.sendto(data, peer)


def loud(said: bytes) -> bool:
    """Whether a packet's sound is more than silence."""
    return len(said.translate(None, QUIET)) > LOUD_BYTES


class Media:
    """All streams of one role (callers, or phones) behind one port."""

    def __init__(self, host: str) -> None:
        self.socket, self._control = _pair(host)
        self.port = int(self.socket.getsockname()[1])
        self._streams: dict[int, Stream] = {}
        self._groups: tuple[dict[int, Stream], ...] = tuple({} for _ in range(GROUPS))
        self._next = 0

    def add(self, stream: Stream) -> None:
        self._streams[stream.peer[1]] = stream
        self._next = (self._next + 1) % GROUPS
        self._groups[self._next][stream.peer[1]] = stream

    def remove(self, stream: Stream) -> None:
        if self._streams.get(stream.peer[1]) is stream:
            del self._streams[stream.peer[1]]
        for group in self._groups:
            if group.get(stream.peer[1]) is stream:
                del group[stream.peer[1]]

    def send(self, group: int) -> None:
        for stream in list(self._groups[group].values()):
            stream.send(self.socket)

    def read(self, now: float) -> None:
        receive, streams = self.socket.recvfrom, self._streams
        for _ in range(AT_ONCE):
            try:
                packet, sender = receive(400)
            except (BlockingIOError, ConnectionRefusedError):
                return
            stream = streams.get(sender[1])
            if stream is not None:
                stream.take(packet, now)

    def close(self) -> None:
        self.socket.close()
        self._control.close()


def roomy(host: str, port: int = 0) -> socket.socket:
    """A UDP socket that holds what comes while its reader is busy."""
    made = socket.socket(type=socket.SOCK_DGRAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    except PermissionError:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    made.bind((host, port))
    made.setblocking(False)
    return made


def _pair(host: str) -> tuple[socket.socket, socket.socket]:
    """Two neighbouring ports: Asterisk's RTCP goes to the second, where nobody reads it."""
    while True:
        first = roomy(host)
        port = int(first.getsockname()[1])
        second = socket.socket(type=socket.SOCK_DGRAM)
        with contextlib.suppress(OSError, OverflowError):
            if port % 2 == 0:
                second.bind((host, port + 1))
                return first, second
        second.close()
        first.close()
