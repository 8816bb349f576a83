"""Passwords: argon2id off the event loop, and a wait after wrong tries."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from claims_store import passwords

MIN_LENGTH = 10
MAX_LENGTH = 200


class Passwords:
    """Hashes and checks; a login nobody has takes as long as a wrong password."""

    def __init__(self) -> None:
        self._nobody: str | None = None
        self._turns = asyncio.Semaphore(2)  # 64 MiB each: a crowd of guesses must not take it all

    async def hash(self, password: str) -> str:
        """The text to store."""
        async with self._turns:
            return await asyncio.to_thread(passwords.hashed, password)

    async def check(self, stored: str | None, password: str) -> bool:
        """Whether it is the password; `stored` is None when there is no such person."""
        if self._nobody is None:
            self._nobody = await self.hash(passwords.make())
        async with self._turns:
            right = await asyncio.to_thread(passwords.matches, stored or self._nobody, password)
        return right and stored is not None


@dataclass(slots=True)
class _Tries:
    failed: int = 0
    until: datetime | None = None


@dataclass(slots=True)
class Throttle:
    """After `free` wrong tries each further one must wait, twice as long each time, at most 5 min.

    Keyed by login and by address ("from:..."), so that neither one person's many addresses nor one
    address's many logins get more tries; an address may be a whole office, and has `free_from`.
    Kept in memory: a restart forgives.
    """

    now: Callable[[], datetime]
    free: int = 5
    free_from: int = 30
    longest: timedelta = timedelta(minutes=5)
    size: int = 4096
    _tries: OrderedDict[str, _Tries] = field(default_factory=OrderedDict)

    def wait(self, *keys: str) -> timedelta:
        """How long these have to wait before the next try."""
        now = self.now()
        ends = [self._tries[key].until for key in keys if key in self._tries]
        waits = [end - now for end in ends if end is not None and end > now]
        return max(waits, default=timedelta())

    def failed(self, *keys: str) -> None:
        """Count a wrong try."""
        now = self.now()
        for key in keys:
            tries = self._tries.setdefault(key, _Tries())
            tries.failed += 1
            over = tries.failed - (self.free_from if key.startswith("from:") else self.free)
            if over >= 0:
                tries.until = now + min(self.longest, timedelta(seconds=2 ** min(over, 16)))
            self._tries.move_to_end(key)
        while len(self._tries) > self.size:
            self._tries.popitem(last=False)

    def passed(self, *keys: str) -> None:
        """Forget the wrong tries after a right one."""
        for key in keys:
            self._tries.pop(key, None)
