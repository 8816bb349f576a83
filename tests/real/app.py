"""A tiny app for the bare PBX: takes a call, plays, connects it with a phone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ari_app import tasks
from ari_app.boot import wait_until
from ari_app.outside.customer import Customer
from ari_app.outside.world import OutsideWorld
from ari_app.pbx import events, verbs
from ari_app.pbx.inbox import Inbox
from ari_app.pbx.phones import Phones, PhoneState
from tests.fakes.ari_contract import expect
from tests.real.bare import NUMBER, PHONES, Bare


@dataclass
class Held:
    """A call in the app's hands, and the customer at its other end."""

    bare: Bare
    channel: str
    inbox: Inbox
    customer: Customer

    async def play(self, *media: str) -> None:
        playback = f"{self.channel}-p"
        await self.bare.client.do(verbs.play(self.channel, media, playback=playback, lang="en"))
        await expect(self.inbox, events.PlaybackFinished, 30)
        await self.bare.client.do(verbs.start_silence(self.channel))

    async def talk(self, phone: str) -> None:
        """On to a phone, by the dialplan."""
        await self.bare.client.do(verbs.continue_(self.channel, "talk", phone))

    async def back(self, limit: float = 10) -> str:
        """The status with which the call came back from the talk."""
        offer = await expect(self.inbox, events.CallBroadcast, limit)
        await self.bare.client.do(verbs.claim(offer.channel.id, self.bare.client.app))
        return (await expect(self.inbox, events.StasisStart)).args[1]

    async def leave(self) -> None:
        """The customer hangs up, and nothing is left of the call at the PBX."""
        await self.customer.hang_up()
        await self.customer.ended()
        while (await expect(self.inbox, events.ChannelDestroyed)).channel.id != self.channel:
            continue
        self.inbox.close()


async def take_call(bare: Bare, world: OutsideWorld, caller: str = "+8613800138000") -> Held:
    """A customer dials and is answered by the app."""
    customer = world.customer()
    dialling = tasks.start(customer.dial(NUMBER, caller), name="dial")
    offer = await expect(bare.client.news, events.CallBroadcast)
    inbox = bare.client.inbox(offer.channel.id)
    await bare.client.do(verbs.claim(offer.channel.id, bare.client.app))
    await expect(inbox, events.StasisStart)
    await bare.client.do(verbs.subscribe(bare.client.app, offer.channel.id))
    await bare.client.do(verbs.answer(offer.channel.id))
    await bare.client.do(verbs.start_silence(offer.channel.id))
    async with asyncio.timeout(5):
        assert await dialling is None
    return Held(bare, offer.channel.id, inbox, customer)


class Floor:
    """What the PBX tells of the phones."""

    def __init__(self, bare: Bare) -> None:
        self.registered: list[str] = []
        self.phones = Phones(
            bare.ami, set(PHONES), lambda number, state: None, self.registered.append
        )

    async def up(self, world: OutsideWorld, *numbers: str) -> None:
        for number in numbers:
            await world.phone(number).register()
        await self.until(PhoneState.FREE, *numbers)

    async def until(self, state: PhoneState, *numbers: str, limit: float = 8) -> None:
        await wait_until(
            lambda: all(self.phones.state(number) is state for number in numbers),
            limit, f"{numbers} {state}",
        )  # fmt: skip
