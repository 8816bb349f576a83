"""Runs the tests that make real calls side by side: a call costs seconds, not processor time.

A test marked with `@together` is started, with all the others that were collected, when the first
of them is asked for; each then only waits for its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from ari_app import tasks
from tests.real.house import House, callers

AT_ONCE = 8
Scenario = Callable[[House], Awaitable[None]]
Started = dict[str, asyncio.Task[None]]


def together(scenario: Scenario) -> Callable[..., Any]:
    """Make a scenario a test that runs side by side with the others."""

    @pytest.mark.asyncio(loop_scope="session")
    async def test(house: House, started: Started) -> None:
        await started[_name(scenario)]

    test.__name__, test.__doc__ = scenario.__name__, scenario.__doc__
    test.__module__ = scenario.__module__
    test.scenario = scenario  # type: ignore[attr-defined]  # what `start` looks for
    return test


def _name(scenario: Scenario) -> str:
    return f"{scenario.__module__}.{scenario.__name__}"


def start(items: list[pytest.Item], house: House) -> Started:
    """Start every collected scenario; only so many have a call in the air at a time."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(scenario: Scenario) -> None:
        async with slots:
            callers.set(mine := [])
            try:
                await scenario(house)
            finally:
                await asyncio.gather(*(each.leaves() for each in mine))

    found = [getattr(getattr(item, "function", None), "scenario", None) for item in items]
    return {_name(each): tasks.start(one(each), name=_name(each)) for each in found if each}
