"""A telephone of its own: one call by SIP over UDP that says a tone and keeps what comes back.

It goes the way of a desk phone (port, digest, RTP both ways), so what it hears a phone would hear.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from ari_app.outside.ear import Ear
from ari_app.outside.media import Media

LIMIT = 5.0
"""Seconds within which a call is answered."""
AGAIN = 0.5
"""Seconds after which a request without an answer is sent again."""
TAIL = 0.4
"""Seconds that are listened on after the last sound was said."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where to call, and as whom."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    number: str


@dataclass(frozen=True, slots=True)
class Call:
    """What became of a call: the SIP status (0: nobody answered), seconds until it was answered,
    mu-law as heard."""

    status: int
    seconds: float = 0.0
    heard: bytes = b""


async def call(line: Line, sound: bytes) -> Call:
    """Call, say the sound, listen, hang up."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    media = Media(Ear(began), lambda: None)
    transport, wire = await loop.create_datagram_endpoint(
        lambda: _Wire(), remote_addr=(line.host, line.port)
    )
    me = transport.get_extra_info("sockname")
    try:
        dialog = _Dialog(line, me, await media.open(me[0]))
        answer = await _invite(wire, dialog)
        seconds = loop.time() - began
        if _status(answer) != 200:
            return Call(_status(answer), seconds)
        media.start(_media_address(answer))
        await media.speak(sound)
        await asyncio.sleep(TAIL)
        wire.send(dialog.request("BYE", 3, answer))
        return Call(200, seconds, bytes(media.heard))
    except (TimeoutError, OSError):
        return Call(0)
    finally:
        media.stop()
        transport.close()


async def _invite(wire: _Wire, dialog: _Dialog) -> str:
    """The last answer to an INVITE, which is asked for a proof first."""
    answer = ""
    for number in (1, 2):
        proof = dialog.proof(answer) if answer else ""
        answer = await wire.ask(dialog.request("INVITE", number, proof=proof), number)
        wire.send(dialog.request("ACK", number, answer))
        if _status(answer) != 401:
            break
    return answer


class _Wire(asyncio.DatagramProtocol):
    """Packets to and from the PBX."""

    def __init__(self) -> None:
        self._answers: asyncio.Queue[str] = asyncio.Queue()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        text = data.decode("utf-8", "replace")
        if text.startswith("SIP/2.0 "):
            self._answers.put_nowait(text)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there: `ask` runs out of time."""

    def send(self, text: str) -> None:
        assert self._transport is not None
        self._transport.sendto(text.encode())

    async def ask(self, request: str, number: int) -> str:
        """The final answer to an INVITE with this CSeq; TimeoutError."""
        async with asyncio.timeout(LIMIT):
            answer = ""
            while _status(answer) < 200:
                if not answer:
                    self.send(request)
                answer = await self._next(number) or answer
            return answer

    async def _next(self, number: int) -> str:
        try:
            async with asyncio.timeout(AGAIN):
                while True:
                    answer = await self._answers.get()
                    if _header(answer, "CSeq") == f"{number} INVITE":
                        return answer
        except TimeoutError:
            return ""


class _Dialog:
    """What is the same in every request of one call."""

    def __init__(self, line: Line, me: tuple[str, int], rtp: int) -> None:
        self._line = line
        self._me = me
        self._rtp = rtp
        self._tag = secrets.token_hex(6)
        self._call_id = secrets.token_hex(12)
        self._branches: dict[int, str] = {}

    @property
    def _uri(self) -> str:
        return f"sip:{self._line.number}@{self._line.host}:{self._line.port}"

    def request(self, method: str, number: int, answer: str = "", proof: str = "") -> str:
        """`answer` is what the request refers to: it holds the other side's tag and contact."""
        line, (host, port) = self._line, self._me
        accepted = _status(answer) == 200
        body = self._sdp() if method == "INVITE" else ""
        to = _header(answer, "To") or f"<{self._uri}>"
        head = [
            f"{method} {_contact(answer) if accepted else self._uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch={self._branch(method, number, accepted)};rport",
            f"From: <sip:{line.user}@{host}>;tag={self._tag}",
            f"To: {to}",
            f"Call-ID: {self._call_id}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:{line.user}@{host}:{port}>",
            "Max-Forwards: 70",
            *([proof] if proof else []),
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join(head) + "\r\n\r\n" + body

    def _branch(self, method: str, number: int, accepted: bool) -> str:
        """The ACK of a refusal belongs to the transaction of its INVITE; all others are new."""
        if method == "ACK" and not accepted:
            return self._branches[number]
        made = self._branches[number] = f"z9hG4bK{secrets.token_hex(8)}"
        return made

    def _sdp(self) -> str:
        host = self._me[0]
        return (
            f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
            f"m=audio {self._rtp} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\n"
        )

    def proof(self, challenge: str) -> str:
        """The digest that a 401 asks for (RFC 2617, qop auth)."""
        line, given = self._line, dict(re.findall(r'(\w+)="([^"]*)"', challenge))
        mine = secrets.token_hex(8)
        who = _md5(f"{line.user}:{given.get('realm', '')}:{line.password}")
        what = _md5(f"INVITE:{self._uri}")
        response = _md5(f"{who}:{given.get('nonce', '')}:00000001:{mine}:auth:{what}")
        fields = {
            "username": line.user, "realm": given.get("realm", ""), "nonce": given.get("nonce", ""),
            "uri": self._uri, "response": response, "cnonce": mine,
            "opaque": given.get("opaque", ""),
        }  # fmt: skip
        told = ", ".join(f'{name}="{value}"' for name, value in fields.items())
        return f"Authorization: Digest {told}, algorithm=MD5, qop=auth, nc=00000001"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _status(answer: str) -> int:
    found = re.match(r"SIP/2\.0 (\d{3})", answer)
    return int(found[1]) if found else 0


def _header(answer: str, name: str) -> str:
    found = re.search(rf"(?mi)^{name}:\s*(.*?)\s*$", answer)
    return found[1] if found else ""


def _contact(answer: str) -> str:
    found = re.search(r"<([^>]+)>", _header(answer, "Contact"))
    return found[1] if found else ""


def _media_address(answer: str) -> tuple[str, int]:
    """Where the other side takes sound: from its SDP."""
    host = re.search(r"(?m)^c=IN IP4 (\S+)", answer)
    port = re.search(r"(?m)^m=audio (\d+)", answer)
    if host is None or port is None:
        raise OSError("the answer names no address for sound")
    return host[1], int(port[1])
