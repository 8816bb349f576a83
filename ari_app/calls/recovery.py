"""After a start: what became of the calls that an earlier process led.

Talks need nobody and are left alone; a caller who still waits in the app is handed to the net,
which needs no memory of ours; ledger rows without a channel are closed as cut.
"""

from __future__ import annotations

import logging

from ari_app.calls.arrivals import Arrivals
from ari_app.calls.house import House
from ari_app.pbx import verbs
from ari_app.pbx.ami import Ami
from ari_app.pbx.client import Client
from ari_app.pbx.errors import PbxError
from ari_app.pbx.line_news import STASIS_APPS
from claims_store import calls

logger = logging.getLogger(__name__)


class Recovery:
    """Compares the ledger with Asterisk once, before new calls are taken."""

    def __init__(self, house: House, client: Client, ami: Ami, arrivals: Arrivals) -> None:
        self._house = house
        self._client = client
        self._ami = ami
        self._arrivals = arrivals

    async def run(self) -> None:
        house = self._house
        channels = {each.id: each for each in await self._client.do(verbs.channels()) or ()}
        for call in await house.store.run(calls.unfinished, house.settings.node):
            channel = channels.get(call.call_id)
            if channel is None:
                await house.store.run(calls.close, call.call_id, house.clock.now(), "cut")
            elif channel.dialplan.app_name in STASIS_APPS:
                await self._to_net(call.call_id)
            logger.info("a call of an earlier run", extra={"call": call.call_id})

    async def _to_net(self, call_id: str) -> None:
        try:
            await self._ami.redirect(call_id, "fallback", "s")
        except PbxError:
            logger.exception("the dead-man's timer must take this caller", extra={"call": call_id})
