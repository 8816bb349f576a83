"""The doctor's telephone speaks SIP as a desk phone does, and gives up in time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from ari_app.doctor import telephone
from ari_app.doctor.checks import telephony

pytestmark = pytest.mark.unit


class Pbx(asyncio.DatagramProtocol):
    """Challenges, answers, echoes. `deaf` sends no sound back; `first` requests get no answer."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.deaf = False
        self.first = 0
        self.refuses = ""
        self.sip: Any = None
        self.rtp: Any = None

    def connection_made(self, transport: Any) -> None:
        self.sip = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        text = data.decode()
        self.requests.append(text)
        method = text.split()[0]
        if self.first > 0:
            self.first -= 1
        elif method == "INVITE" and "Authorization:" not in text:
            self._say(
                "401 Unauthorized", text, addr, 'WWW-Authenticate: Digest realm="r",nonce="n"'
            )
        elif method == "INVITE" and self.refuses:
            self._say(self.refuses, text, addr)
        elif method == "INVITE":
            self._say("100 Trying", text, addr)
            self._say("200 OK", text, addr, "Contact: <sip:echo@127.0.0.1:9>", self._sdp())

    def _sdp(self) -> str:
        port = self.rtp.get_extra_info("sockname")[1]
        return f"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio {port} RTP/AVP 0\r\n"

    def _say(self, status: str, request: str, to: Any, more: str = "X: y", body: str = "") -> None:
        kept = [
            line for line in request.split("\r\n") if re.match("Via|From|To|Call-ID|CSeq", line)
        ]
        lines = [f"SIP/2.0 {status}", *kept, more, "", body]
        self.sip.sendto("\r\n".join(lines).encode(), to)


class Echo(asyncio.DatagramProtocol):
    def __init__(self, pbx: Pbx) -> None:
        self._pbx = pbx

    def connection_made(self, transport: Any) -> None:
        self._pbx.rtp = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if not self._pbx.deaf:
            self._pbx.rtp.sendto(data, addr)


@pytest_asyncio.fixture
async def pbx() -> AsyncIterator[Pbx]:
    loop, made = asyncio.get_running_loop(), Pbx()
    await loop.create_datagram_endpoint(lambda: made, local_addr=("127.0.0.1", 0))
    await loop.create_datagram_endpoint(lambda: Echo(made), local_addr=("127.0.0.1", 0))
    yield made
    made.sip.close()
    made.rtp.close()


def line(pbx: Pbx) -> telephone.Line:
    port = pbx.sip.get_extra_info("sockname")[1]
    return telephone.Line("127.0.0.1", port, "doctor", "secret", "echo")


async def test_a_call_is_proved_answered_heard_and_hung_up(pbx: Pbx) -> None:
    made = await telephone.call(line(pbx), telephony.tone())
    assert made.status == 200 and made.seconds < telephone.LIMIT
    assert telephony._loudest_tone(made.heard) > -15
    await asyncio.sleep(0.05)
    methods = [each.split()[0] for each in pbx.requests]
    assert methods == ["INVITE", "ACK", "INVITE", "ACK", "BYE"]
    assert 'username="doctor"' in pbx.requests[2] and "secret" not in "".join(pbx.requests)
    assert pbx.requests[3].startswith("ACK sip:echo@127.0.0.1:9 ")


async def test_a_call_without_sound_is_answered_and_nothing_is_heard(pbx: Pbx) -> None:
    pbx.deaf = True
    made = await telephone.call(line(pbx), telephony.tone())
    assert made.status == 200
    assert telephony._loudest_tone(made.heard) < telephony.FAINT_DBFS


async def test_a_lost_packet_is_sent_again(pbx: Pbx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telephone, "AGAIN", 0.05)
    pbx.first = 2
    assert (await telephone.call(line(pbx), b"\xff" * 160)).status == 200


@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found", "503 Service Unavailable"])
async def test_a_refusal_is_told_as_it_is(pbx: Pbx, status: str) -> None:
    pbx.refuses = status
    assert (await telephone.call(line(pbx), b"")).status == int(status[:3])


async def test_nobody_there_is_told_in_time(pbx: Pbx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telephone, "LIMIT", 0.2)
    monkeypatch.setattr(telephone, "AGAIN", 0.05)
    pbx.first = 1000
    assert (await telephone.call(line(pbx), b"")).status == 0
