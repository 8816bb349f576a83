"""One bound connection to a message centre: requests with their answers, receipts, and a look
whether it still lives.

aiosmpplib's own session queues, reconnects and forgets by itself; we must know of each message
whether it may have left, so that only its coding is used (decision 0020).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable

from ari_app import tasks
from ari_app.notify.channel import Doubt, Unsent
from ari_app.notify.smpp_pdus import ANSWER, HEADER, MOST, Command, Make, Pdu, bind, enquire, unit

logger = logging.getLogger(__name__)

SYSTEM_ERROR, UNKNOWN_COMMAND = 0x08, 0x03
NO_ENTRY = {
    0x0D: "bind failed", 0x0E: "the password is refused", 0x0F: "the user is refused",
}  # fmt: skip
BOUND_ALREADY = 0x05
Delivered = Callable[[bytes], Awaitable[None]]


class BoundAlready(Unsent):
    """Another connection has this user, and he may have only one."""


class Session:
    """A connection that is bound; made by `bound`."""

    def __init__(
        self, reader: StreamReader, writer: StreamWriter, delivered: Delivered, timeout: float,
        window: int,
    ) -> None:  # fmt: skip
        self._reader = reader
        self._writer = writer
        self._delivered = delivered
        self._timeout = timeout
        self._window = asyncio.Semaphore(window)
        self._waiting: dict[int, asyncio.Future[Pdu]] = {}
        self._sequence = 0
        self._keeper: asyncio.Task[None] | None = None
        self._heard = asyncio.Event()
        self.ended = asyncio.Event()

    @classmethod
    async def bound(
        cls, reader: StreamReader, writer: StreamWriter, delivered: Delivered, *,
        user: str, password: str, system_type: str, timeout: float, window: int, enquire_s: float,
    ) -> Session:  # fmt: skip
        """Bind as transceiver. Raises Unsent with the reason."""
        session = cls(reader, writer, delivered, timeout, window)
        tasks.start(session._read(), name="smpp:read")
        try:
            answer = await session.request(bind(user, password, system_type))
        except (Doubt, ValueError) as fault:
            session.abort()
            raise Unsent("no answer to the bind" if isinstance(fault, Doubt) else str(fault)) \
                from fault  # fmt: skip
        if answer.status == BOUND_ALREADY:
            session.abort()
            raise BoundAlready("the user is bound already")
        if answer.status:
            session.abort()
            raise Unsent(NO_ENTRY.get(answer.status, answer.name))
        session._keeper = tasks.start(session._keep(enquire_s), name="smpp:keep")
        return session

    async def request(self, make: Make) -> Pdu:
        """The answer to a request. Raises Unsent before anything was written, Doubt afterwards."""
        async with self._window:
            if self.ended.is_set():
                raise Unsent("the connection is gone")
            self._sequence = self._sequence % 0x7FFFFFFF + 1
            sequence = self._sequence
            answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
            self._waiting[sequence] = answer
            try:
                self._writer.write(make(sequence))
                async with asyncio.timeout(self._timeout):
                    await self._writer.drain()
                    return await answer
            except (TimeoutError, OSError) as fault:
                raise Doubt(type(fault).__name__) from fault
            finally:
                self._waiting.pop(sequence, None)

    async def close(self) -> None:
        """Say that we go, and go."""
        if not self.ended.is_set():
            try:
                await self.request(lambda sequence: unit(Command.UNBIND, sequence))
            except (Doubt, Unsent):
                logger.debug("a message centre did not answer the unbind")
        self.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    def abort(self) -> None:
        """Drop the connection; what waits for an answer is in doubt."""
        self.ended.set()
        if self._keeper is not None:
            self._keeper.cancel()
        self._writer.close()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError())

    async def _read(self) -> None:
        try:
            while True:
                head = await self._reader.readexactly(HEADER.size)
                length, command, status, sequence = HEADER.unpack(head)
                if not HEADER.size <= length <= MOST:
                    logger.warning("a message centre speaks no SMPP", extra={"length": length})
                    return
                body = await self._reader.readexactly(length - HEADER.size)
                self._heard.set()
                await self._take(Pdu(command, status, sequence, body))
        except (asyncio.IncompleteReadError, OSError):
            return
        finally:
            self.abort()

    async def _take(self, pdu: Pdu) -> None:
        if pdu.command & ANSWER:
            answer = self._waiting.get(pdu.sequence)
            if answer is not None and not answer.done():
                answer.set_result(pdu)
            return
        status = 0
        if pdu.command == Command.DELIVER:
            status = await self._hand_on(pdu.body)
        elif pdu.command not in (Command.ENQUIRE, Command.UNBIND):
            self._writer.write(unit(Command.NACK, pdu.sequence, status=UNKNOWN_COMMAND))
            return
        body = b"\0" if pdu.command == Command.DELIVER else b""
        self._writer.write(unit(pdu.command | ANSWER, pdu.sequence, body, status))
        if pdu.command == Command.UNBIND:
            raise ConnectionResetError

    async def _hand_on(self, body: bytes) -> int:
        """0 once it is stored; else it is sent to us again."""
        try:
            await self._delivered(body)
        except Exception:
            logger.exception("a receipt could not be stored; it will come again")
            return SYSTEM_ERROR
        return 0

    async def _keep(self, every: float) -> None:
        """Ask whether the other side lives whenever it is silent."""
        while True:
            self._heard.clear()
            try:
                async with asyncio.timeout(every):
                    await self._heard.wait()
            except TimeoutError:
                try:
                    await self.request(enquire)
                except (Doubt, Unsent):
                    self.abort()
