"""After a start: what became of the calls that an earlier process led.

A talk needs nobody and is followed until its caller comes back; a caller who waited waits on with
his place; any other caller in the app is handed to the net, which needs no memory of ours; ledger
rows without a channel are closed as cut.
"""

from __future__ import annotations

import logging

from ari_app.calls.arrivals import Arrivals
from ari_app.calls.house import House
from ari_app.calls.resuming import WAITS
from ari_app.pbx import verbs
from ari_app.pbx.ami import Ami
from ari_app.pbx.client import Client
from ari_app.pbx.errors import PbxError
from ari_app.pbx.events import Bridge, Channel
from ari_app.pbx.line_news import STASIS_APPS
from claims_store import calls, cuts
from claims_store.calls import Call
from claims_store.steps import closing, cutting

logger = logging.getLogger(__name__)


class Recovery:
    """Compares the ledger with Asterisk once. New calls are taken meanwhile, so that callers who
    are sent on find somebody who claims them."""

    def __init__(self, house: House, client: Client, ami: Ami, arrivals: Arrivals) -> None:
        self._house = house
        self._client = client
        self._ami = ami
        self._arrivals = arrivals

    async def earlier(self) -> list[Call]:
        """The calls that an earlier process left open; asked before new ones are taken."""
        return await self._house.ledger.look(calls.unfinished, self._house.settings.node)

    async def run(self, earlier: list[Call]) -> None:
        """See to each of them."""
        channels = {each.id: each for each in await self._client.do(verbs.channels()) or ()}
        bridges = await self._client.do(verbs.bridges()) or ()
        for call in earlier:
            channel = channels.get(call.call_id)
            logger.info("a call of an earlier run", extra={"call": call.call_id})
            if channel is None:
                await self._close(call)
            elif call.call_id in self._arrivals.lines:
                continue  # he has come back by himself
            elif channel.dialplan.app_name in STASIS_APPS and call.stage in WAITS:
                await self._send_on(call.call_id, "resumed")
            elif channel.dialplan.app_name in STASIS_APPS:
                self._arrivals.adopt(channel, ())
                await self._send_on(call.call_id, "fallback")
            else:
                self._arrivals.adopt(channel, _legs(channel, channels, bridges))

    async def _close(self, call: Call) -> None:
        """Asterisk died with him in it, and he is rung back; or he hung up meanwhile."""
        now, born = self._house.clock.now(), self._client.born
        died = born is not None and born > call.started
        end = cutting(call.call_id, now) if died else closing(call.call_id, now, cuts.CUT)
        await self._house.ledger.write(end)

    async def _send_on(self, call_id: str, context: str) -> None:
        try:
            await self._ami.redirect(call_id, context, "s")
        except PbxError:
            logger.exception("the dead-man's timer must take this caller", extra={"call": call_id})


def _legs(
    channel: Channel, channels: dict[str, Channel], bridges: tuple[Bridge, ...]
) -> tuple[Channel, ...]:
    """Who is in one bridge with the caller."""
    together = {name for each in bridges if channel.id in each.channels for name in each.channels}
    return tuple(channels[name] for name in together - {channel.id} if name in channels)
