"""`FakeLine`: the caller's channel without Asterisk, in virtual time, with a scripted caller.

Keeps the contract of `AriLine`: barge-in, keys kept in a buffer, hang-up as the end of the scope,
prompts that take their time. `tests/fakes/line_contract.py` holds both to it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from ari_app import tasks
from ari_app.pbx.line import (
    Answers,
    Clip,
    RecordedBy,
    Returns,
    Rings,
    SaidBy,
    TalkNews,
)  # fmt: skip
from ari_app.pbx.scope import CallerHungUp, CallScope

PROMPT_SECONDS = 1.5

Reacts = Callable[["FakeLine", tuple[str, ...]], Awaitable[None]]
"""What the caller does when he hears a list of prompts; runs beside the prompt."""


@dataclass
class FakePhone:
    """How a phone behaves: Dial's status after `after` seconds, then a talk of `talks` seconds."""

    status: str = "ANSWER"
    later: str = ""
    """Its status from the second ring on; empty: the same."""
    after: float = 2.0
    talks: float = 30.0


@dataclass
class FakeLine:
    """One caller. `heard` is every list of prompts that began, in order."""

    call_id: str = "n1-1.1"
    caller: str = "+8613800138000"
    dialled: str = "5550101"
    language: str = "en"
    reacts: Reacts | None = None
    phones: dict[str, FakePhone] = field(default_factory=dict)
    speech_seconds: float = 4.0
    paused: bool = False
    heard: list[tuple[str, ...]] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._keys: deque[str] = deque()
        self._key = asyncio.Event()
        self._scope = CallScope()
        self.in_prompt = False

    def while_up(self) -> CallScope:
        return self._scope

    def press(self, *keys: str) -> None:
        """The caller presses keys."""
        self._keys.extend(keys)
        self._key.set()

    def vanish(self) -> None:
        """The caller hangs up."""
        self._scope.end(CallerHungUp())

    async def ring(self) -> None:
        self.acts.append("ring")

    async def answer(self) -> None:
        self.acts.append("answer")

    async def say(self, prompts: Sequence[str], *, barge_in: bool = True) -> SaidBy:
        if barge_in and self._keys:
            return SaidBy.KEY
        assert not self.in_prompt, "two prompts at once"
        self.heard.append(tuple(prompts))
        if self.reacts is not None:
            tasks.start(self.reacts(self, tuple(prompts)), name="caller reacts")
        self.in_prompt = True
        try:
            return await self._prompt(PROMPT_SECONDS * len(prompts), barge_in)
        finally:
            self.in_prompt = False

    async def _prompt(self, seconds: float, barge_in: bool) -> SaidBy:
        if not barge_in:
            await asyncio.sleep(seconds)
            return SaidBy.WHOLE
        key = await self.key(seconds)
        if key is None:
            return SaidBy.WHOLE
        self._keys.appendleft(key)
        return SaidBy.KEY

    async def key(self, seconds: float) -> str | None:
        # Ended by a timer, not by cancelling: what follows a cancelled wait cannot be measured.
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        timer = loop.call_at(end, self._key.set)
        try:
            while not self._keys and loop.time() < end:
                self._key.clear()
                await self._key.wait()
        finally:
            timer.cancel()
        return self._keys.popleft() if self._keys else None

    def keys_waiting(self) -> bool:
        return bool(self._keys)

    def put_back(self, key: str) -> None:
        self._keys.appendleft(key)

    def forget_keys(self) -> None:
        self._keys.clear()

    async def record(self, name: str, *, max_seconds: int, max_silence: int) -> Clip:
        self.acts.append(f"record {name}")
        clip = f"{self.call_id}-{name}"
        key = await self.key(min(self.speech_seconds + max_silence, max_seconds))
        if key is not None:
            self._keys.appendleft(key)
            return Clip(clip, self.speech_seconds / 2, RecordedBy.KEY)
        return Clip(clip, self.speech_seconds, RecordedBy.SILENCE)

    async def replay(self, clip: str, *, barge_in: bool = True) -> SaidBy:
        self.acts.append(f"replay {clip}")
        return await self._prompt(self.speech_seconds, barge_in)

    async def remember(self, *, language: str = "", refused: bool = False) -> None:
        self.acts.append(f"remember {language}{'refused' if refused else ''}")

    async def music(self, on: bool, music_class: str = "default") -> None:
        self.acts.append("music on" if on else "music off")

    async def start_recorder(self) -> None:
        self.acts.append("recorder on")

    async def record_talks(self) -> None:
        self.acts.append("talks recorded")

    async def stop_recorder(self) -> None:
        self.acts.append("recorder off")

    async def talk(self, phone: str, ring_s: int) -> AsyncIterator[TalkNews]:
        assert not self.in_prompt, "moved during a prompt"
        at = self.phones.get(phone, FakePhone())
        self.acts.append(f"talk {phone}")
        yield Rings(f"leg-{phone}", phone)
        await asyncio.sleep(min(at.after, ring_s))
        if at.status in ("ANSWER", "LOST"):
            yield Answers(f"leg-{phone}", phone)
            await asyncio.sleep(at.talks)
        status, at.status = at.status, at.later or at.status
        yield Returns(status)

    async def pause(self, on: bool) -> None:
        self.paused = on
        self.acts.append("pause on" if on else "pause off")

    async def to_fallback(self) -> None:
        self.acts.append("fallback")

    async def hang_up(self) -> None:
        self.acts.append("hang up")
