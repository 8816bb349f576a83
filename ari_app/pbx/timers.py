"""The dead-man's timer inside Asterisk: while the app lives it is pushed back, caller by caller."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

from ari_app.pbx.ami import Ami
from ari_app.pbx.errors import Away, PbxError
from ari_app.pbx.results import Gone

AT_ONCE = 20  # over HTTP each takes a connection


class Armable(Protocol):
    """A caller with a timer; see `ari_app.pbx.ari_line.AriLine`."""

    call_id: str

    def armed(self) -> None: ...

    async def arm_by_http(self, seconds: int) -> None: ...


async def arm(ami: Ami, lines: Iterable[Armable], seconds: int) -> None:
    """Let the timer of each line fire in `seconds`.

    By AMI, all in one go; caller by caller over ARI's HTTP when AMI is away. Nothing is raised: who
    could not be armed is caught by the timer itself.
    """
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(line: Armable) -> None:
        try:
            done = await ami.set_variable(line.call_id, "TIMEOUT(absolute)", str(seconds))
        except Away:
            async with slots:
                await line.arm_by_http(seconds)
        except PbxError:
            return
        else:
            if not isinstance(done, Gone):
                line.armed()

    await asyncio.gather(*(one(line) for line in lines))
