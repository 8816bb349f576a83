"""SIP messages as values: taken apart, put together, and proved by digest. No sockets, no clock.

Only what a load generator on the same machine needs: UDP, no routes, one Via of the other side.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

COPIED = ("Via", "From", "To", "Call-ID", "CSeq")
_URI = re.compile(r"<([^>]+)>")
_TAG = re.compile(r";tag=([^;>\s]+)")
_PAIRS = re.compile(r'(\w+)="?([^",]*)"?')
_MEDIA = re.compile(rb"c=IN IP4 (\S+).*?m=audio (\d+) ", re.S)


@dataclass(frozen=True, slots=True)
class Message:
    """A request (`method` and no `status`) or a response; headers by name, the first of each."""

    status: int
    method: str
    headers: dict[str, str]
    vias: tuple[str, ...]
    body: bytes

    @property
    def call_id(self) -> str:
        return self.headers["Call-ID"]

    @property
    def number(self) -> int:
        """The CSeq's number."""
        return int(self.headers["CSeq"].split()[0])

    def tag(self, header: str) -> str:
        found = _TAG.search(self.headers[header])
        return found[1] if found else ""

    def uri(self, header: str) -> str:
        found = _URI.search(self.headers[header])
        return found[1] if found else self.headers[header]

    @property
    def user(self) -> str:
        """The user part of the From."""
        return self.uri("From").partition(":")[2].partition("@")[0]

    @property
    def media(self) -> tuple[str, int] | None:
        """Where the other side hears."""
        found = _MEDIA.search(self.body)
        return (found[1].decode(), int(found[2])) if found else None


def parse(data: bytes) -> Message:
    head, _, body = data.partition(b"\r\n\r\n")
    start, *lines = head.decode().split("\r\n")
    headers: dict[str, str] = {}
    vias: list[str] = []
    for line in lines:
        name, _, value = line.partition(":")
        if name == "Via":
            vias.append(value.strip())
        headers.setdefault(name, value.strip())
    if start.startswith("SIP/2.0"):
        method = headers["CSeq"].split()[1]
        return Message(int(start.split()[1]), method, headers, tuple(vias), body)
    return Message(0, start.split()[0], headers, tuple(vias), body)


def compose(start: str, headers: list[str], body: str = "") -> bytes:
    kind = ["Content-Type: application/sdp"] if body else []
    lines = [start, *headers, *kind, f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def response(
    to: Message, status: str, *, tag: str = "", contact: str = "", body: str = ""
) -> bytes:
    """An answer to a request; `tag` is ours, for the To of a dialog."""
    headers = [f"Via: {via}" for via in to.vias]
    headers += [f"{name}: {to.headers[name]}" for name in COPIED[1:]]
    if tag and ";tag=" not in to.headers["To"]:
        headers[len(to.vias) + 1] += f";tag={tag}"
    if contact:
        headers.append(f"Contact: <{contact}>")
    return compose(f"SIP/2.0 {status}", headers, body)


def offer(host: str, port: int) -> str:
    """G.711 mu-law and RFC 4733 keys, both ways."""
    lines = (
        "v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0",
        f"m=audio {port} RTP/AVP 0 101", "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20", "a=sendrecv",
    )  # fmt: skip
    return "\r\n".join(lines) + "\r\n"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def proof(challenge: Message, method: str, uri: str, user: str, password: str) -> str:
    """The Authorization header that answers a 401."""
    given = dict(_PAIRS.findall(challenge.headers["WWW-Authenticate"]))
    secret = _md5(f"{user}:{given['realm']}:{password}")
    once = f"{given['nonce']}:00000001:cl0:auth"
    answer = _md5(f"{secret}:{once}:{_md5(f'{method}:{uri}')}")
    return (
        f'Authorization: Digest username="{user}", realm="{given["realm"]}", '
        f'nonce="{given["nonce"]}", uri="{uri}", response="{answer}", algorithm=MD5, qop=auth, '
        f'nc=00000001, cnonce="cl0", opaque="{given.get("opaque", "")}"'
    )
