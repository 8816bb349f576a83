"""The dead-man's timer inside Asterisk: while the app lives it is pushed back, caller by caller."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from ari_app.pbx import verbs
from ari_app.pbx.ami import Ami
from ari_app.pbx.client import Client
from ari_app.pbx.errors import Away
from ari_app.pbx.results import Done, Gone

AT_ONCE = 20  # over HTTP each takes a connection


async def arm(ami: Ami, client: Client, channels: Iterable[str], seconds: int) -> set[str]:
    """Let the timer of each channel fire in `seconds`; the channels that are gone.

    By AMI, all in one go; channel by channel over ARI's HTTP when AMI is away. Nothing
    is raised: who could not be armed is caught by the timer itself.
    """
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(channel: str) -> str | None:
        try:
            done = await ami.set_variable(channel, "TIMEOUT(absolute)", str(seconds))
        except Away:
            async with slots:
                done = await _by_http(client, channel, seconds)
        return channel if isinstance(done, Gone) else None

    ends = await asyncio.gather(*(one(channel) for channel in channels))
    return {channel for channel in ends if channel is not None}


async def _by_http(client: Client, channel: str, seconds: int) -> Done | Gone:
    try:
        return await client.do(verbs.arm_timer(channel, seconds))
    except Away:
        return Done()
