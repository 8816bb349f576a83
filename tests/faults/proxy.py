"""A wire between app and Asterisk that can be cut, held up, or swallow everything.

async with Wire(real_port) as wire:
    wire.reset()          # both ends get a reset
    wire.swallow(True)    # half-open: connections stay, nothing passes, new ones get no answer
    wire.hold(True)       # stalled: what comes is kept, and passes in order afterwards
    wire.refuse(True)     # nobody listens any more
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from types import TracebackType

from ari_app import tasks

LINGER = struct.pack("ii", 1, 0)
"""Close with a reset."""


class Wire:
    """Listens on a port of its own and passes on to `target` on this machine."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self.passed = 0
        """Bytes so far, both ways."""
        self._target = target
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._swallows = False

    async def __aenter__(self) -> Wire:
        await self._listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._open.set()
        self._stop_listening()
        self.reset()
        await asyncio.sleep(0)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def reset(self) -> None:
        """Cut every connection, hard."""
        for writer in list(self._writers):
            sock = writer.get_extra_info("socket")
            if sock is not None:
                with contextlib.suppress(OSError):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
            writer.transport.abort()

    def hold(self, on: bool) -> None:
        """Keep what comes, or let it go."""
        if on:
            self._open.clear()
        else:
            self._open.set()

    def swallow(self, on: bool) -> None:
        """Let nothing through and say nothing; what was swallowed never comes."""
        self._swallows = on

    async def refuse(self, on: bool) -> None:
        """Nobody listens, and what was open is cut; or again as it was."""
        if on:
            self._stop_listening()
            self.reset()
        else:
            await self._listen()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            self._writers.discard(writer)
            writer.close()
            return
        self._writers.add(back)
        ways = [
            tasks.start(self._pass(reader, back), name="wire out"),
            tasks.start(self._pass(there, writer), name="wire in"),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.wait(ways)
        for end in (writer, back):
            self._writers.discard(end)
            end.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, OSError):
            while data := await reader.read(65536):
                await self._open.wait()
                if self._swallows:
                    continue
                writer.write(data)
                self.passed += len(data)
                await writer.drain()
