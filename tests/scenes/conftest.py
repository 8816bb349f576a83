"""A whole house in virtual time: real plan, real rules, real store on SQLite, a scripted caller."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ari_app import tasks
from ari_app.calls.house import House, opened
from ari_app.calls.journey import Journey
from ari_app.calls.ledger import Ledger
from ari_app.calls.switchboard import Switchboard
from ari_app.demo.seed import seed
from ari_app.planning import DEMO_PLAN, known_prompts, read_plan
from ari_app.settings import Settings
from claims_store import calls, migrate, people, steps
from claims_store.customers import Policy
from claims_store.errors import StoreAway
from claims_store.journal import Journal, JournalFull
from claims_store.store import Store
from routing.plan import Plan
from routing.stages import AgentState
from tests import virtual_time
from tests.fakes.line import FakeLine
from tests.virtual_time import BEGINNING, VirtualClock


class InlineStore(Store):
    """A store whose queries run in the loop's own thread: virtual time must not outrun a thread.

    While it is `away` no call can be written, while it is `blind` nothing can be read either.
    """

    away: bool = False
    blind: bool = False

    def begin(self, query: Callable[..., Any], *args: Any, **kwargs: Any) -> asyncio.Future[Any]:
        done = asyncio.get_running_loop().create_future()
        try:
            if self.blind or (self.away and query.__module__ == steps.__name__):
                raise StoreAway("for the scene")
            done.set_result(self.run_now(query, *args, **kwargs))
        except Exception as fault:
            done.set_exception(fault)
        return done

    together = begin


async def inline(work: Callable[..., Any], *args: Any) -> Any:
    """In place of a thread."""
    return work(*args)


@dataclass
class Scene:
    """One house; `play` runs a call from its first ring to its end."""

    store: InlineStore
    plan: Plan
    settings: Settings
    policies: list[Policy]
    ready: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    beginning: Any = BEGINNING
    board: Switchboard | None = None
    told: list[tuple[str, str]] = field(default_factory=list)
    number: int = 0

    def play(self, line: FakeLine, limit: float = 3600) -> str:
        """The outcome of the call; raises TimeoutError when it does not end by itself."""
        return virtual_time.run(self._play(line, limit))

    async def _play(self, line: FakeLine, limit: float) -> str:
        loop = asyncio.get_running_loop()
        clock = VirtualClock(loop, self.beginning)
        journal = Journal(self.settings.journal, self.store.vault)
        ledger = Ledger(self.store, journal, clock, lambda: None, inline)
        house = House(self.settings, ledger, clock, known_prompts()["en"])
        keeper = tasks.start(ledger.run(), name="ledger")
        self.board = Switchboard(
            self.store, clock, self.plan, lambda kind, key: self.told.append((kind, key))
        )
        board = tasks.start(self.board.run(), name="switchboard")
        for agent in await self.store.run(people.agents):
            self.board.set_state(agent, self._state(agent.name), "scene")
        try:
            async with asyncio.timeout(limit):
                return await self._lead(line, house)
        except TimeoutError:
            raise AssertionError(f"no end: {line.heard[-12:]} {line.acts[-12:]}") from None
        finally:
            board.cancel()
            keeper.cancel()
            await asyncio.wait({board, keeper})

    def _state(self, name: str) -> AgentState:
        if name in self.ready:
            return "ready"
        return "away" if name in self.away else "offline"

    async def _lead(self, line: FakeLine, house: House) -> str:
        assert self.board is not None
        self.number += 1
        line.call_id = f"n1-{self.number}.{id(line) % 1000}"
        call = await opened(house, line, self.plan, 1, "sip")
        outcome = await Journey(call, self.board).run()
        end = steps.closing(call.call_id, call.now(), outcome, call.talk_s or None)
        with suppress(JournalFull):
            await call.book.write(end.kind, **end.data)
        return outcome

    def catch_up(self) -> None:
        """The database is there again, and a new process brings what waits into it."""
        self.store.away = self.store.blind = False
        virtual_time.run(self._catch_up())

    async def _catch_up(self) -> None:
        clock = VirtualClock(asyncio.get_running_loop(), self.beginning)
        journal = Journal(self.settings.journal, self.store.vault)
        await Ledger(self.store, journal, clock, lambda: None, inline).recover()

    def shown(self, line: FakeLine) -> dict[str, Any]:
        """The call as `calls show --json` prints it."""
        return self.store.run_now(calls.show, line.call_id)


@pytest.fixture(scope="session")
def seeded() -> Iterator[Path]:
    """A folder with the demo's database and keys; copied by each scene."""
    fast = Path("/dev/shm")  # a scene proves order, not that a disk keeps its promise
    folder = Path(tempfile.mkdtemp(prefix="scenes-", dir=fast if fast.is_dir() else None))
    url = f"sqlite:///{folder / 'claims.db'}"
    migrate.upgrade(url)
    store = InlineStore.open_now(url, folder / "keys.db")
    seed(store, BEGINNING)
    store.close_now()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def scene(seeded: Path) -> Iterator[Scene]:
    """A fresh house for one test."""
    folder = Path(tempfile.mkdtemp(prefix="scene-", dir=seeded.parent))
    shutil.copytree(seeded, folder, dirs_exist_ok=True)
    store = InlineStore.open_now(f"sqlite:///{folder / 'claims.db'}", folder / "keys.db")
    plan = read_plan(DEMO_PLAN.read_text("utf-8"))
    policies = store.run_now(_policies)
    yield Scene(store, plan, Settings(state=folder), policies)
    store.close_now()
    shutil.rmtree(folder)


def _policies(s: Any) -> list[Policy]:
    from claims_store import customers

    everybody = customers.listing(s)
    return [policy for customer in everybody for policy in customers.policies(s, customer.id)]


Acts = Callable[[FakeLine, tuple[str, ...]], Awaitable[None]]


HANGS_UP = "hangs up"


def answers(keys: dict[str, str | list[str]], after: float = 0.5) -> Acts:
    """A caller who presses `keys[NAME]` when the prompt NAME is the last that asks something.

    A list is one answer each time he is asked; its last one stays. HANGS_UP ends the call.
    """
    left = {
        name: [turns] if isinstance(turns, str) else list(turns) for name, turns in keys.items()
    }

    async def react(line: FakeLine, prompts: tuple[str, ...]) -> None:
        for name in reversed(prompts):
            if name in left:
                turns = left[name]
                now = turns.pop(0) if len(turns) > 1 else turns[0]
                await asyncio.sleep(after)
                line.vanish() if now == HANGS_UP else line.press(*now)
                return

    return react


def said(line: FakeLine) -> list[str]:
    """Every prompt the caller heard, in order."""
    return [name for prompts in line.heard for name in prompts]


def events(shown: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The rows of a call's journal that are called `name`."""
    return [event for event in shown["events"] if event["event"] == name]


def known_as(scene: Scene, line: FakeLine) -> str | None:
    """The customer whom the ledger has for a call."""
    call = scene.store.run_now(calls.get, line.call_id)
    return call.customer_id if call else None


WHOLE: dict[str, str | list[str]] = {
    "menu-main": "1",
    "ask-any-injury": "2",
    "ask-safe": "1",
    "confirm-phone-caller": "1",
    "policy-known-keys": "2",
    "ask-policy": "#",
    "ask-line": "1",
    "ask-loss-day": "1",
    "ask-loss-time": "0810",
    "right-1-wrong-2": "1",
    "ask-region-code": "21#",
    "ask-loss-kind": "1",
    "ask-third-party": "1",
    "ask-police": "1",
    "ask-drivable": "1",
    "ask-at-scene": "1",
    "ask-driver": "1",
    "ask-reporter-relation": "1",
    "read-back-confirm": "1",
}
"""A caller who answers everything: a motor loss of this morning, the policy not at hand."""
