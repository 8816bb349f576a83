"""One channel of the outside world as a person uses it: listen, speak, press, hang up."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from pathlib import Path

from ari_app import tasks
from ari_app.boot import wait_until
from ari_app.outside.config import CUSTOMER, SILENCE_MS
from ari_app.outside.ear import Ear, Heard
from ari_app.pbx import events, verbs
from ari_app.pbx.client import Client
from ari_app.pbx.decoding import News
from ari_app.pbx.inbox import Inbox

TONE_MS, GAP_MS = 120, 100


@dataclass(frozen=True, slots=True)
class End:
    """Why a channel ended: the Q.850 cause, such as 16 (normal) or 17 (busy)."""

    cause: int
    text: str


class Leg:
    """A channel with ears and a mouth. Everything it hears and says becomes a file each."""

    def __init__(self, client: Client, channel: str, inbox: Inbox, folder: Path) -> None:
        self.channel = channel
        self._client = client
        self._inbox = inbox
        self._folder = folder
        self._loop = asyncio.get_running_loop()
        self._ear = Ear(self._loop.time(), SILENCE_MS / 1000)
        self._changed = asyncio.Event()
        self._ended: asyncio.Future[End] = self._loop.create_future()
        self._arrived = asyncio.Event()
        self._plays: dict[str, asyncio.Event] = {}
        self._numbers = itertools.count(1)
        tasks.start(self._follow(), name=f"outside {channel}")

    async def _follow(self) -> None:
        with self._inbox:
            while not self._ended.done():
                self.hear(await self._inbox.get())

    def hear(self, news: News) -> None:
        """Take an event of this channel in."""
        now = self._loop.time()
        match news:
            case events.ChannelTalkingStarted():
                self._ear.started(now)
            case events.ChannelTalkingFinished():
                self._ear.finished(now)
            case events.StasisStart():
                self._arrived.set()
            case events.PlaybackFinished(playback=played) if played.id in self._plays:
                self._plays[played.id].set()
            case events.ChannelDestroyed(channel=channel) if channel.id == self.channel:
                self._end(End(news.cause, news.cause_txt))
        self._changed.set()

    def _end(self, end: End) -> None:
        if not self._ended.done():
            self._ended.set_result(end)
        for waiting in self._plays.values():
            waiting.set()
        self._arrived.set()
        self._changed.set()

    async def watch(self) -> None:
        """Hear of the channel to its very end, not only while it is in the app's hands."""
        if not await self._client.do(verbs.subscribe(self._client.app, self.channel)):
            self._end(End(0, "it ended at once"))

    @property
    def over(self) -> bool:
        return self._ended.done()

    @property
    def hears_talking(self) -> bool:
        return self._ear.talking

    async def ended(self, limit: float = 30) -> End:
        """Wait for the end of the call; TimeoutError when it goes on."""
        async with asyncio.timeout(limit):
            return await asyncio.shield(self._ended)

    async def pick_up(self, limit: float) -> End | None:
        """For a call we made: wait for the answer, then get ears by a turn through the dialplan.

        None once answered, else why there was no answer.
        """
        async with asyncio.timeout(limit + 5):
            await self._arrived.wait()
            if not self.over:
                self._arrived.clear()
                await self.watch()
                await self._client.do(verbs.continue_(self.channel, "ears", CUSTOMER))
                await self._arrived.wait()
        if self.over:
            return await self.ended()
        await self._quietly()
        return None

    async def listen_until_quiet(
        self, quiet: float = 1.0, *, start: float = 10, limit: float = 60
    ) -> Heard:
        """Listen until something was said and then nothing for `quiet` seconds.

        It has `start` seconds to begin, counted from the last act, and ends after `limit`.
        """
        end = self._loop.time() + limit
        while True:
            self._changed.clear()
            now = self._loop.time()
            done_at = self._ear.quiet_at(quiet)
            if self.over:
                return Heard.ENDED
            if done_at is not None and done_at <= now:
                self._ear.acted(now)
                return Heard.QUIET
            if self._ear.nothing(now, start):
                return Heard.NOTHING
            if now >= end:
                return Heard.LIMIT
            await self._change(min(done_at or end, end) - now)

    async def _change(self, limit: float) -> None:
        try:
            async with asyncio.timeout(min(limit, 0.5)):
                await self._changed.wait()
        except TimeoutError:
            return

    async def press(self, keys: str) -> None:
        """Press keys at a person's pace; each is sent as RFC 4733 tones."""
        await self._client.do(
            verbs.send_keys(self.channel, keys, between_ms=GAP_MS, duration_ms=TONE_MS)
        )
        await asyncio.sleep(len(keys) * (TONE_MS + GAP_MS) / 1000)
        await self._quietly()
        self._ear.acted(self._loop.time())

    async def speak(self, clip: Path) -> bool:
        """Say a clip (8 kHz .wav or .ulaw, absolute path) to its end; False when the call ended
        before."""
        if "," in str(clip):
            raise ValueError(f"a clip's path may not hold a comma: {clip}")
        playback = f"{self.channel}-p{next(self._numbers)}"
        done = self._plays[playback] = asyncio.Event()
        media = [f"sound:{clip.with_suffix('')}"]
        if await self._client.do(verbs.play(self.channel, media, playback=playback, lang="en")):
            await done.wait()
        del self._plays[playback]
        await self._quietly()
        self._ear.acted(self._loop.time())
        return not self.over

    async def _quietly(self) -> None:
        """A telephone sends sound all the time; an idle channel of Asterisk sends nothing."""
        await self._client.do(verbs.start_silence(self.channel))

    async def hang_up(self, reason: str = "normal") -> None:
        await self._client.do(verbs.hang_up(self.channel, reason))

    async def sip_call_id(self) -> str:
        """The Call-ID of its SIP dialog; empty when the call is over."""
        return await self.sip_dialog("call-id")

    async def sip_dialog(self, part: str) -> str:
        """A part of its SIP dialog (call-id, local_tag, remote_tag); empty when it is over."""
        return await self._client.do(verbs.variable(self.channel, f"CHANNEL(pjsip,{part})")) or ""

    async def heard(self) -> Path:
        """After the end: the WAV of everything it heard."""
        return await self._whole("heard")

    async def said(self) -> Path:
        """After the end: the WAV of everything it said."""
        return await self._whole("said")

    async def _whole(self, what: str) -> Path:
        await self.ended()
        file = self._folder / f"{self.channel}-{what}.wav"
        await wait_until(lambda: _closed(file), 5, f"{file.name} is written to its end")
        return file


def _closed(file: Path) -> bool:
    """Asterisk writes a WAV's sizes into its head when it closes it."""
    if not file.exists():
        return False
    with file.open("rb") as wav:
        head = wav.read(8)
    size = file.stat().st_size
    return size > 44 and size == int.from_bytes(head[4:8], "little") + 8
