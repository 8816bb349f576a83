"""A short message centre on a real socket. It reads and writes its units with another codec than
ours (smpp34), and can fail in the ways that real ones do."""

from __future__ import annotations

import asyncio
import struct
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import smpp34

HEADER = struct.Struct(">IIII")
ANSWER = 0x80000000
BIND, QUERY, SUBMIT, DELIVER, UNBIND, ENQUIRE = 0x09, 0x03, 0x04, 0x05, 0x06, 0x15
OK, BAD_PASSWORD, BAD_ID, THROTTLED = 0, 0x0E, 0x0C, 0x58
REFERENCE = 0x0204
DELIVERED, UNDELIVERABLE, ON_THE_WAY = 2, 5, 1


@dataclass(frozen=True)
class Short:
    """One part as it was taken."""

    message_id: str
    to: str
    sender: str
    coding: int
    udh: bytes
    octets: bytes
    reference: int

    @property
    def text(self) -> str:
        if self.coding == 8:
            return self.octets.decode("utf-16-be")
        return self.octets.decode("ascii")


@dataclass
class Smsc:
    """Takes messages of whoever knows the password."""

    password: str = "secret"
    taken: list[Short] = field(default_factory=list)
    binds: int = 0
    heard: list[tuple[int, int]] = field(default_factory=list)
    """(command, status) of everything that came, answers too."""
    status: Callable[[str], int] = lambda to: OK
    """What a submission to this number is answered with."""
    cut: list[bool] = field(default_factory=list)
    """For each submission to come: drop the connection instead of answering."""
    receipts: str = ""
    """With a word as DELIVRD a receipt follows each submission at once."""
    names_reference: bool = True
    states: dict[str, int] = field(default_factory=dict)
    silent: bool = False
    unheard: dict[int, bytes] = field(default_factory=dict)
    """Receipts by their sequence number that nobody has acknowledged; told again at each bind."""
    port: int = 0
    _number: int = 100_000
    _server: asyncio.Server | None = None
    _writers: list[StreamWriter] = field(default_factory=list)

    async def __aenter__(self) -> Smsc:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.drop()
        await self._server.wait_closed()
        while self._writers:  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    def drop(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    def doubles(self) -> int:
        """How many parts were taken again."""
        seen = Counter((short.to, short.udh[3:], short.octets) for short in self.taken)
        return sum(count - 1 for count in seen.values())

    async def deliver(self, body: bytes) -> None:
        """Push a deliver_sm, as built by the codec, to everybody who is bound."""
        for writer in list(self._writers):
            writer.write(body)
            await writer.drain()

    async def wrote(self, sender: str, to: str, text: str) -> None:
        """Somebody has written a message from his telephone."""
        self._number += 1
        body = smpp34.DeliverSm(
            sender, to, text.encode("utf-16-be"), source_addr_ton=1, source_addr_npi=1,
            data_coding=8, sequence_number=self._number,
        )  # fmt: skip
        await self.deliver(bytes(body.encode()))

    def receipt(self, short: Short, word: str, number: int = 77) -> bytes:
        tlvs = [smpp34.Tlv(REFERENCE, short.reference.to_bytes(2, "big"))]
        said = (
            f"id:{short.message_id} sub:001 dlvrd:001 submit date:2611240833 "
            f"done date:261124083305 stat:{word} err:0AB text:-"
        )
        return bytes(
            smpp34.DeliverSm(
                short.to, short.sender, said.encode(), source_addr_ton=1, source_addr_npi=1,
                esm_class=4, tlvs=tlvs if self.names_reference else [], sequence_number=number,
            ).encode()
        )  # fmt: skip

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._writers.append(writer)
        try:
            while True:
                head = await reader.readexactly(HEADER.size)
                length, command, status, sequence = HEADER.unpack(head)
                body = await reader.readexactly(length - HEADER.size)
                self.heard.append((command, status))
                if not await self._answer(writer, head + body, command, sequence):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self._writers.remove(writer)
            writer.transport.abort()

    async def _answer(self, writer: StreamWriter, pdu: bytes, command: int, sequence: int) -> bool:
        """False ends the connection."""
        if command == DELIVER | ANSWER and not pdu[8:12].strip(b"\0"):
            self.unheard.pop(sequence, None)
        if command & ANSWER or self.silent:
            return True
        if command == SUBMIT:
            return await self._take(writer, pdu, sequence)
        status, body = OK, b""
        if command == BIND:
            user, password = pdu[HEADER.size :].split(b"\0")[:2]
            self.binds += 1
            status, body = OK if password == self.password.encode() else BAD_PASSWORD, b"smsc\0"
        elif command == QUERY:
            wanted = pdu[HEADER.size :].split(b"\0")[0].decode()
            state = self.states.get(wanted)
            status = BAD_ID if state is None else OK
            body = wanted.encode() + b"\0\0" + bytes((state or 0, 0))
        writer.write(_unit(command | ANSWER, status, sequence, body))
        if command == BIND and status == OK:
            writer.writelines(self.unheard.values())
        await writer.drain()
        return command != UNBIND and status == OK or command == QUERY

    async def _take(self, writer: StreamWriter, pdu: bytes, sequence: int) -> bool:
        came = smpp34.decode(pdu)
        assert isinstance(came, smpp34.SubmitSm)
        status = self.status(came.destination_addr)
        message_id = ""
        if status == OK:
            message_id = f"id{len(self.taken) + 1:06x}"
            self.taken.append(_short(came, message_id))
            self.states.setdefault(message_id, ON_THE_WAY)
            if self.receipts:
                number = len(self.taken)
                self.unheard[number] = self.receipt(self.taken[-1], self.receipts, number)
        if self.cut and self.cut.pop(0):
            return False
        writer.write(_unit(SUBMIT | ANSWER, status, sequence, message_id.encode() + b"\0"))
        if status == OK and self.receipts:
            # Whoever bound last hears it, as with real centres.
            self._writers[-1].write(self.unheard[len(self.taken)])
        await writer.drain()
        return True


def _unit(command: int, status: int, sequence: int, body: bytes) -> bytes:
    return HEADER.pack(HEADER.size + len(body), command, status, sequence) + body


def _short(came: smpp34.SubmitSm, message_id: str) -> Short:
    octets = bytes(came.short_message)
    udh = b""
    if came.esm_class & 0x40:
        udh, octets = octets[: octets[0] + 1], octets[octets[0] + 1 :]
    told = {tlv.tag: tlv.as_int() for tlv in came.tlvs}
    return Short(message_id, came.destination_addr, came.source_addr, came.data_coding, udh,
                 octets, told.get(REFERENCE) or 0)  # fmt: skip
