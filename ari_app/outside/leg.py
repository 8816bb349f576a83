"""One channel of the outside world as a person uses it: listen, speak, press, hang up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from ari_app import tasks
from ari_app.outside.ear import Ear, Heard
from ari_app.outside.media import Address, Media
from ari_app.outside.sound import read_clip, write_wav
from ari_app.outside.wiring import Wiring
from ari_app.pbx import events, verbs
from ari_app.pbx.client import Client
from ari_app.pbx.decoding import News
from ari_app.pbx.errors import PbxError
from ari_app.pbx.inbox import Inbox

HOST = "127.0.0.1"
TONE_MS, GAP_MS = 120, 100
SET_UP_LIMIT = 5.0


@dataclass(frozen=True, slots=True)
class End:
    """Why a channel ended: the Q.850 cause, such as 16 (normal) or 17 (busy)."""

    cause: int
    text: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """What all telephones of the outside share; `folder` takes the WAVs."""

    client: Client
    folder: Path
    legs: list[Leg] = field(default_factory=list)

    def close(self) -> None:
        for leg in self.legs:
            leg.close()


class Leg:
    """A channel with ears and a mouth. Everything it hears and says is kept."""

    def __init__(self, exchange: Exchange, channel: str) -> None:
        self.channel = channel
        self._client = exchange.client
        self._folder = exchange.folder
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._ear = Ear(self._loop.time())
        self._media = Media(self._ear, self._changed.set)
        self._wiring = Wiring(exchange.client, channel)
        self._ended: asyncio.Future[End] = self._loop.create_future()
        self._arrived = asyncio.Event()
        self._voice_ready = asyncio.Event()
        self._to: Address | None = None
        inbox = self._client.inbox(channel, self._wiring.voice)
        self._following = tasks.start(self._follow(inbox), name=f"outside {channel}")
        exchange.legs.append(self)

    def close(self) -> None:
        """Let go of everything; the channel is no concern any more."""
        self._media.stop()
        self._following.cancel()

    async def _follow(self, inbox: Inbox) -> None:
        with inbox:
            while not self.over:
                self.hear(await inbox.get())
        try:
            await self._wiring.remove()
        except PbxError:
            return  # the outside is going down

    def hear(self, news: News) -> None:
        """Take an event of this channel in."""
        match news:
            case events.StasisStart(channel=channel) if channel.id == self.channel:
                self._arrived.set()
            case events.StasisStart():
                self._voice_ready.set()
            case events.ChannelDestroyed(channel=channel) if channel.id == self.channel:
                self._end(End(news.cause, news.cause_txt))
        self._changed.set()

    def _end(self, end: End) -> None:
        if not self._ended.done():
            self._ended.set_result(end)
        self._media.stop()
        self._arrived.set()
        self._voice_ready.set()
        self._changed.set()

    @property
    def over(self) -> bool:
        return self._ended.done()

    @property
    def hears_talking(self) -> bool:
        return self._ear.talking

    @property
    def sound(self) -> bytearray:
        """All it has heard since the answer, mu-law; it grows while the call lasts."""
        return self._media.heard

    async def ended(self, limit: float = 30) -> End:
        """Wait for the end of the call; TimeoutError when it goes on."""
        async with asyncio.timeout(limit):
            return await asyncio.shield(self._ended)

    async def prepare(self) -> None:
        """Lay the cable, so that nothing of the beginning is lost at the answer."""
        to = await self._wiring.lay(HOST, await self._media.open(HOST))
        if to:
            self._to = to
            async with asyncio.timeout(SET_UP_LIMIT):
                await self._voice_ready.wait()
        if self.over:
            await self._wiring.remove()

    async def connect(self) -> None:
        """The call is answered: ears and mouth from now on."""
        if self._to is not None and not self.over:
            self._media.start(self._to)
            await self._wiring.connect()
            self._ear.acted(self._loop.time())

    async def pick_up(self, limit: float) -> End | None:
        """For a call we made: wait for the answer. None once answered, else why there was none."""
        async with asyncio.timeout(limit + 5):
            await self._arrived.wait()
        if self.over:
            return await self.ended()
        await self.connect()
        return None

    async def watch(self) -> None:
        """Hear of the channel to its very end, not only while it is in the app's hands."""
        if not await self._client.do(verbs.subscribe(self._client.app, self.channel)):
            self._end(End(0, "it ended at once"))

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
            if self.over:
                return Heard.ENDED
            outcome = self._ear.outcome(now, quiet, start)
            if outcome is None and now >= end:
                outcome = Heard.LIMIT
            if outcome is not None:
                self._ear.acted(now)
                return outcome
            await self._change(min(self._ear.next_look(now, quiet, start), end) - now)

    async def _change(self, limit: float) -> None:
        try:
            async with asyncio.timeout(max(limit, 0.01)):
                await self._changed.wait()
        except TimeoutError:
            return

    async def press(self, keys: str) -> None:
        """Press keys at a person's pace; each is sent as RFC 4733 tones."""
        await self._client.do(
            verbs.send_keys(self.channel, keys, between_ms=GAP_MS, duration_ms=TONE_MS)
        )
        await asyncio.sleep(len(keys) * (TONE_MS + GAP_MS) / 1000)
        self._ear.acted(self._loop.time())

    async def speak(self, clip: Path) -> bool:
        """Say a clip (8 kHz .wav or .ulaw) to its end; False when the call ended before."""
        if not self.over:
            await self._media.speak(read_clip(clip))
        self._ear.acted(self._loop.time())
        return not self.over

    def fall_silent(self) -> None:
        """Send nothing any more, not even silence, as after a power cut."""
        self._media.mute()

    async def hang_up(self, reason: str = "normal") -> None:
        await self._client.do(verbs.hang_up(self.channel, reason))

    async def sip_call_id(self) -> str:
        """The Call-ID of its SIP dialog; empty when the call is over."""
        return await self.sip_dialog("call-id")

    async def sip_dialog(self, part: str) -> str:
        """A part of its SIP dialog (call-id, local_tag, remote_tag); empty when it is over."""
        return await self._client.do(verbs.variable(self.channel, f"CHANNEL(pjsip,{part})")) or ""

    def heard(self) -> Path:
        """The WAV of everything it has heard since the answer, each sound at its time."""
        return write_wav(self._folder / f"{self.channel}-heard.wav", bytes(self._media.heard))

    def said(self) -> Path:
        """The WAV of everything it has said since the answer."""
        return write_wav(self._folder / f"{self.channel}-said.wav", bytes(self._media.said))
