"""`Line` over ARI: one caller's channel, driven by verbs and told by events.

A task of its own (`pump`) reads the channel's events and wakes the verb that waits for them.
The line goes on hearing after the journey has ended: only the channel's end ends a call.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from ari_app import tasks
from ari_app.pbx import verbs
from ari_app.pbx.ami import Ami
from ari_app.pbx.catching_up import hear_answer
from ari_app.pbx.client import Client
from ari_app.pbx.errors import Away, PbxError, Refused
from ari_app.pbx.events import Channel
from ari_app.pbx.line import Clip, LastTalk, Moves, RecordedBy, Returns, Rings, SaidBy, TalkNews
from ari_app.pbx.line_news import LineNews
from ari_app.pbx.persisting import LEAVING_LIMIT, Persisting
from ari_app.pbx.scope import CallScope
from ari_app.pbx.sounds import Sounds
from ari_app.pbx.verbs import Verb

logger = logging.getLogger(__name__)

DIVERSION = "PJSIP_HEADER(read,Diversion)"
"""The header that says who forwarded a call."""


class AriLine:
    """One caller's channel in Asterisk; see `ari_app.pbx.line.Line` for the verbs."""

    def __init__(
        self, client: Client, ami: Ami, call_id: str, caller: str, dialled: str, language: str
    ) -> None:
        self.call_id = call_id
        self.caller = caller
        self.dialled = dialled
        self.language = language
        self.paused = False
        self._client = client
        self._ami = ami
        self._scope = CallScope()
        self._news = LineNews(client, call_id, self._scope)
        self._recorder: str | None = None
        self._music = False
        self._silence = False
        self._released = False
        self._hand = Persisting(client, self._scope)
        self._sounds = Sounds(client, call_id, self._news, self._scope, self._hand)

    @property
    def armable(self) -> bool:
        """Whether the channel is in the app's hands and stays: only then its timer may be armed."""
        return self._news.in_stasis and not self._news.leaving and not self._released

    def release(self) -> None:
        """The conversation is over though the channel is not: from now on the net has it. Its timer
        runs out, and when it comes back to the app nobody claims it."""
        self._released = True
        self._news.claims = False

    def armed(self) -> None:
        """The dead-man's timer was pushed back just now."""
        self._news.armed_at = asyncio.get_running_loop().time()

    async def arm_by_http(self, seconds: int) -> None:
        """Push it back while AMI is away. Nothing is raised: who could not be armed is caught by
        the timer itself."""
        left = self._news.armed_at + seconds - asyncio.get_running_loop().time()
        if await self._sounds.arm(seconds, left):
            self.armed()

    @property
    def cut(self) -> bool:
        """Whether the call ended because Asterisk died."""
        return self._news.cut

    def while_up(self) -> CallScope:
        return self._scope

    async def pump(self) -> None:
        """Read the channel's events until it is destroyed."""
        await self._news.pump()

    async def over(self) -> None:
        """Wait until the channel is destroyed: only that ends a call."""
        await self._news.over.wait()

    async def claim(self) -> tuple[str, ...] | None:
        """Take the call that a broadcast offers; with what it comes (`in` and its quoted Call-ID,
        or `after` a talk). None when it is gone or another app's."""
        entered = self._news.await_return()
        if not await self._client.do(verbs.claim(self.call_id, self._client.app)):
            self._news.close()
            return None
        # Without it nothing is heard after the channel has left the app.
        await self._client.do(verbs.subscribe(self._client.app, self.call_id))
        try:
            async with asyncio.timeout(LEAVING_LIMIT):
                comes = await entered
        except TimeoutError:
            raise Away("a claimed call did not come") from None
        if comes[:1] in (("resumed",), ("recording",)) and len(comes) > 1:
            self._recorder = comes[1] or None  # it was started under another process
        return comes

    def adopt(self) -> AsyncIterator[TalkNews]:
        """Take note that another process sent this call on; what is heard until it returns."""
        self._news.in_stasis, self._news.leaving = False, True
        return self._talking(self._news.await_talk())

    async def follow(self, legs: Sequence[Channel], *, known: bool) -> None:
        """Hear of the adopted call and of the agents' channels in it. That somebody answered is
        news unless it is `known`; it may have been only a moment ago."""
        await self._client.do(verbs.subscribe(self._client.app, self.call_id))
        if not known:
            await hear_answer(self._client, self._news)
            return
        for leg in legs:
            self._news.adopt(leg)

    def compare(self, channel: Channel | None) -> None:
        """Take in what Asterisk says of the channel now; None when there is none."""
        self._news.compare(channel)

    async def last_talk(self) -> LastTalk:
        """Ask what nobody has heard, because no process was there."""
        number = await self._client.do(verbs.variable(self.call_id, "TALK"))
        status = await self._client.do(verbs.variable(self.call_id, "DIALSTATUS"))
        return LastTalk(int(number or 0), status or "")

    async def diversion(self) -> str:
        """The header that says who forwarded the call; empty without one."""
        try:
            return await self._client.do(verbs.variable(self.call_id, DIVERSION)) or ""
        except Refused:
            return ""  # what Asterisk says of a header that is not there

    async def _tell(self, verb: Verb[Any]) -> None:
        """Carry a verb out whose answer changes nothing."""
        await self._client.do(verb)

    async def ring(self) -> None:
        await self._hand.do(verbs.ring(self.call_id))

    async def answer(self) -> None:
        await self._hand.do(verbs.answer(self.call_id))

    async def _send_silence(self) -> None:
        """While nothing is played: without packets recordings stand still, and carriers hang up.
        Whatever is played, and every way through the dialplan, ends it."""
        if not self._silence and not self._music:
            self._silence = True
            await self._hand.do(verbs.start_silence(self.call_id))

    async def say(self, prompts: Sequence[str], *, barge_in: bool = True) -> SaidBy:
        return await self._play([f"sound:cl/{name}" for name in prompts], barge_in)

    async def replay(self, clip: str, *, barge_in: bool = True) -> SaidBy:
        return await self._play([f"recording:{clip}"], barge_in)

    async def _play(self, media: list[str], barge_in: bool) -> SaidBy:
        if barge_in and self._news.keys:
            return SaidBy.KEY
        self._silence = False
        return await self._sounds.play(media, self.language, barge_in=barge_in)

    async def key(self, seconds: float) -> str | None:
        if seconds and not self._news.keys:
            await self._send_silence()
        return await self._news.next_key(seconds)

    def keys_waiting(self) -> bool:
        return bool(self._news.keys)

    def put_back(self, key: str) -> None:
        self._news.keys.appendleft(key)

    def forget_keys(self) -> None:
        self._news.keys.clear()

    async def record(self, name: str, *, max_seconds: int, max_silence: int) -> Clip:
        clip = f"{self.call_id}-{name}"
        await self._send_silence()
        recorded = await self._sounds.record(clip, max_seconds=max_seconds, max_silence=max_silence)
        self._silence = False
        return _clip(clip, recorded, by_key=bool(self._news.keys), max_seconds=max_seconds)

    async def music(self, on: bool, music_class: str = "default") -> None:
        if on == self._music:
            return
        self._music = on
        self._silence = False
        if on:
            await self._hand.do(verbs.start_music(self.call_id, music_class))
        else:
            await self._hand.do(verbs.stop_music(self.call_id))

    async def start_recorder(self) -> None:
        back = self._news.await_return()
        await self._leave("line-recorded", "s")
        args = await back
        self._recorder = args[1] if len(args) > 1 else None

    async def record_talks(self) -> None:
        try:
            await self._ami.set_variable(self.call_id, "__RECORD", "yes")
        except PbxError:  # AMI is away: by the way that the dialplan has, with a recorder
            await self.start_recorder()

    async def stop_recorder(self) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder:
            try:
                await self._ami.stop_recorder(self.call_id, recorder)
            except PbxError:
                logger.warning("a recorder goes on: AMI is away", extra={"call": self.call_id})

    async def remember(self, *, language: str = "", refused: bool = False) -> None:
        told = {"CHANNEL(language)": language, "__RECORD": "refused" if refused else ""}
        for name, value in told.items():
            if not value:
                continue
            try:
                await self._ami.set_variable(self.call_id, name, value)
            except PbxError:
                logger.warning("the net would ask this caller again", extra={"call": self.call_id})

    async def talk(self, phone: str, ring_s: int) -> AsyncIterator[TalkNews]:
        queue = self._news.await_talk()
        if self._music:
            self._music = False
            stop = verbs.stop_music(self.call_id)
            tasks.start(self._tell(stop), name="stop music")  # not waited for: 20 ms less
        await self._leave(f"talk-{ring_s}", phone)
        async for news in self._talking(queue):
            yield news

    async def _talking(self, queue: AsyncIterator[TalkNews]) -> AsyncIterator[TalkNews]:
        """A pause lasts to the end of the talk: whoever joins begins with a recorder of his own."""
        async for news in queue:
            if self.paused and isinstance(news, Rings | Moves):
                await self._mute(True)
            if isinstance(news, Returns):
                self.paused = False
            yield news

    async def _leave(self, context: str, exten: str) -> None:
        self._news.leaving, self._silence = True, False
        await self._hand.once(verbs.continue_(self.call_id, context, exten))

    async def connect(self, values: Mapping[str, str]) -> None:
        """Hand the channel to the dialplan, which dials for it by these values."""
        for name, value in values.items():
            await self._ami.set_variable(self.call_id, name, value)
        await self._leave("connect", "dialled")

    async def pause(self, on: bool) -> None:
        """Silence every recorder of the call, in both directions, or end that."""
        self.paused = on
        await self._mute(on)

    async def _mute(self, on: bool) -> None:
        for channel in (self.call_id, *self._news.legs):
            await self._ami.mute_recorder(channel, on)

    async def stop_ringing(self) -> None:
        """Take back the offer: the agent's phone falls silent, the caller returns."""
        for leg in tuple(self._news.legs):  # each that ends is dropped from them meanwhile
            await self._client.do(verbs.hang_up(leg))

    async def to_fallback(self) -> None:
        if not self._news.in_stasis:
            return  # the net has him
        self._news.leaving = True
        try:
            await self._ami.redirect(self.call_id, "fallback", "s")
        except PbxError:
            await self._client.do(verbs.continue_(self.call_id, "fallback", "s"))

    async def hang_up(self) -> None:
        """By the dialplan: a caller whom the net has taken meanwhile is not reached that way."""
        self._news.leaving = True
        await self._client.do(verbs.continue_(self.call_id, "leave", "s"))


def _clip(name: str, recording: tuple[bool, float], *, by_key: bool, max_seconds: int) -> Clip:
    stored, seconds = recording
    if not stored:
        return Clip(name, 0.0, RecordedBy.FAILED)
    if by_key:
        return Clip(name, seconds, RecordedBy.KEY)
    by = RecordedBy.LENGTH if seconds >= max_seconds else RecordedBy.SILENCE
    return Clip(name, seconds, by)
