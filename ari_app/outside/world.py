"""The outside world: a second Asterisk that plays the carrier, its callers, and the desk phones.

    async with outside_world(target, asterisk) as world:
        await world.phone("201").register()
        customer = world.customer()
        await customer.dial(target.hotline, "+8613800138000")

It gets nothing from Claimline but SIP and RTP.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from ari_app import tasks
from ari_app.boot import AsteriskProcess, start_asterisk
from ari_app.directories import Directories, prepare_directories
from ari_app.installed import Asterisk, assets
from ari_app.outside.config import APP, USER, Plan, write_all, write_registrations
from ari_app.outside.customer import Customer
from ari_app.outside.leg import Exchange, Leg
from ari_app.outside.phone import Phone, Telephone
from ari_app.outside.relay import Relay
from ari_app.outside.target import Target
from ari_app.pbx import verbs
from ari_app.pbx.client import Client, Server
from ari_app.pbx.decoding import subjects
from ari_app.pbx.errors import PbxError
from ari_app.pbx.events import StasisStart
from ari_app.settings import Ports, choose_ports

logger = logging.getLogger(__name__)

CONNECT_LIMIT = 10.0
REGISTRATIONS = "res_pjsip_outbound_registration.so"


class OutsideWorld:
    """Customers and phones of one outside Asterisk."""

    def __init__(self, plan: Plan, client: Client, relays: dict[str, Relay]) -> None:
        self._plan = plan
        self._client = client
        self._exchange = Exchange(client, plan.dirs.spool)
        self._numbers = itertools.count(1)
        self._plugged: set[str] = set()
        self._plugging = asyncio.Lock()
        self._calls: dict[str, Leg] = {}
        self._mobiles: dict[str, Telephone] = {}
        self._host = host = f"{plan.target.host}:{plan.target.port}"
        self._phones = {
            number: Phone(self._exchange, number, relay, host, self._plug)
            for number, relay in relays.items()
        }

    @property
    def phones(self) -> tuple[Phone, ...]:
        return tuple(self._phones.values())

    def phone(self, number: str) -> Phone:
        return self._phones[number]

    def mobile(self, number: str) -> Telephone:
        """A telephone of the public network, by its number as the trunk dials it."""
        if number not in self._mobiles:
            self._mobiles[number] = Telephone(self._exchange, number, self._host)
        return self._mobiles[number]

    def customer(self) -> Customer:
        """A person with a telephone, who has not dialled yet."""
        channel = f"customer-{next(self._numbers):05}"
        return Customer(self._exchange, channel)

    async def _plug(self, number: str, on: bool) -> None:
        async with self._plugging:
            (self._plugged.add if on else self._plugged.discard)(number)
            write_registrations(self._plan, self._plugged)
            await self._client.do(verbs.reload_module(REGISTRATIONS))

    async def run(self) -> None:
        """Let the phones ring."""
        async for news in self._client.news:
            if isinstance(news, StasisStart) and (called := self._called(news.args)):
                channel = news.channel.id
                self._calls[channel] = called.rings(channel)
                continue
            for channel in subjects(news) & self._calls.keys():
                self._calls[channel].hear(news)

    def _called(self, args: Sequence[str]) -> Telephone | None:
        """Whose telephone a call from the PBX is for."""
        number = args[0] if len(args) == 1 else ""
        return self._phones.get(number) or (self.mobile(number) if number.isdigit() else None)

    async def leftovers(self) -> tuple[str, ...]:
        """Names of the channels that are up."""
        found = await self._client.do(verbs.channels())
        return tuple(channel.name for channel in found or ())

    async def hang_up_all(self, limit: float = 5) -> tuple[str, ...]:
        """End every call, again and again until none is left; the names of those that stay."""
        end = asyncio.get_running_loop().time() + limit
        while found := await self._client.do(verbs.channels()):
            if asyncio.get_running_loop().time() > end:
                break
            for channel in found:
                await self._client.do(verbs.hang_up(channel.id))
            await asyncio.sleep(0.05)
        return tuple(channel.name for channel in found or ())

    async def close(self) -> None:
        """End all calls and let go of their sockets."""
        try:
            if left := await self.hang_up_all():
                logger.error("calls of the outside did not end", extra={"channels": left})
        except PbxError:
            logger.error("the outside's Asterisk is not there any more")
        self._exchange.close()


@asynccontextmanager
async def outside_world(
    target: Target, asterisk: Asterisk, state: Path | None = None, ports: Ports | None = None
) -> AsyncIterator[OutsideWorld]:
    """Boot the outside; at the end hang everything up and leave no process and no folder.

    Without a `state` folder of the caller's own, what was heard goes with it; with `ports` of his
    the PBX can know where to reach it.
    """
    async with AsyncExitStack() as stack:
        run = Path(tempfile.mkdtemp(prefix="clo-"))  # its sockets' paths must stay short
        stack.callback(shutil.rmtree, run, ignore_errors=True)
        relays = await _relays(target, stack)
        plan = Plan(
            target=target,
            ports=ports or choose_ports(),
            dirs=Directories.of(state or run / "state", run, asterisk),
            ari_password=secrets.token_hex(16),
            ways={number: port for number, (_, port) in relays.items()},
        )
        process = await _boot(plan, asterisk)
        stack.push_async_callback(process.stop)
        client = Client(Server("127.0.0.1", plan.ports.ari, USER, plan.ari_password), APP)
        world = OutsideWorld(plan, client, {number: way[0] for number, way in relays.items()})
        for work, name in ((client.run(), "outside ARI"), (world.run(), "outside phones")):
            stack.push_async_callback(_stop, tasks.start(work, name=name))
        async with asyncio.timeout(CONNECT_LIMIT):
            await client.wait_connected()
        stack.push_async_callback(world.close)
        yield world


async def _relays(target: Target, stack: AsyncExitStack) -> dict[str, tuple[Relay, int]]:
    relays: dict[str, tuple[Relay, int]] = {}
    for phone in target.phones:
        relay = Relay((target.host, target.port))
        stack.callback(relay.close)
        relays[phone.number] = (relay, await relay.open(target.host))
    return relays


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


async def _boot(plan: Plan, asterisk: Asterisk) -> AsteriskProcess:
    prepare_directories(plan.dirs, asterisk, assets() / "sounds")
    write_all(plan)
    return await start_asterisk(asterisk, plan.dirs.etc)
