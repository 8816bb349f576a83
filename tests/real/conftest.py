"""One Asterisk to try the client on, and one outside world, for the whole run."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from ari_app.outside.world import OutsideWorld, outside_world
from ari_app.pbx import verbs
from ari_app.render import find_asterisk
from tests.real.bare import Bare, bare_pbx


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bare() -> AsyncIterator[Bare]:
    """A PBX with a minimal dialplan, and the client on it."""
    async with bare_pbx(find_asterisk()) as running:
        yield running
        assert not await running.client.do(verbs.channels()), "calls were left over"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bare_world(bare: Bare) -> AsyncIterator[OutsideWorld]:
    """Customers and phones of the bare PBX."""
    async with outside_world(bare.target, bare.asterisk) as world:
        yield world
        assert not await world.hang_up_all()
