"""After a start: what became of the calls that an earlier process led.

A talk needs nobody and is followed until its caller comes back; a caller who waited waits on with
his place; one who spoke with the line goes on at the step where he was; whom no process has led yet
comes in once more; ledger rows without a channel are closed: as cut if Asterisk died.
"""

from __future__ import annotations

import logging

from ari_app.calls.arrivals import Arrivals
from ari_app.calls.house import House
from ari_app.calls.resuming import WAITS
from ari_app.pbx import verbs
from ari_app.pbx.ami import Ami
from ari_app.pbx.catching_up import STASIS_APPS
from ari_app.pbx.client import Client
from ari_app.pbx.errors import PbxError
from ari_app.pbx.events import Bridge, Channel
from claims_store import calls, connections
from claims_store.calls import Call
from claims_store.steps import cutting, missing

logger = logging.getLogger(__name__)

ENTRIES = ("from-trunk", "outgoing")
"""Contexts of the dialplan in which new calls are offered."""


class Recovery:
    """Compares the ledger with Asterisk once. New calls are taken meanwhile, so that callers who
    are sent on find somebody who claims them."""

    def __init__(self, house: House, client: Client, ami: Ami, arrivals: Arrivals) -> None:
        self._house = house
        self._client = client
        self._ami = ami
        self._arrivals = arrivals
        self._began = house.clock.now()

    async def earlier(self) -> list[Call]:
        """The calls that an earlier process left open; asked before new ones are taken."""
        self._began = self._house.clock.now()
        return await self._house.ledger.look(calls.unfinished, self._house.settings.node)

    async def run(self, earlier: list[Call]) -> None:
        """See to each of them."""
        channels = {each.id: each for each in await self._client.do(verbs.channels()) or ()}
        bridges = await self._client.do(verbs.bridges()) or ()
        for call in earlier:
            if call.stage == connections.STAGE:
                continue  # `ari_app.calls.connecting` follows them itself
            channel = channels.pop(call.call_id, None)
            logger.info("a call of an earlier run", extra={"call": call.call_id})
            if channel is None:
                await self._close(call)
            elif call.call_id in self._arrivals.lines:
                continue  # he has come back by himself
            elif channel.dialplan.app_name in STASIS_APPS:
                await self._send_on(channel, "resumed", "s" if call.stage in WAITS else "talking")
            else:
                self._arrivals.adopt(channel, _legs(channel, channels, bridges))
        for channel in channels.values():
            if self._is_nobodys(channel):
                await self._send_on(channel, channel.dialplan.context, channel.dialplan.exten)

    def _is_nobodys(self, channel: Channel) -> bool:
        """Whether an earlier process died between its claim and the first row."""
        return (
            channel.dialplan.app_name in STASIS_APPS
            and channel.dialplan.context in ENTRIES
            and channel.id not in self._arrivals.lines
            and channel.creationtime < self._began
        )

    async def _close(self, call: Call) -> None:
        """Asterisk died with him in it, and he is rung back; or he hung up meanwhile."""
        now, born = self._house.clock.now(), self._client.born
        died = born is not None and born > call.started
        end = cutting(call.call_id, now) if died else missing(call.call_id, now)
        await self._house.ledger.write(end)

    async def _send_on(self, channel: Channel, context: str, exten: str) -> None:
        """To the hop by which he comes to this process; at the end of his prompt if AMI is away."""
        try:
            await self._ami.redirect(channel.id, context, exten)
        except PbxError:
            await self._send_on_by_ari(channel, context, exten)

    async def _send_on_by_ari(self, channel: Channel, context: str, exten: str) -> None:
        try:
            await self._client.do(verbs.continue_(channel.id, context, exten))
        except PbxError:
            logger.exception(
                "the dead-man's timer must take this caller", extra={"call": channel.id}
            )


def _legs(
    channel: Channel, channels: dict[str, Channel], bridges: tuple[Bridge, ...]
) -> tuple[Channel, ...]:
    """Who is in one bridge with the caller."""
    together = {name for each in bridges if channel.id in each.channels for name in each.channels}
    return tuple(channels[name] for name in together - {channel.id} if name in channels)
