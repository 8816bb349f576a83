"""The next app waits, loaded; it goes on when it is told to."""

from __future__ import annotations

import asyncio
import sys

import pytest

from ari_app import serving, standby
from ari_app.boot import end_group, wait_until
from ari_app.standby import Process, Standby

pytestmark = pytest.mark.unit

WAITS = "import sys; print('loaded', flush=True); print('said', sys.stdin.readline(), flush=True)"


async def waits() -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", WAITS, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


async def said(process: Process) -> str:
    assert process.stdout is not None
    lines = [await process.stdout.readline() for _ in range(2)]
    await process.wait()
    return lines[-1].decode().strip()


async def test_the_first_is_started_and_the_next_one_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standby, "PAUSE", 0.0)
    keeper = Standby(waits)
    first = await keeper.take()
    assert await said(first) == "said go"
    keeper.prepare()
    await wait_until(lambda: keeper._next is not None, 5, "the next one")
    next_one = keeper._next
    assert next_one is not None and next_one.returncode is None
    taken = await keeper.take()
    assert taken is next_one and await said(taken) == "said go"


async def test_one_that_died_while_it_waited_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standby, "PAUSE", 0.0)
    keeper = Standby(waits)
    keeper.prepare()
    await wait_until(lambda: keeper._next is not None, 5, "the next one")
    dead = keeper._next
    assert dead is not None
    await end_group(dead)
    taken = await keeper.take()
    assert taken is not dead and await said(taken) == "said go"


def test_an_app_whose_supervisor_died_while_it_waited_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Closed:
        def readline(self) -> str:
            return ""

    monkeypatch.setattr(sys, "stdin", Closed())
    monkeypatch.setattr(serving, "run", lambda state: pytest.fail("it must not serve"))
    serving.main()
