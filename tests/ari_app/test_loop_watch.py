"""The watch sees who holds the loop, by processor time, and forgets on request."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app import tasks
from ari_app.boot import wait_until
from ari_app.loop_watch import LIMIT_S, TICK_S, LoopWatch, Spread

pytestmark = pytest.mark.unit


def burn(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


async def holder() -> None:
    await asyncio.sleep(0)
    burn(1.5 * LIMIT_S)
    await asyncio.sleep(0)


async def test_who_holds_the_loop_is_named() -> None:
    watch = LoopWatch()
    with watch.on():
        await tasks.start(holder(), name="greedy")
        await asyncio.sleep(0)
    figures = watch.figures()
    assert figures.over == 1 and 1000 * LIMIT_S < figures.longest_ms < 3000 * LIMIT_S
    assert figures.worst.startswith("greedy in holder")
    assert figures.last.startswith("greedy in holder") and figures.last.endswith("ms")
    assert figures.callbacks >= 4 and figures.p50_ms < 1


async def test_a_callback_that_waits_for_the_machine_holds_nothing() -> None:
    watch = LoopWatch()
    with watch.on():
        asyncio.get_running_loop().call_soon(time.sleep, 2 * LIMIT_S)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert watch.figures().over == 0
    assert watch.figures().callbacks


async def test_a_plain_function_is_named_and_the_start_is_forgotten() -> None:
    watch = LoopWatch()
    with watch.on():
        asyncio.get_running_loop().call_soon(burn, 1.2 * LIMIT_S)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert watch.plain()["worst"] == "burn"
        watch.restart()
    assert watch.figures().callbacks == watch.figures().over == 0
    assert asyncio.Handle._run.__name__ == "_run"  # type: ignore[attr-defined]


async def test_a_late_loop_is_noticed() -> None:
    watch = LoopWatch()
    ticking = tasks.start(watch.tick(), name="tick")
    await wait_until(lambda: watch.figures().late_longest_ms > 0, 5, "a tick")
    ticking.cancel()
    watch.woke(TICK_S + 0.5)
    assert watch.figures().late_longest_ms == 500


@given(st.lists(st.floats(1e-5, 10), min_size=1), st.floats(0.01, 1))
def test_a_share_is_right_to_a_tenth(durations: list[float], part: float) -> None:
    spread = Spread()
    for each in durations:
        spread.add(each)
    exact = sorted(durations)[max(0, -int(-part * len(durations) // 1) - 1)]
    assert spread.share(part) == pytest.approx(exact, rel=0.1)
    assert spread.longest == max(durations)


def test_of_nothing_there_is_nothing() -> None:
    assert Spread().share(0.99) == 0
