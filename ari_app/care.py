"""How the app is, watched while it serves: its event loop, its disk, its clock, what was set right.
Said each second where `claimline status` reads it, and to the desk as alarms.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from ari_app import health
from ari_app.alarms import Alarms
from ari_app.clock import SteadyClock
from ari_app.disk import DiskWatch
from ari_app.healing import Heal, Healings
from ari_app.loop_watch import LoopWatch
from ari_app.settings import Settings

logger = logging.getLogger(__name__)

STEP = 1.0
"""Seconds by which the machine's clock must have been set to be told."""
LOOK_EVERY = 1.0


class Care:
    """One per running app. `quiet`: nobody is on the line, and no agent's time runs."""

    def __init__(
        self, settings: Settings, clock: SteadyClock, alarms: Alarms, quiet: Callable[[], bool]
    ) -> None:
        self.loop = LoopWatch()
        self.alarms = alarms
        self.healings = Healings()
        folders = (settings.incoming_recordings, settings.clips)
        self.disk = DiskWatch(folders, alarms, self.healed)
        self._settings = settings
        self._clock = clock
        self._quiet = quiet

    def healed(self, heal: Heal) -> None:
        """This was set right."""
        self.healings.note(heal, self._clock.now())

    async def run(self) -> None:
        """Watch until cancelled."""
        with self.loop.on():
            async with asyncio.TaskGroup() as group:
                group.create_task(self.loop.tick(), name="loop watch")
                group.create_task(self.disk.keep(), name="disk watch")
                group.create_task(self._follow_clock(), name="clock watch")
                group.create_task(
                    health.keep(self._settings.health, "app", self.say), name="health"
                )

    def say(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "at": self._clock.now().isoformat(timespec="seconds"),
            "loop": self.loop.plain(),
            "alarms": [asdict(alarm) for alarm in self.alarms.all()],
            "healed": self.healings.plain(),
        }

    async def _follow_clock(self) -> None:
        while True:
            self.look_at_clock()
            await asyncio.sleep(LOOK_EVERY)

    def look_at_clock(self) -> None:
        """Whoever set the machine's clock is followed when nobody's times run."""
        step = self._clock.stepped
        if abs(step) < STEP:
            self.alarms.clear("clock_stepped")
        elif self._quiet():
            logger.error("the machine's clock was set: it is followed", extra={"seconds": step})
            self._clock.follow()
            self.alarms.clear("clock_stepped")
        else:
            self.alarms.raise_("clock_stepped", seconds=round(step))
