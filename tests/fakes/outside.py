"""The outside world of the demo without telephones: whoever is asked does it and is noted."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from ari_app.outside.leg import End


class FakeLeg:
    """One end of a call. `log` is shared by all: who did what, in order."""

    def __init__(self, who: str, log: list[str]) -> None:
        self.who = who
        self.log = log
        self.refused: End | None = None
        self.over = False

    async def dial(self, number: str, caller_id: str, *, limit: float = 30) -> End | None:
        self.log.append(f"{self.who} dials {number} as {caller_id}")
        return self.refused

    async def listen_until_quiet(
        self, pause: float, *, start: float = 10, limit: float = 30
    ) -> str:
        self.log.append(f"{self.who} listens")
        await asyncio.sleep(0)
        return "2.0 s of speech"

    async def press(self, keys: str) -> None:
        self.log.append(f"{self.who} presses {keys}")

    async def speak(self, clip: Path) -> bool:
        self.log.append(f"{self.who} says {clip.stem}")
        return True

    async def hang_up(self, reason: str = "normal") -> None:
        self.log.append(f"{self.who} hangs up")

    async def ended(self, limit: float = 30) -> End:
        return End(16, "")


class FakePhone:
    """A desk phone that is answered `calls` times."""

    def __init__(self, number: str, world: FakeWorld) -> None:
        self.number = number
        self.manner: Any = None
        self._world = world

    async def register(self) -> None:
        self._world.log.append(f"{self.number} registers")

    async def answered_call(self, limit: float = 30) -> FakeLeg:
        await self._world.calls.acquire()
        self._world.log.append(f"{self.number} answers")
        return FakeLeg(self.number, self._world.log)


class FakeWorld:
    """Customers and phones."""

    def __init__(self, calls: int = 1) -> None:
        self.log: list[str] = []
        self.calls = asyncio.Semaphore(calls)
        self.refused: End | None = None

    def phone(self, number: str) -> FakePhone:
        return FakePhone(number, self)

    def customer(self) -> FakeLeg:
        customer = FakeLeg("customer", self.log)
        customer.refused = self.refused
        return customer
