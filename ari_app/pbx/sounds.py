"""What one caller hears and says into a recording. Both can be broken off for a moment and gone on
with: while AMI is away, his timer can only be armed when nothing plays (DESIGN 3).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

from ari_app.pbx import verbs
from ari_app.pbx.client import Client
from ari_app.pbx.errors import PbxError, Refused
from ari_app.pbx.events import LiveRecording
from ari_app.pbx.line import SaidBy
from ari_app.pbx.line_news import LineNews
from ari_app.pbx.persisting import Persisting
from ari_app.pbx.results import Gone
from ari_app.pbx.scope import CallScope
from ari_app.pbx.verbs import Verb

logger = logging.getLogger(__name__)

NEAR = 4.0
"""Seconds left on the timer at which a prompt or a recording is broken off for it."""
BREAK_LIMIT = 1.0
"""Seconds in which what was broken off must have ended."""
BACK = 0.2
"""Seconds of a prompt that are said once more after it was broken off."""


class Sounds:
    """Plays to and records one channel."""

    def __init__(
        self, client: Client, channel: str, news: LineNews, scope: CallScope, hand: Persisting
    ) -> None:
        self._client = client
        self._channel = channel
        self._news = news
        self._scope = scope
        self._hand = hand
        self._count = 0
        self._playing = ""
        self._recording = ""
        self._free = asyncio.Event()
        self._free.set()

    async def play(self, media: Sequence[str], language: str, *, barge_in: bool) -> SaidBy:
        """Play media one after the other, to the end of the last or to a key."""
        rest, offset = list(media), 0.0
        while True:
            by = await self._play(rest, offset, language, barge_in)
            if by is not None:
                break
            rest, offset = _rest(rest, offset, *self._news.place)
            await self._free.wait()
            if barge_in and self._news.keys:
                by = SaidBy.KEY
                break
        return by

    async def _play(
        self, media: list[str], offset: float, language: str, barge_in: bool
    ) -> SaidBy | None:
        """Why it ended; None when it was broken off."""
        self._count += 1
        name = self._playing = f"{self._channel}-p{self._count}"
        ended = self._news.await_playback(name, barge_in)
        skip = round(offset * 1000) or None
        verb = verbs.play(self._channel, media, playback=name, lang=language, offset_ms=skip)
        try:
            await self._hand.once(verb, seen=verbs.playback(name))
            by = await ended
        except asyncio.CancelledError:
            if self._scope.reason is None:
                with suppress(PbxError):  # or a failure would take the place of the cancellation
                    await self._stop(name)
            raise
        finally:
            self._playing = ""
        if by is not SaidBy.WHOLE:
            await self._stop(name)
        return by

    async def _stop(self, name: str) -> None:
        """The channel may only be moved once the prompt is known to be over (DESIGN 3)."""
        if await self._client.do(verbs.stop_playback(name)):
            await self._news.playback_over(name)

    async def record(self, clip: str, *, max_seconds: int, max_silence: int) -> tuple[bool, float]:
        """Record until a key, silence or the limit: whether it was stored, and its seconds.
        Asterisk tells those of the whole file also when it went on with one."""
        total, stored, more = 0.0, False, False
        try:
            while True:
                self._recording = clip
                ended = self._news.await_recording(clip)
                verb = verbs.record(
                    self._channel, clip, max_seconds=max(1, max_seconds - round(total)),
                    max_silence_seconds=max_silence, terminate_on="any",
                    if_exists="append" if more else "overwrite",
                )  # fmt: skip
                if not await self._begun(verb, clip):
                    break
                kept, seconds = await self._recorded(ended, clip, max_seconds - total)
                total, stored, more = max(total, seconds), stored or kept, True
                if self._free.is_set() or self._news.keys or total >= max_seconds:
                    break
                await self._free.wait()
        finally:
            self._recording = ""
        return stored, total

    async def _begun(self, verb: Verb[LiveRecording], clip: str) -> bool:
        """Whether it records; where nothing can be written, the call goes on without."""
        try:
            await self._hand.once(verb, seen=verbs.live_recording(clip))
        except Refused as fault:
            logger.error("an answer is not recorded", extra={"reason": fault.reason})
            return False
        return True

    async def _recorded(
        self, ended: asyncio.Future[tuple[bool, float]], clip: str, limit: float
    ) -> tuple[bool, float]:
        try:
            # A caller who sends no packets in silence never reaches Asterisk's own limits.
            async with asyncio.timeout(limit + 2):
                return await asyncio.shield(ended)
        except TimeoutError:
            if not await self._client.do(verbs.stop_recording(clip)):
                return True, limit  # its end was not heard
            return await ended

    async def arm(self, seconds: int, left: float) -> bool:
        """Arm the dead-man's timer over HTTP; `left` are its seconds now. Whether that was done:
        what plays is broken off only when there is no time for another look."""
        if self._playing or self._recording:
            if left > NEAR:
                return False
            self._free.clear()
        try:
            await self._break_off()
            done = await self._client.do(verbs.arm_timer(self._channel, seconds))
            return not isinstance(done, Gone)
        except PbxError:
            return False
        finally:
            self._free.set()

    async def _break_off(self) -> None:
        try:
            async with asyncio.timeout(BREAK_LIMIT):
                if name := self._playing:
                    self._news.break_off(name)
                    await self._news.playback_over(name)
                elif clip := self._recording:
                    await self._client.do(verbs.stop_recording(clip))
                    await self._news.recording_over(clip)
        except TimeoutError:
            return


def _rest(media: list[str], offset: float, place: int, played: float) -> tuple[list[str], float]:
    """What is left of `media`, of which `place` was played for `played` seconds, and its offset."""
    begun = played + (offset if place == 0 else 0.0)
    return media[place:], max(0.0, begun - BACK)
