"""Sends one message: takes it through its states, each written down before and after the channel
is touched, so that it is sent once however often the worker dies in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from ari_app.clock import Clock
from ari_app.jobs.carrying import NotYet, SetAside
from ari_app.notify.channel import Channel, Doubt, Notice, Receipt, Refused, State, Unsent
from ari_app.notify.texts import Texts
from claims_store import messages, receipts
from claims_store.consequences import follow_message
from claims_store.consequences.effects import Follow, Message
from claims_store.errors import StoreAway
from claims_store.messages import Asked, Desk, Doubtful, Send, Settled, Step
from claims_store.rules.contacting import Later, Occasion, Rules, Way
from claims_store.store import Session, Store

P = ParamSpec("P")
T = TypeVar("T")

AGAIN_S = 1.0
"""Seconds until a database that is away is asked again."""
FOLLOWED = timedelta(days=2)
"""For how long news of a message are asked for."""


class Post:
    """Carries messages out over the channels that are open."""

    def __init__(
        self, store: Store, channels: Mapping[str, Channel], ways: tuple[Way, ...], rules: Rules,
        texts: Texts, clock: Clock,
    ) -> None:  # fmt: skip
        self._store = store
        self._channels = channels
        self._desk = Desk(rules, ways)
        self._zone = rules.zone
        self._texts = texts
        self._clock = clock

    async def send(self, message: Message) -> None:
        """Send it, or find that it was sent. Raises NotYet when it has to wait, SetAside when a
        person has to look, TextProblem when it cannot be worded."""
        text = self._texts.get(message.text)
        self._texts.word(message.text, message.values, message.language, self._zone)
        asked = Asked(
            message.key, Notice.clean(message.to), message.text, message.language,
            Occasion(text.topic, text.answers), message.report, message.channel,
        )  # fmt: skip
        step: Step = await self._stored(self._desk.take, asked, self._clock.now())
        while not isinstance(step, Settled):
            if isinstance(step, Later):
                raise NotYet(step.why, max(0.0, (step.until - self._clock.now()).total_seconds()))
            if isinstance(step, Doubtful):
                step = await self._clear(asked, message, step)
            else:
                step = await self._send(asked, message, step)
        if step.state == "failed":
            raise SetAside(step.why)

    async def follow(self, follow: Follow, now: datetime) -> None:
        """Ask what became of a message without a receipt. Raises NotYet while it is on the way."""
        open_ = await self._stored(follow_message.unsettled, follow.key, now - FOLLOWED)
        waits = False
        for part in open_:
            channel = self._channels.get(part.channel)
            state = await channel.ask(part.key, part.part, part.message_id) if channel else None
            if state in ("delivered", "failed"):
                told = part.channel, part.message_id, str(state), ""
                await self._stored(self._desk.told, *told, self._clock.now())
            elif channel is not None:
                waits = True
        if waits:
            raise NotYet("no_receipt", follow_message.pause(open_[0].at, now).total_seconds())

    def heard(self, channel: str) -> Callable[[Receipt], Awaitable[None]]:
        """Where receipts of a channel go."""

        async def store(receipt: Receipt) -> None:
            await self._store.run(self._take_receipt, channel, receipt, self._clock.now())

        return store

    def _take_receipt(self, s: Session, channel: str, receipt: Receipt, now: datetime) -> None:
        told = channel, receipt.message_id, receipt.state, receipt.reason[:40]
        if not self._desk.told(s, *told, now):
            receipts.keep(s, channel, receipt.message_id, receipt.to, receipt.reference,
                          receipt.state, receipt.reason[:40], now)  # fmt: skip

    def _notice(self, message: Message, send: Send) -> Notice:
        worded = self._texts.word(message.text, message.values, send.language, self._zone)
        return Notice(
            message.key, send.address, send.language, message.text, Notice.clean(worded.body),
            Notice.clean(worded.subject),
        )  # fmt: skip

    async def _send(self, asked: Asked, message: Message, send: Send) -> Step:
        channel = self._channels[send.channel]
        notice = self._notice(message, send)
        try:
            message_id = await channel.send(notice, send.part)
        except Unsent as fault:
            return await self._stored(self._desk.unsent, asked, str(fault), self._clock.now())
        except Refused as fault:
            return await self._stored(self._desk.refused, asked, str(fault), self._clock.now())
        except Doubt:
            return await self._stored(self._desk.take, asked, self._clock.now())
        return await self._accepted(asked, notice, send, channel, message_id)

    async def _accepted(
        self, asked: Asked, notice: Notice, send: Send, channel: Channel, message_id: str
    ) -> Step:
        last = send.part + 1 >= channel.parts(notice)
        return await self._stored(
            self._desk.accepted, asked, message_id, last, channel.ask_after_s, self._clock.now()
        )

    async def _clear(self, asked: Asked, message: Message, doubt: Doubtful) -> Step:
        """Find out whether the part was taken; when nobody can say, send it again after a while."""
        send, now = doubt.send, self._clock.now()
        channel = self._channels.get(send.channel)
        if channel is None:
            return await self._stored(self._desk.unsent, asked, messages.NO_WAY, now)
        notice = self._notice(message, send)
        if doubt.known is not None:
            return await self._accepted(asked, notice, send, channel, doubt.known)
        state: State | None = await channel.ask(asked.key, send.part, "")
        if state in ("sent", "delivered"):
            return await self._accepted(asked, notice, send, channel, "")
        left = channel.doubt_s - min((now - doubt.since).total_seconds(), channel.listening_s)
        if state is None and left > 0:
            return Later(now + timedelta(seconds=left), messages.IN_DOUBT)
        return await self._stored(self._desk.again, asked, state == "missing", now)

    async def _stored(
        self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The result of a query. While the database is away this waits: what was sent would be in
        doubt otherwise."""
        while True:
            try:
                return await self._store.run(query, *args, **kwargs)
            except StoreAway:
                await asyncio.sleep(AGAIN_S)
