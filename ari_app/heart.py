"""A process that is well says so each second, by systemd's `sd_notify` protocol: one datagram to
the socket in NOTIFY_SOCKET. `claimline up` listens to the app's heart and ends a frozen app before
it starts another; systemd listens to the heart of `claimline up` itself.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from ari_app import tasks

logger = logging.getLogger(__name__)

SOCKET = "NOTIFY_SOCKET"
EVERY = 1.0
"""Seconds between two beats."""
FROZEN = 5.0
"""Seconds without a beat after which a process is frozen: with the time that its successor takes to
start it is less than what is left on the timer of a caller (`ari_app.calls.arrivals.ARM_EVERY`)."""
TICK = 0.5
READY, BEAT, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"


def say(word: str) -> None:
    """Tell whoever started this process; nothing when nobody wants to know, or listens no more."""
    address = os.environ.get(SOCKET, "")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket, as systemd may choose
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out, suppress(OSError):
        out.setblocking(False)
        out.sendto(word.encode(), address)


async def beat() -> None:
    """Say each second that this loop turns, until cancelled."""
    while True:
        say(BEAT)
        await asyncio.sleep(EVERY)


class Ear:
    """Hears the beats of the process whose NOTIFY_SOCKET is `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._beats = 0

    def __enter__(self) -> Ear:
        self._socket.setblocking(False)
        self._socket.bind(str(self.path))
        self.path.chmod(0o600)
        asyncio.get_running_loop().add_reader(self._socket, self._read)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        self.path.unlink(missing_ok=True)

    def _read(self) -> None:
        with suppress(BlockingIOError):
            if BEAT.encode() in self._socket.recv(1024):
                self._beats += 1

    async def silence(self, seconds: float) -> None:
        """Return once no beat came for so long. Time in which this process itself was not served
        counts for nothing: whoever froze both of them froze no heart."""
        loop = asyncio.get_running_loop()
        quiet = 0.0
        while quiet < seconds:
            heard, began = self._beats, loop.time()
            await asyncio.sleep(TICK)
            late = loop.time() - began > 2 * TICK
            quiet = 0.0 if late or self._beats != heard else quiet + TICK


class Watched:
    """A process that is ended when its heart stops; whoever keeps it running starts the next."""

    def __init__(self, process: asyncio.subprocess.Process, ear: Ear) -> None:
        self._process = process
        self._ear = ear

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> int:
        with self._watching():
            return await self._process.wait()

    @contextmanager
    def _watching(self) -> Iterator[None]:
        watch = tasks.start(self._end_when_frozen(), name=f"keep watch over {self.pid}")
        try:
            yield
        finally:
            watch.cancel()

    async def _end_when_frozen(self) -> None:
        await self._ear.silence(FROZEN)
        logger.error("a process is frozen and is ended", extra={"frozen_pid": self.pid})
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
