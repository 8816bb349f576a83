"""The database is locked under a caller: he hears no difference, and nothing of his is lost."""

from __future__ import annotations

import pytest

from ari_app.calls.ledger import WRITE_LIMIT
from tests.faults import stores
from tests.faults.breaking import nothing_left
from tests.faults.reporting import USUAL, reporter, whole
from tests.real.house import House

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]


async def test_a_locked_database_is_not_heard_and_loses_nothing(house: House) -> None:
    each = await reporter(house)
    await each.until("ask-safe")
    with stores.locked(house):
        await each.until("ask-loss-day")
        assert stores.waiting(house), "steps wait"
    await stores.caught_up(house)
    await each.until("ask-loss-time")
    await each.caller.hangs_up()
    await whole(house, each)
    assert each.gaps()[0][0] < WRITE_LIMIT + USUAL and each.gaps()[1][0] < USUAL
    await nothing_left(house)
