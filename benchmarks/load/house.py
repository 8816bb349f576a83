"""The product as a benchmark runs it: `claimline up` in a folder of its own, with as many agents
as wanted, and what is compared with it added to the same Asterisk's dialplan.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from ari_app.boot import end_group, wait_until
from ari_app.clock import SystemClock
from ari_app.installing import prepare
from ari_app.pbx.client import Server
from ari_app.pbx.reloading import MARK, reload
from ari_app.planning import read_plan
from ari_app.render import ARI_USER
from ari_app.secrets_file import load_or_make
from ari_app.settings import Settings, load, load_ports
from benchmarks.load.remote import Remote
from claims_store import people, plans
from claims_store.people import Agent
from claims_store.store import Session, Store

T = TypeVar("T")

INJECTED = Path(__file__).parents[1] / "injected"
START_LIMIT = 120.0
FIRST_PHONE = 1001
FILES = 65536
OPTIONS = "# Made for a benchmark.\nready_when_registered = true\n"


class HouseFailed(Exception):
    """The product did not start, or did not do what the benchmark needs; the message says what."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run it; whoever is asked to end (SIGTERM) first ends the house it started."""

    async def guarded() -> T:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError:
        sys.exit("ended by signal")


@dataclass(frozen=True, slots=True)
class Added:
    """What a benchmark adds to the product's configuration."""

    plan: str
    dialplan: str = ""
    queues: str = ""


@dataclass(frozen=True, slots=True)
class House:
    """The running product."""

    settings: Settings
    store: Store
    phones: tuple[str, ...]
    pids: dict[str, int]
    """asterisk, app, worker, supervisor."""

    async def open(self, generator: Remote) -> None:
        """Let the generator be the trunk and all phones, and wait until every agent is ready."""
        secrets, ports = load_or_make(self.settings.state, []), load_ports(self.settings.state)
        phones = {number: secrets.phones[number] for number in self.phones}
        found = json.loads(self.settings.endpoints.read_text("utf-8"))
        trunk = (found["trunk"]["username"], found["trunk"]["password"])
        await generator.open(self.settings.host, ports.sip, trunk, phones)
        for _ in range(100):
            ready = [a.state for a in await self.store.run(people.agents)].count("ready")
            if ready == len(self.phones):
                return
            await asyncio.sleep(0.2)
        raise HouseFailed(f"only {ready} of {len(self.phones)} agents became ready")

    async def channels(self) -> int:
        """Channels that are up in Asterisk."""
        login = aiohttp.encode_basic_auth(ARI_USER, load_or_make(self.settings.state, []).ari)
        port = load_ports(self.settings.state).ari
        async with (
            aiohttp.ClientSession(headers={"Authorization": login}) as http,
            http.get(f"http://127.0.0.1:{port}/ari/channels") as answer,
        ):
            return len(await answer.json())

    async def emptied(self, limit: float = 30.0) -> int:
        """Wait until no call is up; the channels that are left after the limit."""
        end = asyncio.get_running_loop().time() + limit
        while left := await self.channels():
            if asyncio.get_running_loop().time() > end:
                return left
            await asyncio.sleep(0.3)
        return 0

    async def set_agents(self, state: str) -> None:
        """Send every agent into this state, as a supervisor may."""
        await self.store.run(_set_states, state)
        await asyncio.sleep(1)  # the app looks at changed rows every quarter of a second

    @asynccontextmanager
    async def without_worker(self) -> AsyncIterator[None]:
        """The worker stands still: what it does after a call is not the call's."""
        pid = self.pids["worker"]
        for _ in range(20):
            os.kill(pid, signal.SIGSTOP)
            if await self._writable():
                break
            os.kill(pid, signal.SIGCONT)  # it was stopped with the database in its hands
            await asyncio.sleep(0.2)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    async def _writable(self) -> bool:
        try:
            async with asyncio.timeout(1):
                await self.store.run(_touch)
        except TimeoutError:
            return False
        return True


def _touch(s: Session) -> None:
    first = people.agents(s)[0]
    people.put_agent(s, first)


def _set_states(s: Session, state: str) -> None:
    for agent in people.agents(s):
        people.set_state(s, agent.name, state, "by_hand", SystemClock().now())


def _furnish(s: Session, phones: Sequence[str], plan: str) -> None:
    for place, number in enumerate(phones, 1):
        title = {"zh": f"坐席{place}", "en": f"Agent {place}"}
        people.put_agent(s, Agent(f"agent{place}", title, number, {"language.zh": 9}, ("zh",), ()))
    plans.publish(s, plan, "benchmark", "", SystemClock().now())


@asynccontextmanager
async def running_house(
    phones: int, added: Added, *, change: Sequence[str] = (), database: str = "",
    folder: Path | None = None,
) -> AsyncIterator[House]:  # fmt: skip
    """Start it, end it, and leave nothing. `change` are words for `benchmarks/injected`; without
    a `database` URL it is SQLite; `folder` is where its state is made."""
    _allow_files()
    read_plan(added.plan)
    numbers = tuple(str(FIRST_PHONE + place) for place in range(phones))
    state = Path(tempfile.mkdtemp(prefix="bench-", dir=folder))
    try:
        (state / "settings.toml").write_text(OPTIONS, "utf-8")
        settings = load(state)
        if database:
            settings = settings.model_copy(update={"database": database})
        await prepare(settings, None)
        store = await Store.open(settings.database_url, settings.keys / "keys.db", settings.zone)
        try:
            await store.run(_furnish, numbers, added.plan)
            async with _up(settings, change):
                await _add(settings, added)
                pids = json.loads(settings.endpoints.read_text("utf-8"))["processes"]
                yield House(settings, store, numbers, pids)
        finally:
            await store.close()
    finally:
        shutil.rmtree(state, ignore_errors=True)


def _allow_files() -> None:
    """Thirteen files a recorded call: the usual limit of 1,024 would end the run."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@asynccontextmanager
async def _up(settings: Settings, change: Sequence[str]) -> AsyncIterator[None]:
    words = settings.state / "up.log"
    path = os.pathsep.join([str(INJECTED), os.environ.get("PYTHONPATH", "")])
    own = {"PYTHONPATH": path, "CLAIMLINE_BENCH": ",".join(change)} if change else {}
    if settings.database:
        own["CLAIMLINE_DATABASE"] = settings.database
    with words.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ari_app.cli", "up", "--state", str(settings.state),
            stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            env={**os.environ, "CLAIMLINE_LOG": "WARNING", **own},
        )  # fmt: skip
    try:
        await wait_until(
            lambda: settings.endpoints.exists() or process.returncode is not None,
            START_LIMIT, "claimline up",
        )  # fmt: skip
        if process.returncode is not None:
            raise HouseFailed(words.read_text("utf-8"))
        yield
    finally:
        await end_group(process, 30)


async def _add(settings: Settings, added: Added) -> None:
    """Append to what `up` wrote, and have Asterisk take it."""
    pieces = {"extensions.conf": added.dialplan, "queues.conf": added.queues}
    modules = {"extensions.conf": "pbx_config.so", "queues.conf": "app_queue.so"}
    changed = [name for name, text in pieces.items() if text]
    for name in changed:
        with (settings.etc / name).open("a", encoding="utf-8") as out:
            out.write(pieces[name])
    if changed:
        text = (settings.etc / "extensions.conf").read_text("utf-8")
        mark = next(line for line in text.splitlines() if line.startswith(MARK))
        server = Server("127.0.0.1", load_ports(settings.state).ari, ARI_USER,
                        load_or_make(settings.state, []).ari)  # fmt: skip
        await reload(server, [modules[name] for name in changed], mark.partition("= ")[2])
