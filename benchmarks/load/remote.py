"""The generator as the benchmark uses it: starts it, asks it, ends it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from ari_app.boot import end_group
from benchmarks.load.job import Job, Now, Told

REGISTER_LIMIT = 15.0
ANSWER_LIMIT = 20.0
LINE = 64 * 1024 * 1024
"""Longest answer: all calls of a long run."""


class GeneratorFailed(Exception):
    """The generator did not do what it was asked to; the message says what."""


class Remote:
    """A running generator."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.latest = 0.0
        """The worst lateness of packets that was told, in ms; whoever measures sets it to 0."""
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    async def _ask(self, do: str, **more: Any) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        try:
            async with asyncio.timeout(ANSWER_LIMIT):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise GeneratorFailed(f"the generator does not answer ({do})") from None
        if not line:
            raise GeneratorFailed("the generator ended; its words are above")
        return json.loads(line)

    async def open(
        self, host: str, port: int, trunk: tuple[str, str], phones: Mapping[str, str]
    ) -> None:
        """Register all phones."""
        await self._ask("open", host=host, port=port, trunk=trunk, phones=dict(phones))
        found = 0
        for _ in range(int(REGISTER_LIMIT / 0.1)):
            found = (await self.now()).registered
            if found == len(phones):
                return
            await asyncio.sleep(0.1)
        raise GeneratorFailed(f"only {found} of {len(phones)} phones could register")

    async def start(self, job: Job) -> None:
        """Begin to place the calls of a job."""
        await self._ask("start", **asdict(job))

    async def now(self) -> Now:
        found = Now(**await self._ask("now"))
        self.latest = max(self.latest, found.late_ms)
        return found

    async def told(self) -> list[Told]:
        """The calls that ended since the last question, two seconds after their end."""
        return [Told(**each) for each in await self._ask("told")]

    async def drop(self) -> None:
        """Let every caller hang up."""
        await self._ask("drop")

    async def run(self, job: Job) -> list[Told]:
        """Place the calls and wait until the last has ended."""
        before = await self.now()
        await self.start(job)
        found: list[Told] = []
        limit = job.count / job.rate + job.limit + 15
        end = asyncio.get_running_loop().time() + limit
        while len(found) < job.count:
            if asyncio.get_running_loop().time() > end:
                raise GeneratorFailed(f"{job.count - len(found)} calls have not ended")
            await asyncio.sleep(0.5)
            now = await self.now()
            if now.ended - before.ended >= job.count or now.ended % 50 == 0:
                found += await self.told()
        return found


@asynccontextmanager
async def generator() -> AsyncIterator[Remote]:
    """A generator; its complaints appear on standard error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.load.generator", stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, start_new_session=True, limit=LINE,
    )  # fmt: skip
    try:
        yield Remote(process)
    finally:
        await end_group(process)
