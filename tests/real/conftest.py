"""One Asterisk to try the client on, and one outside world, for the whole run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from ari_app import tasks
from ari_app.installed import find_asterisk
from ari_app.outside.world import OutsideWorld, outside_world
from ari_app.pbx import verbs
from tests.real import plan
from tests.real.app import Floor
from tests.real.bare import Bare, bare_pbx
from tests.real.carrier import Carrier, free_port
from tests.real.house import House, running_house
from tests.real.playing import Played, play
from tests.real.storied import Storied, Telling, tell
from tests.real.together import Started


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The calls that run side by side when little else does; what breaks the house last."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    needs = set(getattr(item, "fixturenames", ()))
    if "quiet" in needs:
        return 3
    if hasattr(getattr(item, "function", None), "scenario"):
        return 2
    return 1 if needs & {"played", "told"} and "night" not in needs else 0


async def still_there(channels: Callable[[], Awaitable[object]], limit: float = 3) -> object:
    """What is left of the calls once they had time to end."""
    end = asyncio.get_running_loop().time() + limit
    left = await channels()
    while left and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.1)  # nothing announces it
        left = await channels()
    return left


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bare() -> AsyncIterator[Bare]:
    """A PBX with a minimal dialplan, and the client on it."""
    async with bare_pbx(find_asterisk()) as running:
        yield running
        assert not await still_there(lambda: running.client.do(verbs.channels()))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bare_world(bare: Bare) -> AsyncIterator[OutsideWorld]:
    """Customers and phones of the bare PBX."""
    async with outside_world(bare.target, bare.asterisk) as world:
        yield world
        assert not await still_there(world.leftovers), "calls were left over"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def floor(bare: Bare) -> Floor:
    """What the bare PBX tells of its phones."""
    return Floor(bare)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def carrier() -> AsyncIterator[Carrier]:
    """A carrier at which the house has to register."""
    running = await Carrier(free_port()).start()
    yield running
    running.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(carrier: Carrier) -> AsyncIterator[House]:
    """The whole system with its outside, shared by all tests that make real calls."""
    async with running_house(plan.text(), carrier) as running:
        yield running
        assert not await still_there(running.channels, 10), "channels were left over"
        assert not await still_there(running.world.leftovers), "calls were left over"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def played() -> asyncio.Task[Played]:
    """The demo, begun."""
    return tasks.start(play(), name="demo")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def storied(tmp_path_factory: pytest.TempPathFactory) -> Telling:
    """The story of a claim, begun; its customer opens his pages in a real browser."""
    folder = tmp_path_factory.mktemp("story")
    return Telling(folder / "state", tasks.start(tell(folder), name="story"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def told(storied: Telling) -> Storied:
    """The story at its end."""
    return await storied.task


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def quiet(house: House, started: Started) -> House:
    """The house once all calls that run side by side are over: for tests that break it."""
    await started.over()
    return house


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def started(request: pytest.FixtureRequest, house: House) -> Started:
    """The collected scenarios, in the air once one of their folder is asked for."""
    return Started(request.session.items, house)
