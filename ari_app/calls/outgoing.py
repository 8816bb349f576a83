"""Calls that we make: taken when somebody asked for them, over the first trunk that may carry
them, and cut by Asterisk itself when their minutes are used up.

Other trunks are tried when one cannot carry the call at all; not when nobody answers, or when the
one who was called is busy.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Container, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from ari_app import tasks
from ari_app.clock import Clock
from ari_app.pbx import events, verbs
from ari_app.pbx.ami import Ami
from ari_app.pbx.amiwire import Fields
from ari_app.pbx.client import Client
from ari_app.pbx.errors import PbxError
from ari_app.pbx.inbox import Inbox
from ari_app.pbx.results import Gone
from ari_app.settings import Settings
from claims_store import outgoing
from claims_store.store import Store
from routing.numbers import to_carrier
from routing.outgoing import Chosen, Declined, Used, decide

logger = logging.getLogger(__name__)

CONTEXT = "outgoing"
RING_S = 30
PREFIX = "out-"
"""Channels of outgoing calls are named so, and by the key of their row."""
ENDS = {
    1: "no_such_number",
    16: "no_answer",
    17: "busy",
    18: "no_answer",
    19: "no_answer",
    21: "refused",
}
"""Q.850 causes that say something of whom we called; all others of the way there."""
FAILED = "failed"
CAUSE_LIMIT = 1.0
"""Seconds for AMI to tell why a channel ended that ARI could not be asked to follow any more."""


class Outgoing:
    """Carries out what rows ask for. `lost`: the trunks that do not work now."""

    def __init__(
        self, settings: Settings, store: Store, clock: Clock, client: Client, ami: Ami,
        lost: Callable[[], Container[str]],
    ) -> None:  # fmt: skip
        self._settings = settings
        self._store = store
        self._clock = clock
        self._client = client
        self._lost = lost
        self._trunks = {trunk.name: trunk for trunk in settings.trunks}
        self._causes: dict[str, asyncio.Future[int]] = {}
        ami.on_event("Hangup", self._hung_up)
        self._limits = [trunk.limits for trunk in settings.trunks if trunk.limits]

    async def recover(self) -> None:
        """Go on with the calls of an earlier process; those that are over end now."""
        rows = await self._store.run(outgoing.unfinished, self._settings.node)
        for row in rows:
            tasks.start(self._go_on(row.key), name=f"outgoing {row.key}")

    async def _go_on(self, key: str) -> None:
        channel = PREFIX + key
        with self._client.inbox(channel) as inbox:
            outcome = "lost"
            if await self._client.do(verbs.channel(channel)):
                outcome = await self._follow(key, inbox)
        await self._store.run(outgoing.end, key, self._clock.now(), outcome)

    async def look(self) -> None:
        """Begin what is due."""
        for row in await self._store.run(outgoing.due):
            chosen = await self._begin(row, ())
            if isinstance(chosen, Chosen):
                tasks.start(self._carry(row, chosen), name=f"outgoing {row.key}")

    async def _begin(self, row: outgoing.Outgoing, tried: tuple[str, ...]) -> Chosen | Declined:
        now = self._clock.now()
        local = now.astimezone(ZoneInfo(self._settings.zone))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        limits = [each for each in self._limits if row.wish in ("", each.trunk)]

        def rule(number: str, used: Mapping[str, Used]) -> Chosen | Declined:
            return decide(number, limits, used, lost=self._lost(), tried=tried)

        node = self._settings.node
        chosen = await self._store.run(outgoing.begin, row.key, node, rule, now, midnight)
        logger.info("an outgoing call", extra={"key": row.key, "decision": str(chosen)})
        return chosen

    async def _carry(self, row: outgoing.Outgoing, chosen: Chosen) -> None:
        """Dial, over one trunk after the other as long as they fail."""
        tried: tuple[str, ...] = ()
        outcome = FAILED
        while True:
            try:
                outcome = await self._dial(row, chosen)
            except PbxError:
                logger.exception("an outgoing call failed", extra={"key": row.key})
            tried = (*tried, chosen.trunk)
            if outcome != FAILED:
                break
            again = await self._begin(row, tried)
            if isinstance(again, Declined):
                return
            chosen = again
        await self._store.run(outgoing.end, row.key, self._clock.now(), outcome)

    async def _dial(self, row: outgoing.Outgoing, chosen: Chosen) -> str:
        """One attempt; how it ended."""
        trunk, channel = self._trunks[chosen.trunk], PREFIX + row.key
        number = to_carrier(row.number, trunk.number_format, self._settings.country)
        dial = verbs.dial(
            channel, f"PJSIP/{number}@{trunk.name}", CONTEXT, row.purpose, timeout=RING_S,
            caller_id=f"<{trunk.out.number}>" if trunk.out and trunk.out.number else None,
            variables={"LIMIT": str(chosen.seconds)},
        )  # fmt: skip
        self._causes[channel] = asyncio.get_running_loop().create_future()
        try:
            with self._client.inbox(channel) as inbox:
                made = await self._client.do(dial)
                return await self._follow(row.key, inbox) if made else FAILED
        finally:
            del self._causes[channel]

    def _hung_up(self, event: Fields) -> None:
        """Told of outgoing channels alone: see `manager.conf.j2`."""
        cause = self._causes.get(event.get("Uniqueid", ""))
        if cause is not None and not cause.done():
            cause.set_result(int(event.get("Cause", "0")))

    async def _at_once(self, channel: str) -> str:
        """Why a call was over before it could be followed: somebody may be busy within moments."""
        if (cause := self._causes.get(channel)) is None:
            return FAILED
        try:
            return ENDS.get(await asyncio.wait_for(cause, CAUSE_LIMIT), FAILED)
        except TimeoutError:
            return FAILED

    async def _follow(self, key: str, inbox: Inbox) -> str:
        """Until the channel is destroyed; writes down when it is answered."""
        channel = PREFIX + key
        followed = await self._client.do(verbs.subscribe(self._client.app, channel))
        now = await self._client.do(verbs.channel(channel))
        if isinstance(followed, Gone) or isinstance(now, Gone):
            return await self._at_once(channel)
        answered = await self._answered(key, now, False)
        async for news in inbox:
            if isinstance(news, events.ChannelStateChange):
                answered = await self._answered(key, news.channel, answered)
            if isinstance(news, events.ChannelDestroyed):
                return "answered" if answered else ENDS.get(news.cause, FAILED)
        return FAILED

    async def _answered(self, key: str, channel: events.Channel, known: bool) -> bool:
        if channel.state != "Up" or known:
            return known
        at: datetime = self._clock.now()
        await self._store.run(outgoing.answered, key, at)
        return True
