"""The demo call: keys and listening on the customer's side, a talk in two voices, typing at the
desk.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from ari_app import tasks
from ari_app.clock import Clock, SystemClock
from ari_app.demo import story
from ari_app.demo.cast import Cast
from ari_app.demo.customer_side import LEADS_TO_AGENT, follow
from ari_app.demo.desk_agent import DeskAgent
from ari_app.demo.telling import Teller
from ari_app.outside.customer import Customer
from ari_app.outside.leg import Leg
from ari_app.outside.phone import Manner
from ari_app.outside.world import OutsideWorld
from ari_app.settings import Settings
from claims_store import people
from claims_store.store import Store

RING = 0.4
TURN = 0.35
"""Seconds of quiet after which the other one begins to speak."""


async def play(
    cast: Cast, world: OutsideWorld, store: Store, settings: Settings, tell: Teller,
    clock: Clock | None = None,
) -> str:  # fmt: skip
    """One whole call; its id. `clock` is the installation's where it is not this machine's."""
    player = cast.agents[0]
    phone = world.phone(player.agent.phone)
    phone.manner = Manner(after=RING)
    await phone.register()
    await until_ready(store, player.agent.name)
    tell("agent", f"{player.agent.title['en']} signs in; desk phone {phone.number} is registered")
    async with DeskAgent(cast.web, player.agent.name, player.password) as desk:
        customer = world.customer()
        who, policy = cast.customers[0]
        tell("customer", f"{who.name} dials {cast.hotline} from {who.phone}")
        if failed := await customer.dial(cast.hotline, who.phone):
            raise ConnectionError(f"the call was not answered: {failed}")
        listening = tasks.start(follow(customer, LEADS_TO_AGENT, tell), name="customer listens")
        offer = await desk.offered()
        call_id = str(offer["offer"]["call_id"])
        tell("desk", f"offer of {who.name}, {policy.plate}: {offer['offer']['reason']['en']}")
        leg = await phone.answered_call()
        await listening
        await desk.talking()
        tell("agent", "answers")
        now = (clock or SystemClock()).now().astimezone(ZoneInfo(settings.zone))
        await _talk(cast, customer, leg, desk, call_id, now, tell)
        await leg.hang_up()
        tell("agent", "hangs up")
        await customer.listen_until_quiet(0.28, limit=3)
        await customer.hang_up()
        tell("customer", "hears that his report is filed, and hangs up")
    return call_id


async def until_ready(store: Store, name: str, limit: float = 10) -> None:
    """Wait until the ledger says that an agent takes calls."""
    async with asyncio.timeout(limit):
        while True:
            agent = await store.run(people.agent, name)
            if agent is not None and agent.state == "ready":
                return
            await asyncio.sleep(0.05)


async def _talk(
    cast: Cast, customer: Customer, leg: Leg, desk: DeskAgent, call_id: str, now: datetime,
    tell: Teller,
) -> None:  # fmt: skip
    """Clip by clip: one speaks, the other listens; the agent types what he heard."""
    told = story.load(cast.language)
    texts = {clip.name: clip.text for clip in told.clip}
    report = await desk.begin_report(call_id)
    for name in told.talk:
        by_customer = name.startswith("customer")
        speaks, hears = (customer, leg) if by_customer else (leg, customer)
        tell("customer" if by_customer else "agent", f'says "{texts[name]}"')
        listening = tasks.start(hears.listen_until_quiet(TURN), name="the other one listens")
        await speaks.speak(story.sound(cast.language, name))
        await listening
        for typed in told.typed_after(name):
            value = typed.value_at(now)
            saved = await desk.type(report, typed.field, value)
            tell("agent", f"types {typed.field} = {saved['value']} (still missing: "
                          f"{len(saved['missing'])})")  # fmt: skip
