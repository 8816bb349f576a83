"""Ways to hurt the running system, and to wait until it is whole again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from claims_store import calls as ledger
from tests.real.house import House, until

BACK_LIMIT = 20.0


def pid_of(house: House, name: str) -> int:
    """The process `name`: supervisor, asterisk, app or worker."""
    return int(house.endpoints["processes"][name])


async def replaced(house: House, pid: int, limit: float = BACK_LIMIT) -> None:
    """Wait until another app than `pid` takes calls."""

    async def back() -> bool:
        return pid_of(house, "app") != pid

    await until(back, limit)


async def restarted(house: House) -> float:
    """Kill the app; seconds until its successor takes calls."""
    pid, began = pid_of(house, "app"), time.monotonic()
    os.kill(pid, signal.SIGKILL)
    await replaced(house, pid)
    return time.monotonic() - began


@contextmanager
def stopped(*pids: int) -> Iterator[None]:
    """These processes get no processor; at the end they thaw."""
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in reversed(pids):
            os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def dead(house: House) -> AsyncIterator[None]:
    """The app is killed and stays dead; at the end it is started again and takes calls."""
    pid = pid_of(house, "app")
    with stopped(pid_of(house, "supervisor")):
        os.kill(pid, signal.SIGKILL)
        yield
    await replaced(house, pid)


async def nothing_left(house: House, limit: float = 15) -> None:
    """Wait until no channel is up on either side, and no row of the ledger is open."""

    async def empty() -> bool:
        left = (
            *await house.channels(), *await house.world.leftovers(),
            *await house.store.run(ledger.unfinished, house.settings.node),
        )  # fmt: skip
        return not left

    try:
        await until(empty, limit)
    except TimeoutError:
        left = [each["name"] for each in await house.channels()]
        rows = await house.store.run(ledger.unfinished, house.settings.node)
        outside = await house.world.leftovers()
        raise AssertionError(
            f"left over: {left} {outside} {[(r.call_id, r.stage) for r in rows]}"
        ) from None
