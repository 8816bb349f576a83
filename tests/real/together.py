"""Runs the tests that make real calls side by side: a call costs seconds, not processor time.

A test marked with `@together` is started, with all the others of its folder, when the first of them
is asked for; each then only waits for its own.
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


class Started:
    """The scenarios of a run, started folder by folder; only so many have a call in the air at a
    time."""

    def __init__(self, items: list[pytest.Item], house: House) -> None:
        found = [(getattr(getattr(each, "function", None), "scenario", None), each.path.parent)
                 for each in items]  # fmt: skip
        self._folders = {_name(scenario): folder for scenario, folder in found if scenario}
        self._scenarios = {_name(scenario): scenario for scenario, _ in found if scenario}
        self._house = house
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._running: dict[str, asyncio.Task[None]] = {}

    def of(self, scenario: Scenario) -> asyncio.Task[None]:
        """What became of a scenario, begun with its folder's others if it was not yet."""
        name = _name(scenario)
        if name not in self._running:
            for other, folder in self._folders.items():
                if folder == self._folders[name]:
                    play = self._play(self._scenarios[other])
                    self._running[other] = tasks.start(play, name=other)
        return self._running[name]

    async def over(self) -> None:
        """All that were started have ended."""
        if self._running:
            await asyncio.wait(self._running.values())

    async def _play(self, scenario: Scenario) -> None:
        async with self._slots:
            callers.set(mine := [])
            try:
                await scenario(self._house)
            finally:
                await asyncio.gather(*(each.leaves() for each in mine))


def together(scenario: Scenario) -> Callable[..., Any]:
    """Make a scenario a test that runs side by side with the others."""

    @pytest.mark.asyncio(loop_scope="session")
    async def test(house: House, started: Started) -> None:
        await started.of(scenario)

    test.__name__, test.__doc__ = scenario.__name__, scenario.__doc__
    test.__module__ = scenario.__module__
    test.scenario = scenario  # type: ignore[attr-defined]  # what `Started` looks for
    return test


def _name(scenario: Scenario) -> str:
    return f"{scenario.__module__}.{scenario.__name__}"
