"""The tests' house: one `claimline up`, one outside world, pools of callers, numbers and agents.

    async with house.agent() as agent:
        caller = house.caller()
        await caller.dial(agent.hotline)

Every test takes a number and an agent of its own, so that all of them can run side by side.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from ari_app.boot import end_group, wait_until
from ari_app.demo.desk_agent import DeskAgent
from ari_app.installed import find_asterisk
from ari_app.installing import prepare
from ari_app.outside.phone import Manner, Phone
from ari_app.outside.target import read_target
from ari_app.outside.world import OutsideWorld, outside_world
from ari_app.render import ARI_USER
from ari_app.secrets_file import load_or_make
from ari_app.settings import Settings, load, load_ports, write_private
from claims_store import calls, claims, customers, people
from claims_store.claims import Claim
from claims_store.customers import Customer, Policy
from claims_store.people import Agent
from claims_store.store import Store
from tests.real import plan
from tests.real.caller import Caller
from tests.real.carrier import Carrier

T = TypeVar("T")

START_LIMIT = 60.0
callers: ContextVar[list[Caller]] = ContextVar("callers")
"""The callers of the scenario that runs: they are hung up when it fails."""
BROKEN_CALLER = "+8613800137999"
"""The caller whose menu has a bug (tests/real/injected)."""
PROCESSES = {"supervisor", "asterisk", "app", "worker"}
INJECTED = Path(__file__).parent / "injected"


@dataclass(frozen=True, slots=True)
class Desk:
    """An agent with his phone, registered and ready, for one test alone."""

    agent: Agent
    phone: Phone
    hotline: str


@dataclass
class House:
    """The running system as the tests see it."""

    settings: Settings
    process: asyncio.subprocess.Process
    store: Store
    world: OutsideWorld
    trunk_end: Carrier | None = None
    _desks: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    _pairs: asyncio.Queue[tuple[str, str]] = field(default_factory=asyncio.Queue)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(101))
    _customers: dict[str, list[Customer]] = field(default_factory=dict)

    @property
    def endpoints(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.settings.endpoints.read_text("utf-8"))
        return found

    def number(self) -> str:
        """A number that nobody knows."""
        return f"+8613800137{next(self._numbers)}"

    def caller(self, number: str | None = None) -> Caller:
        """Somebody with a telephone; without a `number` nobody knows him."""
        made = Caller(self.world.customer(), self.number() if number is None else number)
        callers.get([]).append(made)
        return made

    async def customer(self, language: str = "en") -> tuple[Customer, tuple[Policy, ...]]:
        """A customer that no other test uses, with his policies. The first English one, who has an
        open claim, is never given: see `claimant`."""
        if not self._customers:
            for each in await self.store.run(customers.listing):
                self._customers.setdefault(each.language, []).append(each)
        chosen = self._customers[language].pop()
        return chosen, tuple(await self.store.run(customers.policies, chosen.id))

    async def claimant(self) -> tuple[Customer, Claim]:
        """The customer who speaks English and has an open claim, and that claim."""
        everybody = await self.store.run(customers.listing)
        known = {each.id: each for each in everybody if each.language == "en"}
        for claim in await self.store.run(claims.listing):
            if claim.customer_id in known and claim.closed is None:
                return known[claim.customer_id], claim
        raise AssertionError("no English customer of the demo has an open claim")

    @asynccontextmanager
    async def nobody(self) -> AsyncIterator[str]:
        """The hotline of a desk whose agent is not there."""
        number = await self._desks.get()
        try:
            yield plan.hotline(number)
        finally:
            self._desks.put_nowait(number)

    @asynccontextmanager
    async def agent(self) -> AsyncIterator[Desk]:
        """A desk of one's own, with its agent ready; waits until one is free."""
        number = await self._desks.get()
        async with self.desk(number) as desk:
            yield desk
        self._desks.put_nowait(number)  # not after a failure, when he may be talking still

    @asynccontextmanager
    async def pair(self) -> AsyncIterator[tuple[Desk, Desk]]:
        """Two desks: the hotline of the first leads to it alone, the pair's to the first and then
        to the second."""
        numbers = await self._pairs.get()
        try:
            async with self.desk(numbers[0]) as first, self.desk(numbers[1]) as second:
                yield first, second
        finally:
            self._pairs.put_nowait(numbers)

    @asynccontextmanager
    async def desk(self, number: str) -> AsyncIterator[Desk]:
        """This very desk, with its agent ready; gone again afterwards."""
        agent = await self.store.run(people.agent_by_phone, number)
        assert agent is not None
        phone = self.world.phone(number)
        phone.manner = Manner(after=0.2)
        await phone.register()
        await self.state_of(agent.name, "ready")
        try:
            yield Desk(agent, phone, plan.hotline(number))
        except BaseException:
            await phone.unregister()
            raise
        await phone.unregister()
        await self.state_of(agent.name, "offline", limit=30)

    @property
    def carrier(self) -> Carrier:
        assert self.trunk_end is not None
        return self.trunk_end

    async def state_of(self, agent: str, *states: str, limit: float = 10) -> None:
        """Wait until the ledger says that an agent is in one of these states."""
        found = ""

        async def there() -> bool:
            nonlocal found
            row = await self.store.run(people.agent, agent)
            found = row.state if row else "nobody"
            return found in states

        try:
            await until(there, limit)
        except TimeoutError:
            raise AssertionError(f"{agent} is {found}, not {' or '.join(states)}") from None

    def signed_in(self, desk: Desk) -> DeskAgent:
        """The desk's page of the agent, through HTTP as the browser does."""
        found = self.endpoints
        password = next(user["password"] for user in found["users"] if user["role"] == "agent")
        return DeskAgent(found["web"], desk.agent.name, password)

    async def call_of(self, caller: Caller, limit: float = 10) -> str:
        """The id of this caller's call, found by the Call-ID of his dialog."""

        async def there() -> str:
            rows = await self.store.run(calls.listing, 60)
            found = (row.call_id for row in rows if row.sip_call_id == caller.sip_call_id)
            return next(found, "")

        return await until(there, limit)

    async def show(self, call_id: str) -> dict[str, Any]:
        """The call as `claimline calls show --json` gives it."""
        return await self.store.run(calls.show, call_id)

    async def closed(self, caller: Caller, limit: float = 10) -> dict[str, Any]:
        """His call once its ledger row is closed."""
        call_id = await self.call_of(caller)

        async def over() -> bool:
            call = await self.store.run(calls.get, call_id)
            return call is not None and call.ended is not None

        await until(over, limit)
        return await self.show(call_id)

    async def outcome(self, call_id: str) -> str | None:
        call = await self.store.run(calls.get, call_id)
        assert call is not None
        return call.outcome

    async def claimline(self, *words: str) -> tuple[int, str]:
        """Run the command with this installation: exit code and output."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ari_app.cli", *words, "--state", str(self.settings.state),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    async def channels(self) -> list[dict[str, Any]]:
        """The channels that are up in the PBX."""
        ports = load_ports(self.settings.state)
        login = aiohttp.encode_basic_auth(ARI_USER, load_or_make(self.settings.state, []).ari)
        async with (
            aiohttp.ClientSession(headers={"Authorization": login}) as http,
            http.get(f"http://127.0.0.1:{ports.ari}/ari/channels") as answer,
        ):
            found: list[dict[str, Any]] = await answer.json()
        return found


def alive(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def until(there: Callable[[], Awaitable[T]], limit: float) -> T:
    """Wait until `await there()` gives something; nothing announces it. TimeoutError."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limit
    while not (found := await there()):
        if loop.time() > end:
            raise TimeoutError
        await asyncio.sleep(0.05)
    return found


@asynccontextmanager
async def running_house(
    plan_text: str, carrier: Carrier | None = None, *, wishes: str = ""
) -> AsyncIterator[House]:
    """A house with the demo's insurer, this plan and more desks; ended at the end. A `carrier` is
    one of its trunks; else `wishes` is what stands in `settings.toml`."""
    state = Path(tempfile.mkdtemp(prefix="house-"))
    try:
        if wishes:
            write_private(state / "settings.toml", wishes)
        if carrier is not None:
            carrier.contract(state)
        await prepare(load(state), "demo")
        settings = load(state)
        store = await Store.open(settings.database_url, settings.keys / "keys.db", settings.zone)
        try:
            await store.run(plan.furnish, plan_text)
            async with _up(settings) as process:
                target = read_target(settings.endpoints)
                async with outside_world(target, find_asterisk()) as world:
                    house = _house(settings, process, store, world)
                    if carrier is not None:
                        house.trunk_end = carrier.meet(settings.state)
                    yield house
        finally:
            await store.close()
    finally:
        shutil.rmtree(state, ignore_errors=True)


def _house(
    settings: Settings, process: asyncio.subprocess.Process, store: Store, world: OutsideWorld
) -> House:
    house = House(settings, process, store, world)
    for number in plan.SINGLE:
        house._desks.put_nowait(number)
    for pair in plan.PAIRS:
        house._pairs.put_nowait(pair)
    return house


@asynccontextmanager
async def _up(settings: Settings) -> AsyncIterator[asyncio.subprocess.Process]:
    """`claimline up`, until calls can be taken; its words are shown when it fails."""
    words = settings.state / "up.log"
    path = os.pathsep.join([str(INJECTED), os.environ.get("PYTHONPATH", "")])
    with words.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ari_app.cli", "up", "--state", str(settings.state),
            "--seed", "demo", stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": path, "CLAIMLINE_TEST_BROKEN_CALLER": BROKEN_CALLER},
        )  # fmt: skip
    try:
        await wait_until(
            lambda: settings.endpoints.exists() or process.returncode is not None,
            START_LIMIT, "claimline up",
        )  # fmt: skip
        assert process.returncode is None, words.read_text("utf-8")
        yield process
    finally:
        await end_group(process, 20)
