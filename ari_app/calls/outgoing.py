"""Calls that we make: taken when somebody asked for them, over the first trunk that may carry
them, and cut by Asterisk itself when their minutes are used up.

Other trunks are tried when one cannot carry the call at all; not when nobody answers, or when the
one who was called is busy.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from zoneinfo import ZoneInfo

from ari_app import tasks
from ari_app.calls.connecting import Connecting, Way
from ari_app.calls.dialling import ANSWERED, ENDS, FAILED, FIRST
from ari_app.clock import Clock
from ari_app.pbx import events, verbs
from ari_app.pbx.ami import Ami
from ari_app.pbx.amiwire import Fields
from ari_app.pbx.ari_line import AriLine
from ari_app.pbx.client import Client
from ari_app.pbx.errors import PbxError
from ari_app.pbx.inbox import Inbox
from ari_app.pbx.results import Gone
from ari_app.pbx.scope import CallEnded
from ari_app.settings import Settings
from claims_store import call_attempts, call_orders, connections, outgoing
from claims_store.call_attempts import AHEAD, Rule
from claims_store.call_orders import CONNECT
from claims_store.store import Store
from routing.numbers import to_carrier, to_e164
from routing.outgoing import Chosen, Declined, Used, decide

logger = logging.getLogger(__name__)

CONTEXT = "outgoing"
RING_S = 30
PREFIX = "out-"
"""Channels of outgoing calls are named so, and by the key of their row."""
NO_CALL = ""
"""A phone whose call was never made: the ledger has nothing to close."""
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
        self._connecting = Connecting(store, clock, client, settings.node)

    async def recover(self) -> None:
        """Go on with the calls of an earlier process; those that are over end now."""
        rows = await self._store.run(outgoing.unfinished, self._settings.node)
        for row in rows:
            tasks.start(self._go_on(row), name=f"outgoing {row.key}")

    async def _go_on(self, row: outgoing.Outgoing) -> None:
        connects = row.purpose == CONNECT
        channel = PREFIX + row.key
        if connects and (order := await self._store.run(call_orders.of_attempt, row.key)):
            channel = order.call_id or channel
        with self._client.inbox(channel, beside=True) as inbox:
            outcome = "lost"
            there = await self._client.do(verbs.channel(channel))
            if row.purpose != AHEAD and not isinstance(there, Gone):
                if connects:
                    outcome = await self._connecting.follow(row.key, channel, inbox)
                else:
                    outcome = await self._follow(row.key, inbox)
        if connects:
            await self._store.run(connections.over, channel, self._clock.now(), outcome)
        await self._end(row.key, outcome)

    async def look(self) -> None:
        """Begin what is due."""
        for row in await self._store.run(call_attempts.due, self._clock.now()):
            chosen = await self.begin(row, ())
            if isinstance(chosen, Chosen):
                carry = self._connect if row.purpose == CONNECT else self._carry
                tasks.start(carry(row, chosen), name=f"outgoing {row.key}")

    async def begin(self, row: outgoing.Outgoing, tried: tuple[str, ...]) -> Chosen | Declined:
        """Which trunk may carry a call, reserved for it."""
        rule = self._rule(row.wish, tried)
        chosen = await self._store.run(call_attempts.begin, row.key, rule)
        logger.info("an outgoing call", extra={"key": row.key, "decision": str(chosen)})
        return chosen

    def _rule(self, wish: str = "", tried: tuple[str, ...] = ()) -> Rule:
        """By what it is decided now."""
        now = self._clock.now()
        local = now.astimezone(ZoneInfo(self._settings.zone))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        limits = [each for each in self._limits if wish in ("", each.trunk)]

        def rule(number: str, used: Mapping[str, Used]) -> Chosen | Declined:
            return decide(number, limits, used, lost=self._lost(), tried=tried)

        return Rule(self._settings.node, rule, now, midnight)

    async def _end(self, key: str, outcome: str) -> None:
        await self._store.run(call_attempts.end, key, self._clock.now(), outcome)

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
            again = await self.begin(row, tried)
            if isinstance(again, Declined):
                return
            chosen = again
        await self._end(row.key, outcome)

    async def _connect(self, row: outgoing.Outgoing, chosen: Chosen) -> None:
        """Connect two people; the first is reached over a trunk as well unless he is at a desk."""
        order = await self._store.run(call_orders.of_attempt, row.key)
        first: Way | None = None
        outcome = FAILED
        if order is not None and order.first.startswith("+"):
            ahead = row.key + FIRST, order.first, order.by
            found = await self._store.run(call_attempts.ahead, *ahead, self._rule())
            if isinstance(found, Declined):
                await self._end(row.key, "not_connected")
                return
            first = self.way(order.first, found)
        try:
            second = self.way(row.number, chosen)
            outcome = await self._connecting.carry(row.key, PREFIX + row.key, first, second)
        except PbxError:
            logger.exception("two people were not connected", extra={"key": row.key})
        if first is not None:
            await self._end(row.key + FIRST, outcome)
        await self._end(row.key, outcome)

    async def dialled(self, line: AriLine, phone: str, digits: str) -> str:
        """Somebody has dialled a number outside at his desk phone; how it ended."""
        number = to_e164(digits, "national", self._settings.country)
        wish = f"dialled-{line.call_id}", phone, number
        attempt, chosen = await self._store.run(call_attempts.dialled, *wish, self._rule())
        if isinstance(chosen, Declined):
            forbidden = chosen.why in ("not_allowed", "no_number")
            with suppress(CallEnded):
                async with line.while_up():
                    await line.answer()
                    await line.say(
                        ["connect-not-allowed" if forbidden else "connect-failed"], barge_in=False
                    )
                    await line.hang_up()
            return NO_CALL
        outcome = FAILED
        try:
            outcome = await self._connecting.take(attempt, line, self.way(number, chosen))
        except PbxError:
            logger.exception("a number was not dialled", extra={"key": attempt})
        finally:
            await self._end(attempt, outcome)
        return outcome

    def way(self, number: str, chosen: Chosen) -> Way:
        """A number as the chosen trunk wants it, and what that trunk shows."""
        trunk = self._trunks[chosen.trunk]
        dialled = to_carrier(number, trunk.number_format, self._settings.country)
        return Way(trunk.name, dialled, trunk.out.number if trunk.out else "", chosen.seconds)

    async def _dial(self, row: outgoing.Outgoing, chosen: Chosen) -> str:
        """One attempt; how it ended."""
        way, channel = self.way(row.number, chosen), PREFIX + row.key
        dial = verbs.dial(
            channel, f"PJSIP/{way.number}@{way.trunk}", CONTEXT, row.purpose, timeout=RING_S,
            caller_id=f"<{way.shown}>" if way.shown else None,
            variables={"LIMIT": str(way.seconds)},
        )  # fmt: skip
        self._causes[channel] = asyncio.get_running_loop().create_future()
        try:
            with self._client.inbox(channel, beside=True) as inbox:
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
                return ANSWERED if answered else ENDS.get(news.cause, FAILED)
        return FAILED

    async def _answered(self, key: str, channel: events.Channel, known: bool) -> bool:
        if channel.state != "Up" or known:
            return known
        await self._store.run(call_attempts.answered, key, self._clock.now())
        return True
