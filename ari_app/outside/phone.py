"""A desk phone: registers at the PBX, rings, is answered or not, holds and transfers; and a
telephone of the public network, which only rings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ari_app import tasks
from ari_app.outside.leg import End, Exchange, Leg
from ari_app.outside.relay import Relay
from ari_app.pbx import verbs
from ari_app.pbx.results import Gone


@dataclass(frozen=True, slots=True)
class Manner:
    """What happens when the phone rings: somebody answers `after` seconds, or nobody does
    (None), or it is `busy` and says so."""

    after: float | None = 0.5
    busy: bool = False


REFER_SECONDS = 0.5
NOBODY = Manner(after=None)
BUSY = Manner(busy=True)


class PhoneCall(Leg):
    """A call at a desk phone."""

    def __init__(self, exchange: Exchange, channel: str, phone: Telephone) -> None:
        super().__init__(exchange, channel)
        self._phone = phone
        self.answered = False
        self.settled = asyncio.Event()
        """It was answered, or ended without."""

    async def ring(self) -> None:
        await self._client.do(verbs.ring(self.channel))

    async def answer(self) -> None:
        """Take the receiver off."""
        await self._client.do(verbs.answer(self.channel))
        await self.connect()
        self.answered = True
        self.settled.set()

    def _end(self, end: End) -> None:
        super()._end(end)
        self.settled.set()

    async def hold(self) -> None:
        await self._client.do(verbs.hold(self.channel))

    async def take_back(self) -> None:
        """End the hold."""
        await self._client.do(verbs.unhold(self.channel))

    async def transfer(self, number: str) -> None:
        """Blind: send the other side on to `number`, and leave."""
        await self._refer(self._phone.address(number))

    async def transfer_to(self, consult: Leg) -> None:
        """Attended: connect the other side with the one at the end of `consult`, and leave."""
        call_id = await consult.sip_call_id()
        to_tag = await consult.sip_dialog("remote_tag")
        from_tag = await consult.sip_dialog("local_tag")
        replaces = f"{call_id}%3Bto-tag%3D{to_tag}%3Bfrom-tag%3D{from_tag}"
        await self._refer(f"{self._phone.address(self._phone.number)}?Replaces={replaces}")

    async def _refer(self, address: str) -> None:
        """Ask the PBX to do it; a phone that was heeded hangs up by itself."""
        await self._client.do(verbs.refer(self.channel, f"PJSIP/{address}"))
        try:
            await self.ended(REFER_SECONDS)
        except TimeoutError:
            await self.hang_up()


class Telephone:
    """A telephone of the public network, which rings when it is called. `manner` may be changed at
    any time and holds for the next ring."""

    def __init__(self, exchange: Exchange, number: str, host: str) -> None:
        self.number = number
        self.manner = Manner()
        self._exchange = exchange
        self._host = host
        self._calls: asyncio.Queue[PhoneCall] = asyncio.Queue()

    async def call(self, limit: float = 30) -> PhoneCall:
        """The next call that rang here and is not over; it may still ring."""
        async with asyncio.timeout(limit):
            while (call := await self._calls.get()).over:
                continue
            return call

    async def answered_call(self, limit: float = 30) -> PhoneCall:
        """The next call that rang here, once it is answered."""
        async with asyncio.timeout(limit):
            while True:
                call = await self.call(limit)
                await call.settled.wait()
                if call.answered:
                    return call

    def address(self, number: str) -> str:
        """The SIP address of a number at the PBX."""
        return f"sip:{number}@{self._host}"

    def rings(self, channel: str) -> PhoneCall:
        """A call has come in."""
        call = PhoneCall(self._exchange, channel, self)
        tasks.start(self._behave(call), name=f"phone {self.number}")
        return call

    async def _behave(self, call: PhoneCall) -> None:
        await call.watch()
        manner = self.manner
        if manner.busy:
            await call.hang_up("busy")
            return
        self._calls.put_nowait(call)
        await call.ring()
        await call.prepare()
        if manner.after is not None:
            await asyncio.sleep(manner.after)
            await call.answer()


class Phone(Telephone):
    """A desk phone, by its cable to the PBX."""

    def __init__(
        self, exchange: Exchange, number: str, relay: Relay, host: str,
        plug: Callable[[str, bool], Awaitable[None]],
    ) -> None:  # fmt: skip
        super().__init__(exchange, number, host)
        self.cable = relay
        self._plug = plug
        self._dialled = 0

    async def register(self) -> None:
        """Plug it in: it registers within moments."""
        self.cable.cut = False
        await self._plug(self.number, True)

    async def unregister(self) -> None:
        """Plug it out in an orderly way: it says so to the PBX."""
        await self._plug(self.number, False)

    def vanish(self, *calls: Leg) -> None:
        """Lose power: from now on nothing comes from it, neither SIP nor (of `calls`) sound."""
        self.cable.cut = True
        for call in calls:
            call.fall_silent()

    async def dial(self, number: str, *, limit: float = 30) -> Leg:
        """Call from this phone, such as to consult a colleague; returns at the answer."""
        self._dialled += 1
        channel = f"phone-{self.number}-{self._dialled:05}"
        leg = Leg(self._exchange, channel)
        client = self._exchange.client
        await leg.prepare()
        endpoint = f"PJSIP/{number}@{self.number}"
        made = await client.do(
            verbs.originate(channel, endpoint, app=client.app, timeout=int(limit))
        )
        if isinstance(made, Gone):
            raise ConnectionError(f"{self.number} cannot call {number}: {made.reason}")
        await leg.pick_up(limit)
        return leg
