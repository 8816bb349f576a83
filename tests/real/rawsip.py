"""SIP by hand, over UDP: what a softphone, a PBX or a carrier would send, and what none should.

`SipEnd` sends requests, proves itself when asked, and keeps what comes back; `SipCall` is a call of
it with sound.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

Address = tuple[str, int]
HOST = "127.0.0.1"
LIMIT = 5.0


def digest(user: str, password: str, method: str, uri: str, challenge: str) -> str:
    """The answer to a challenge."""
    given = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    nonce, cnonce = given["nonce"], uuid.uuid4().hex[:8]
    secret = md5(f"{user}:{given['realm']}:{password}")
    proof = md5(f"{secret}:{nonce}:00000001:{cnonce}:auth:{md5(f'{method}:{uri}')}")
    return (
        f'Digest username="{user}", realm="{given["realm"]}", nonce="{nonce}", uri="{uri}", '
        f'response="{proof}", algorithm=MD5, qop=auth, nc=00000001, cnonce="{cnonce}", '
        f'opaque="{given.get("opaque", "")}"'
    )


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer."""

    first: str
    headers: Mapping[str, str]
    body: str
    sender: Address

    @property
    def status(self) -> int:
        """Of an answer; 0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/") else 0

    @property
    def method(self) -> str:
        return self.headers["cseq"].split()[1]

    @property
    def uri(self) -> str:
        return self.first.split()[1]


def read(data: bytes, sender: Address) -> Message:
    head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        key = name.strip().lower()
        headers[key] = f"{headers[key]}\n{value.strip()}" if key in headers else value.strip()
    return Message(first, headers, body, sender)


class SipEnd(asyncio.DatagramProtocol):
    """One SIP address of this process. `user`, `password`: what it proves when it is asked."""

    def __init__(self, target: Address, user: str, password: str = "") -> None:
        self.target = target
        self.user = user
        self.password = password
        self.requests: asyncio.Queue[Message] = asyncio.Queue()
        self._answers: dict[str, asyncio.Queue[Message]] = {}
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self, port: int = 0, host: str = HOST) -> SipEnd:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(host, port)
        )
        return self

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    @property
    def address(self) -> Address:
        assert self._transport is not None
        host, port = self._transport.get_extra_info("sockname")
        return host, port

    @property
    def contact(self) -> str:
        return f"<sip:{self.user}@{self.address[0]}:{self.address[1]}>"

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if not data.strip():
            return
        message = read(data, addr)
        if message.status:
            self._answers.setdefault(message.headers["call-id"], asyncio.Queue()).put_nowait(
                message
            )
        else:
            self.heard(message)

    def heard(self, request: Message) -> None:
        """A request has come."""
        if request.method == "OPTIONS":
            self.answer(request, 200, "OK")
        else:
            self.requests.put_nowait(request)

    def send(self, text: str, to: Address | None = None) -> None:
        assert self._transport is not None
        if not self._transport.is_closing():
            self._transport.sendto(text.encode(), to or self.target)

    def answer(
        self, request: Message, status: int, reason: str, *headers: str, body: str = ""
    ) -> None:
        """Answer a request."""
        to = request.headers["to"]
        if status > 100 and "tag=" not in to:
            to += f";tag={md5(request.headers['call-id'])[:8]}"
        vias = [f"Via: {via}" for via in request.headers["via"].split("\n")]
        lines = [
            f"SIP/2.0 {status} {reason}", *vias, f"From: {request.headers['from']}", f"To: {to}",
            f"Call-ID: {request.headers['call-id']}", f"CSeq: {request.headers['cseq']}", *headers,
            *(["Content-Type: application/sdp"] if body else []), f"Content-Length: {len(body)}",
        ]  # fmt: skip
        self.send("\r\n".join(lines) + "\r\n\r\n" + body, request.sender)

    async def ask(
        self, method: str, uri: str, *headers: str, body: str = "", call: SipCall | None = None,
        sender: str = "",
    ) -> Message:  # fmt: skip
        """Send a request, prove who it is if asked, and give the last answer."""
        dialog = call or SipCall(self)
        dialog.sender = dialog.sender or sender or f"<sip:{self.user}@{HOST}>"
        answer = await self._once(method, uri, headers, body, dialog)
        if answer.status in (401, 407) and self.password:
            name = "Authorization" if answer.status == 401 else "Proxy-Authorization"
            challenge = answer.headers[
                "www-authenticate" if answer.status == 401 else "proxy-authenticate"
            ]
            proof = digest(self.user, self.password, method, uri, challenge)
            answer = await self._once(method, uri, (*headers, f"{name}: {proof}"), body, dialog)
        return answer

    async def _once(
        self, method: str, uri: str, headers: tuple[str, ...], body: str, call: SipCall
    ) -> Message:
        call.cseq += 1
        answers = self._answers.setdefault(call.call_id, asyncio.Queue())
        self.send(call.request(method, uri, headers, body))
        async with asyncio.timeout(LIMIT):
            while (answer := await answers.get()).status < 200 or answer.method != method:
                continue
        if method == "INVITE":
            before, call.remote = call.remote, answer.headers["to"]
            self.send(call.request("ACK", uri, (), "", fresh=answer.status < 300))
            if answer.status >= 300:
                call.remote = before
        return answer


@dataclass
class SipCall:
    """One dialog with its sound; `to` is the other side as first addressed."""

    end: SipEnd
    call_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    sender: str = ""
    remote: str = ""
    uri: str = ""
    cseq: int = 0
    branch: str = ""
    ear: SoundEnd | None = None

    def request(
        self, method: str, uri: str, headers: tuple[str, ...], body: str, *, fresh: bool = True
    ) -> str:
        """The text of a request; an ACK of a refusal keeps the branch of its INVITE."""
        host, port = self.end.address
        if fresh or not self.branch:
            self.branch = f"z9hG4bK{uuid.uuid4().hex}"
        tag = md5(self.call_id)[:8]
        lines = [
            f"{method} {uri} SIP/2.0", f"Via: SIP/2.0/UDP {host}:{port};branch={self.branch};rport",
            f"From: {self.sender};tag={tag}", f"To: {self.remote or f'<{uri}>'}",
            f"Call-ID: {self.call_id}", f"CSeq: {self.cseq} {method}",
            f"Contact: {self.end.contact}", "Max-Forwards: 70", *headers,
            *(["Content-Type: application/sdp"] if body.startswith("v=0") else []),
            f"Content-Length: {len(body.encode())}",
        ]  # fmt: skip
        if method == "INVITE":
            self.uri = uri
        return "\r\n".join(lines) + "\r\n\r\n" + body

    async def invite(self, number: str, *headers: str, sender: str = "") -> Message:
        """Call; the last answer. Hears what is sent from then on."""
        self.ear = await SoundEnd().open()
        host, port = self.end.target
        self.sender = sender or f"<sip:{self.end.user}@{HOST}>"
        uri = f"sip:{number}@{host}:{port}"
        return await self.end.ask("INVITE", uri, *headers, body=self.ear.sdp(), call=self)

    async def hang_up(self) -> Message:
        self.ear = _closed(self.ear)
        return await self.end.ask("BYE", self.uri, call=self)

    async def leave(self) -> None:
        """Hang up if it is still on: after a failure."""
        if self.ear is not None and self.remote:
            await self.hang_up()
        self.close()

    def close(self) -> None:
        self.ear = _closed(self.ear)


def _closed(ear: SoundEnd | None) -> SoundEnd | None:
    if ear is not None:
        ear.close()
    return ear


class SoundEnd(asyncio.DatagramProtocol):
    """Takes RTP, in mu-law, and keeps the sound in the order of its arrival."""

    def __init__(self) -> None:
        self.sound = bytearray()
        self.packets = 0
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self) -> SoundEnd:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(HOST, 0))
        return self

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self.packets += 1
        self.sound += data[12:]

    def sdp(self, profile: str = "RTP/AVP") -> str:
        assert self._transport is not None
        port = self._transport.get_extra_info("sockname")[1]
        return (
            f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
            f"m=audio {port} {profile} 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\na=sendrecv\r\n"
        )
