"""A SIP client of a few lines, for what the outside's Asterisk cannot be made to do."""

from __future__ import annotations

import asyncio
import hashlib
import re
import uuid
from dataclasses import dataclass, field

from ari_app.outside.target import Account, Target


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


@dataclass
class SipPhone(asyncio.DatagramProtocol):
    """Registers from a socket of its own, again and again if asked, and answers nothing."""

    target: Target
    account: Account
    transport: asyncio.DatagramTransport | None = None
    call_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    number: int = 0
    answers: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def open(self) -> SipPhone:
        loop = asyncio.get_running_loop()
        self.transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", 0)
        )
        return self

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def datagram_received(self, data: bytes, addr: object) -> None:
        text = data.decode()
        if text.startswith("SIP/2.0") and "CSeq:" in text and "REGISTER" in text:
            self.answers.put_nowait(text)

    async def register(self, expires: int = 120) -> int:
        """Register; the status of the last answer."""
        answer = await self._ask(expires, "")
        if answer.startswith("SIP/2.0 401"):
            answer = await self._ask(expires, self._proof(answer))
        return int(answer.split()[1])

    async def _ask(self, expires: int, proof: str) -> str:
        assert self.transport is not None
        host, port = self.transport.get_extra_info("sockname")
        self.number += 1
        user, there = self.account.username, f"{self.target.host}:{self.target.port}"
        lines = [
            f"REGISTER sip:{there} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{uuid.uuid4().hex};rport",
            f"From: <sip:{user}@{there}>;tag={self.call_id[:8]}",
            f"To: <sip:{user}@{there}>",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.number} REGISTER",
            f"Contact: <sip:{user}@{host}:{port}>",
            f"Expires: {expires}",
            "Max-Forwards: 70",
            *([proof] if proof else []),
            "Content-Length: 0",
        ]
        text = "".join(f"{line}\r\n" for line in lines) + "\r\n"
        self.transport.sendto(text.encode(), (self.target.host, self.target.port))
        async with asyncio.timeout(3):
            return await self.answers.get()

    def _proof(self, challenge: str) -> str:
        given = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
        user, uri = self.account.username, f"sip:{self.target.host}:{self.target.port}"
        secret = _md5(f"{user}:{given['realm']}:{self.account.password}")
        once = f"{given['nonce']}:00000001:abcdef:auth"
        response = _md5(f"{secret}:{once}:{_md5(f'REGISTER:{uri}')}")
        return (
            f'Authorization: Digest username="{user}", realm="{given["realm"]}", '
            f'nonce="{given["nonce"]}", uri="{uri}", response="{response}", algorithm=MD5, '
            f'qop=auth, nc=00000001, cnonce="abcdef", opaque="{given.get("opaque", "")}"'
        )
