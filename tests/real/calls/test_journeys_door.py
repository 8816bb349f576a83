"""Who may call: whoever authenticates as the trunk, with any number; nobody else gets anything."""

from __future__ import annotations

import asyncio
import re
import uuid

import pytest

from ari_app.installed import find_asterisk
from claims_store import calls
from tests.real.house import House
from tests.real.together import together

pytestmark = pytest.mark.real

HOTLINE = "5550101"
STRANGER = "+8613800137099"


@together
async def test_given_a_from_that_is_a_phones_number_when_it_is_the_trunk_then_it_is_a_call(
    house: House,
) -> None:
    caller = house.caller("201")
    await caller.dial(HOTLINE)
    await caller.hears("greeting")
    await caller.hears("menu-main")
    await caller.hangs_up()
    call = await house.closed(caller)
    assert (call["caller"], call["dialled"], call["agent"]) == ("201", HOTLINE, None)


class _Knocker(asyncio.DatagramProtocol):
    """Sends an INVITE without credentials, and keeps what comes back."""

    def __init__(self) -> None:
        self.answers: asyncio.Queue[str] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.answers.put_nowait(data.decode("utf-8", "replace"))


def _invite(host: str, port: int, own: int, sender: str, call_id: str) -> bytes:
    sdp = (
        f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
        "m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
    )
    head = (
        f"INVITE sip:{HOTLINE}@{host}:{port} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {host}:{own};branch=z9hG4bK{uuid.uuid4().hex};rport\r\n"
        f"From: <sip:{sender}@{host}>;tag=knock\r\nTo: <sip:{HOTLINE}@{host}>\r\n"
        f"Call-ID: {call_id}\r\nCSeq: 1 INVITE\r\nContact: <sip:{sender}@{host}:{own}>\r\n"
        "Max-Forwards: 70\r\nContent-Type: application/sdp\r\n"
        f"Content-Length: {len(sdp)}\r\n\r\n"
    )
    return (head + sdp).encode()


async def _knock(house: House, sender: str) -> None:
    sip, call_id = house.endpoints["sip"], uuid.uuid4().hex
    transport, knocker = await asyncio.get_running_loop().create_datagram_endpoint(
        _Knocker, local_addr=(sip["host"], 0)
    )
    try:
        own = transport.get_extra_info("sockname")[1]
        invite = _invite(sip["host"], sip["port"], own, sender, call_id)
        transport.sendto(invite, (sip["host"], sip["port"]))
        async with asyncio.timeout(5):
            answer = await knocker.answers.get()
        assert answer.splitlines()[0] == "SIP/2.0 401 Unauthorized"
        assert sender not in [each["caller"]["number"] for each in await house.channels()]
    finally:
        transport.close()
    rows = await house.store.run(calls.listing, 60)
    assert call_id not in [row.sip_call_id for row in rows]


@together
async def test_given_no_credentials_when_somebody_invites_then_he_gets_401_and_no_channel(
    house: House,
) -> None:
    for sender in (STRANGER, "trunk", "223"):
        await _knock(house, sender)


@together
async def test_given_the_dialplan_when_it_is_rendered_then_asterisk_has_every_application(
    house: House,
) -> None:
    """An unknown application is no error until a caller gets there."""
    text = (house.settings.etc / "extensions.conf").read_text("utf-8")
    used = set(
        re.findall(r"^(?:exten => [^,]+,[^,]+|\s*same => n(?:\([^)]*\))?),(\w+)\(", text, re.M)
    )
    assert {"Dial", "StasisBroadcast", "Queue", "AGI", "Playback", "MixMonitor"} <= used
    asterisk = find_asterisk()
    process = await asyncio.create_subprocess_exec(
        str(asterisk.command), "-C", str(house.settings.etc / "asterisk.conf"),
        "-rx", "core show applications", stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await process.communicate()
    known = {line.split(":")[0].strip() for line in said.decode().splitlines() if ":" in line}
    assert used - known == set(), said.decode()
