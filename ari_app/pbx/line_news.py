"""What a line hears: the channel's events, sorted to the verb that waits for them."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from ari_app import tasks
from ari_app.pbx import events, verbs
from ari_app.pbx.catching_up import STASIS_APPS, catch_up
from ari_app.pbx.client import Client
from ari_app.pbx.decoding import Connected, News
from ari_app.pbx.line import Answers, Holds, Moves, Presses, Returns, Rings, SaidBy, TalkNews
from ari_app.pbx.scope import CallCut, CallEnded, CallerHungUp, CallerTaken, CallScope

logger = logging.getLogger(__name__)

ANSWERED, LOST = "ANSWER", "LOST"
DEVICE = 1
"""How Asterisk asks a leg to end from which no sound has come for too long. The cause that the leg
ends with comes too late: the caller may be back before it."""

BEFORE = datetime.min.replace(tzinfo=UTC)
"""When he came, if that was not heard."""


def phone_of(channel: events.Channel) -> str:
    """`201` of a channel named `PJSIP/201-0000002a`."""
    return channel.name.partition("/")[2].rpartition("-")[0]


class LineNews:
    """Reads one channel's inbox; each `await_*` is called before the act whose end it waits for."""

    def __init__(self, client: Client, channel: str, scope: CallScope) -> None:
        self.keys: deque[str] = deque()
        self.legs: dict[str, str] = {}
        self._spoke: set[str] = set()
        self.in_stasis = True
        self.leaving = False
        self._entered: datetime | None = None
        self.over = asyncio.Event()
        self.cut = False
        self._client = client
        self.channel = channel
        self._scope = scope
        self._inbox = client.inbox(channel)
        self._key = asyncio.Event()
        self.armed_at = asyncio.get_running_loop().time()
        self.claims = True
        self._playback = ""
        self._medium, self._medium_began = 0, 0.0
        self._said: asyncio.Future[SaidBy | None] | None = None
        self._barge_in = False
        self._over: asyncio.Future[None] | None = None
        self._recording = ""
        self._recording_began = 0.0
        self._recorded: asyncio.Future[tuple[bool, float]] | None = None
        self._back: asyncio.Future[tuple[str, ...]] | None = None
        self._talk: asyncio.Queue[TalkNews] | None = None
        self._hanging_up = False
        self._lost = False

    @property
    def place(self) -> tuple[int, float]:
        """Which of the media of the prompt is played, counted from 0, and for how many seconds."""
        return self._medium, asyncio.get_running_loop().time() - self._medium_began

    def await_playback(self, name: str, barge_in: bool) -> asyncio.Future[SaidBy | None]:
        loop = asyncio.get_running_loop()
        self._playback, self._barge_in = name, barge_in
        self._medium, self._medium_began = 0, loop.time()
        self._said, self._over = loop.create_future(), loop.create_future()
        return self._said

    @property
    def awaited_playback(self) -> str:
        """The prompt whose end is waited for; empty when none is."""
        return self._playback if self._said is not None and not self._said.done() else ""

    @property
    def awaited_recording(self) -> str:
        waits = self._recorded is not None and not self._recorded.done()
        return self._recording if waits else ""

    @property
    def in_talk(self) -> bool:
        """Whether what is awaited is news of a talk."""
        return self._talk is not None

    def break_off(self, name: str) -> None:
        """Wake who waits for the prompt: it will be gone on with."""
        if name == self._playback and self._said is not None and not self._said.done():
            self._said.set_result(None)

    async def recording_over(self, name: str) -> None:
        if name == self._recording and self._recorded is not None:
            await asyncio.shield(self._recorded)

    async def playback_over(self, name: str) -> None:
        if name == self._playback and self._over is not None:
            await self._over

    def await_recording(self, name: str) -> asyncio.Future[tuple[bool, float]]:
        self._recording = name
        self._recording_began = asyncio.get_running_loop().time()
        self._recorded = asyncio.get_running_loop().create_future()
        return self._recorded

    def await_return(self) -> asyncio.Future[tuple[str, ...]]:
        self._back = asyncio.get_running_loop().create_future()
        return self._back

    def await_talk(self) -> AsyncIterator[TalkNews]:
        self._talk, self._lost = asyncio.Queue(), False
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
        return isinstance(news, events.ChannelDestroyed) and news.channel.id == self.channel

    def _end(self, why: CallEnded) -> None:
        """There is no channel any more; the first reason stays."""
        if not self.over.is_set():
            self.cut = isinstance(why, CallCut)
        self.over.set()
        self._scope.end(why)

    def _hear(self, news: News) -> None:
        match news:
            case events.ChannelDtmfReceived(channel=channel) if channel.id == self.channel:
                self._hear_key(news.digit)
            case events.PlaybackStarted() | events.PlaybackContinuing():
                self._hear_medium(news)
            case events.PlaybackFinished():
                self._hear_playback(news.playback)
            case events.RecordingFinished() | events.RecordingFailed():
                self._hear_recording(news.recording)
            case events.CallBroadcast() if self.leaving and self.claims:
                tasks.start(self._claim(), name="claim")
            case events.StasisStart(channel=channel) if channel.id == self.channel:
                self._hear_arrival(news.args, news.timestamp)
            case events.StasisEnd(channel=channel) if channel.id == self.channel:
                # Asterisk may tell of an earlier stay's end after it has offered the caller again.
                if self._entered is not None and news.timestamp > self._entered:
                    self._hear_departure()
            case events.ChannelHangupRequest(channel=channel) if channel.id == self.channel:
                self._hanging_up = True
            case Connected(reborn=True):
                self._end(CallCut())
            case Connected():
                tasks.start(catch_up(self._client, self), name=f"compare {self.channel}")
            case _:
                self._hear_talk(news)

    def _hear_key(self, digit: str) -> None:
        self.keys.append(digit)
        self._key.set()
        if self._barge_in and self._said is not None and not self._said.done():
            self._said.set_result(SaidBy.KEY)

    def _hear_medium(self, news: events.PlaybackStarted | events.PlaybackContinuing) -> None:
        if news.playback.id == self._playback:
            self._medium += isinstance(news, events.PlaybackContinuing)
            self._medium_began = asyncio.get_running_loop().time()

    def _hear_playback(self, playback: events.Playback) -> None:
        if playback.id != self._playback:
            return
        if playback.state == "failed":
            logger.error("a prompt did not play", extra={"media": playback.media_uri})
        self.playback_ended(playback.id)

    def playback_ended(self, name: str) -> None:
        if name != self._playback:
            return
        for waiting, result in ((self._said, SaidBy.WHOLE), (self._over, None)):
            if waiting is not None and not waiting.done():
                waiting.set_result(result)  # type: ignore[arg-type]  # each with its own

    def _hear_recording(self, recording: events.LiveRecording) -> None:
        if recording.name != self._recording or self._recorded is None or self._recorded.done():
            return
        stored = recording.state == "done"
        self._recorded.set_result((stored, float(recording.duration or 0)))

    def recording_ended(self, name: str) -> None:
        """Its end was not heard: as long as it can have been."""
        if name == self._recording and self._recorded is not None and not self._recorded.done():
            began = self._recording_began
            self._recorded.set_result((True, asyncio.get_running_loop().time() - began))

    def returned(self, result: str) -> None:
        """He is back in the app, though that was not heard."""
        self._hear_arrival(("", result), BEFORE)

    def _hear_arrival(self, args: tuple[str, ...], at: datetime) -> None:
        self._entered = at
        self.in_stasis, self.leaving = True, False
        self.armed_at = asyncio.get_running_loop().time()  # the dialplan has just done it
        if self._talk is not None:
            status = args[1] if len(args) > 1 else ""
            self._talk.put_nowait(Returns(LOST if self._lost and status == ANSWERED else status))
        elif self._back is not None and not self._back.done():
            self._back.set_result(args)

    def _hear_departure(self) -> None:
        self.in_stasis = False
        if not self.leaving and not self._hanging_up:
            self._scope.end(CallerTaken())

    def _hear_talk(self, news: News) -> None:
        match news:
            case events.ChannelDestroyed(channel=leg):
                self.legs.pop(leg.id, None)
            case events.ChannelHangupRequest(channel=leg) if leg.id in self.legs:
                self._lost = bool(news.soft) and news.cause == DEVICE
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
                self._spoke.add(target.id)
                return Moves("attended", phone_of(target), target.id)
            case _:
                return None

    def _hear_dial(self, peer: events.Channel, status: str) -> TalkNews | None:
        phone = phone_of(peer)
        if peer.id not in self.legs and status in ("", "ANSWER"):
            self.follow(peer)
        if status == "":
            return Rings(peer.id, phone)
        if status != "ANSWER":
            return None
        self._spoke.add(peer.id)
        return Answers(peer.id, phone)

    def talks_with(self, leg: events.Channel) -> None:
        """Somebody answered, though that was not heard."""
        if self._talk is not None and leg.id not in self._spoke:
            self.adopt(leg)
            self._talk.put_nowait(Answers(leg.id, phone_of(leg)))

    def adopt(self, leg: events.Channel) -> None:
        """Follow a leg that is known to talk."""
        self._spoke.add(leg.id)
        self.follow(leg)

    def follow(self, leg: events.Channel) -> None:
        """Hold and the end of the leg are told only on the agent's own channel."""
        self.legs[leg.id] = phone_of(leg)
        self._inbox.follow(leg.id)
        hears = self._client.do(verbs.subscribe(self._client.app, leg.id))
        tasks.start(hears, name="follow leg")

    async def _claim(self) -> None:
        """Take the caller back; when that comes too late the net has him."""
        if await self._client.do(verbs.claim(self.channel, self._client.app)):
            return
        if await self._client.do(verbs.channel(self.channel)):
            self._scope.end(CallerTaken())

    def compare(self, channel: events.Channel | None) -> None:
        """Take in what Asterisk says of the channel now: the net may have it, or it is gone."""
        if channel is None:
            self._end(CallerHungUp())
        elif self.in_stasis and channel.dialplan.app_name not in STASIS_APPS:
            self._hear_departure()
