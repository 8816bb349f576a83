"""The cable between a phone and the PBX."""

from __future__ import annotations

import asyncio

import pytest

from ari_app.boot import wait_until
from ari_app.outside.relay import Address, Relay

pytestmark = pytest.mark.unit


class Party(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.got: list[tuple[bytes, Address]] = []

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self.got.append((data, addr))


async def test_packets_pass_both_ways_until_the_cable_is_cut() -> None:
    loop = asyncio.get_running_loop()
    here = ("127.0.0.1", 0)
    pbx_side, pbx = await loop.create_datagram_endpoint(Party, local_addr=here)
    phone_side, phone = await loop.create_datagram_endpoint(Party, local_addr=here)
    relay = Relay(pbx_side.get_extra_info("sockname"))
    port = await relay.open("127.0.0.1")
    phone_side.sendto(b"REGISTER", ("127.0.0.1", port))
    await wait_until(lambda: len(pbx.got) == 1, 3, "it passes")
    seen_at = pbx.got[0][1]
    pbx_side.sendto(b"200 OK", seen_at)
    await wait_until(lambda: len(phone.got) == 1, 3, "it passes back")
    relay.cut = True
    phone_side.sendto(b"lost", ("127.0.0.1", port))
    pbx_side.sendto(b"lost", seen_at)
    await asyncio.sleep(0.05)
    relay.cut = False
    phone_side.sendto(b"BYE", ("127.0.0.1", port))
    await wait_until(lambda: len(pbx.got) == 2, 3, "it passes again")
    assert [data for data, _ in pbx.got] == [b"REGISTER", b"BYE"]
    assert [data for data, _ in phone.got] == [b"200 OK"]
    for open_one in (relay, pbx_side, phone_side):
        open_one.close()
    await asyncio.sleep(0)


async def test_before_the_phone_has_spoken_nothing_reaches_it() -> None:
    relay = Relay(("127.0.0.1", 9))
    await relay.open("127.0.0.1")
    relay._from_pbx(b"INVITE", ("127.0.0.1", 9))
    relay.close()
    await asyncio.sleep(0)
