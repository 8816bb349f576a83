"""What a line hears: the channel's events, sorted to the verb that waits for them."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

from ari_app import tasks
from ari_app.pbx import events, verbs
from ari_app.pbx.client import Client
from ari_app.pbx.decoding import Connected, News
from ari_app.pbx.errors import PbxError
from ari_app.pbx.line import Answers, Holds, Moves, Presses, Returns, Rings, SaidBy, TalkNews
from ari_app.pbx.results import Gone
from ari_app.pbx.scope import CallCut, CallEnded, CallerHungUp, CallerTaken, CallScope
from ari_app.pbx.verbs import Verb

logger = logging.getLogger(__name__)

STASIS_APPS = ("Stasis", "StasisBroadcast")


def phone_of(channel: events.Channel) -> str:
    """`201` of a channel named `PJSIP/201-0000002a`."""
    return channel.name.partition("/")[2].rpartition("-")[0]


class LineNews:
    """Reads one channel's inbox; each `await_*` is called before the act whose end it waits for."""

    def __init__(self, client: Client, channel: str, scope: CallScope) -> None:
        self.keys: deque[str] = deque()
        self.legs: dict[str, str] = {}
        self.in_stasis = True
        self.leaving = False
        self.over = asyncio.Event()
        self.cut = False
        self._client = client
        self._channel = channel
        self._scope = scope
        self._inbox = client.inbox(channel)
        self._key = asyncio.Event()
        self._playback = ""
        self._said: asyncio.Future[SaidBy] | None = None
        self._barge_in = False
        self._over: asyncio.Future[None] | None = None
        self._recording = ""
        self._recorded: asyncio.Future[tuple[bool, float]] | None = None
        self._back: asyncio.Future[tuple[str, ...]] | None = None
        self._talk: asyncio.Queue[TalkNews] | None = None
        self._hanging_up = False

    def await_playback(self, name: str, barge_in: bool) -> asyncio.Future[SaidBy]:
        loop = asyncio.get_running_loop()
        self._playback, self._barge_in = name, barge_in
        self._said, self._over = loop.create_future(), loop.create_future()
        return self._said

    async def playback_over(self, name: str) -> None:
        if name == self._playback and self._over is not None:
            await self._over

    def await_recording(self, name: str) -> asyncio.Future[tuple[bool, float]]:
        self._recording = name
        self._recorded = asyncio.get_running_loop().create_future()
        return self._recorded

    def await_return(self) -> asyncio.Future[tuple[str, ...]]:
        self._back = asyncio.get_running_loop().create_future()
        return self._back

    def await_talk(self) -> AsyncIterator[TalkNews]:
        self._talk = asyncio.Queue()
        return self._talk_news(self._talk)

    async def _talk_news(self, queue: asyncio.Queue[TalkNews]) -> AsyncIterator[TalkNews]:
        while True:
            news = await queue.get()
            yield news
            if isinstance(news, Returns):
                self._talk = None
                return

    async def next_key(self, seconds: float) -> str | None:
        try:
            async with asyncio.timeout(seconds):
                while not self.keys:
                    self._key.clear()
                    await self._key.wait()
        except TimeoutError:
            return None
        return self.keys.popleft()

    def close(self) -> None:
        self._inbox.close()

    async def pump(self) -> None:
        with self._inbox:
            async for news in self._inbox:
                self._hear(news)
                if self._is_end(news):
                    self._end(CallerHungUp())
                if self.over.is_set():
                    return

    def _is_end(self, news: News) -> bool:
        return isinstance(news, events.ChannelDestroyed) and news.channel.id == self._channel

    def _end(self, why: CallEnded) -> None:
        """There is no channel any more; the first reason stays."""
        if not self.over.is_set():
            self.cut = isinstance(why, CallCut)
        self.over.set()
        self._scope.end(why)

    def _hear(self, news: News) -> None:
        match news:
            case events.ChannelDtmfReceived(channel=channel) if channel.id == self._channel:
                self._hear_key(news.digit)
            case events.PlaybackFinished():
                self._hear_playback(news.playback)
            case events.RecordingFinished() | events.RecordingFailed():
                self._hear_recording(news.recording)
            case events.CallBroadcast() if self.leaving:
                tasks.start(self._claim(), name="claim")
            case events.StasisStart(channel=channel) if channel.id == self._channel:
                self._hear_arrival(news.args)
            case events.StasisEnd(channel=channel) if channel.id == self._channel:
                self._hear_departure()
            case events.ChannelHangupRequest(channel=channel) if channel.id == self._channel:
                self._hanging_up = True
            case Connected(reborn=True):
                self._end(CallCut())
            case Connected():
                tasks.start(self._compare(), name=f"compare {self._channel}")
            case _:
                self._hear_talk(news)

    def _hear_key(self, digit: str) -> None:
        self.keys.append(digit)
        self._key.set()
        if self._barge_in and self._said is not None and not self._said.done():
            self._said.set_result(SaidBy.KEY)

    def _hear_playback(self, playback: events.Playback) -> None:
        if playback.id != self._playback:
            return
        if playback.state == "failed":
            logger.error("a prompt did not play", extra={"media": playback.media_uri})
        for waiting, result in ((self._said, SaidBy.WHOLE), (self._over, None)):
            if waiting is not None and not waiting.done():
                waiting.set_result(result)  # type: ignore[arg-type]  # each with its own

    def _hear_recording(self, recording: events.LiveRecording) -> None:
        if recording.name != self._recording or self._recorded is None or self._recorded.done():
            return
        stored = recording.state == "done"
        self._recorded.set_result((stored, float(recording.duration or 0)))

    def _hear_arrival(self, args: tuple[str, ...]) -> None:
        self.in_stasis, self.leaving = True, False
        if self._talk is not None:
            self._talk.put_nowait(Returns(args[1] if len(args) > 1 else ""))
        elif self._back is not None and not self._back.done():
            self._back.set_result(args)

    def _hear_departure(self) -> None:
        self.in_stasis = False
        if not self.leaving and not self._hanging_up:
            self._scope.end(CallerTaken())

    def _hear_talk(self, news: News) -> None:
        if isinstance(news, events.ChannelDestroyed):
            self.legs.pop(news.channel.id, None)
        told = self._talk_of(news)
        if told is not None and self._talk is not None:
            self._talk.put_nowait(told)

    def _talk_of(self, news: News) -> TalkNews | None:
        match news:
            case events.Dial(peer=peer, dialstatus=status):
                return self._hear_dial(peer, status)
            case events.ChannelDtmfReceived(channel=channel) if channel.id in self.legs:
                return Presses(news.digit)
            case events.ChannelHold(channel=channel) if channel.id in self.legs:
                return Holds(True)
            case events.ChannelUnhold(channel=channel) if channel.id in self.legs:
                return Holds(False)
            case events.BridgeBlindTransfer(exten=exten, result="Success"):
                return Moves("blind", exten)
            case events.BridgeAttendedTransfer(result="Success", transfer_target=target):
                if target is None:
                    return Moves("attended", "")
                self.follow(target)
                return Moves("attended", phone_of(target), target.id)
            case _:
                return None

    def _hear_dial(self, peer: events.Channel, status: str) -> TalkNews | None:
        phone = phone_of(peer)
        if peer.id not in self.legs and status in ("", "ANSWER"):
            self.follow(peer)
        if status == "":
            return Rings(peer.id, phone)
        return Answers(peer.id, phone) if status == "ANSWER" else None

    def follow(self, leg: events.Channel) -> None:
        """Hold and the end of the leg are told only on the agent's own channel."""
        self.legs[leg.id] = phone_of(leg)
        self._inbox.follow(leg.id)
        tasks.start(self._tell(verbs.subscribe(self._client.app, leg.id)), name="follow leg")

    async def _claim(self) -> None:
        """Take the caller back; when that comes too late the net has him."""
        if await self._client.do(verbs.claim(self._channel, self._client.app)):
            return
        if await self._client.do(verbs.channel(self._channel)):
            self._scope.end(CallerTaken())

    async def _tell(self, verb: Verb[Any]) -> None:
        await self._client.do(verb)

    def compare(self, channel: events.Channel | None) -> None:
        """Take in what Asterisk says of the channel now: the net may have it, or it is gone."""
        if channel is None:
            self._end(CallerHungUp())
        elif self.in_stasis and channel.dialplan.app_name not in STASIS_APPS:
            self._hear_departure()

    async def _compare(self) -> None:
        """After a break nothing is told again: ask what became of the channel and the prompt."""
        try:
            channel = await self._client.do(verbs.channel(self._channel))
            self.compare(None if isinstance(channel, Gone) else channel)
            if self._said is not None and not self._said.done():
                playback = await self._client.do(verbs.playback(self._playback))
                if isinstance(playback, Gone):
                    self._said.set_result(SaidBy.WHOLE)
        except PbxError:
            logger.warning("could not compare a call", extra={"call": self._channel})
