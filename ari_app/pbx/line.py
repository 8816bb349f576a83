"""One caller as verbs: what a journey may do with the person on the line.

`Line` is the seam: `AriLine` speaks to Asterisk, the tests' `FakeLine` to a scripted caller. Each
verb returns why it ended. A hang-up ends the scope of `while_up`, whatever is being waited for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class SaidBy(StrEnum):
    """Why a prompt ended."""

    WHOLE = "whole"
    """It was heard to its end."""
    KEY = "key"
    """A key was pressed; it is in the buffer."""


class RecordedBy(StrEnum):
    """Why the recording of an answer ended."""

    KEY = "key"
    SILENCE = "silence"
    LENGTH = "length"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Clip:
    """A spoken answer: `name` is its file below the clips folder, without suffix."""

    name: str
    seconds: float
    ended_by: RecordedBy


@dataclass(frozen=True, slots=True)
class Rings:
    """The phone rings; `leg` is the agent's channel."""

    leg: str
    phone: str


@dataclass(frozen=True, slots=True)
class Answers:
    """Somebody answered at `phone`."""

    leg: str
    phone: str


@dataclass(frozen=True, slots=True)
class Holds:
    """The agent put the caller on hold, or took him back."""

    on: bool


@dataclass(frozen=True, slots=True)
class Presses:
    """The agent pressed a key of his desk phone."""

    key: str


@dataclass(frozen=True, slots=True)
class Moves:
    """The caller was transferred to the phone `to`: `kind` is blind or attended. An attended one
    has its agent's channel already: `leg`."""

    kind: str
    to: str
    leg: str = ""


@dataclass(frozen=True, slots=True)
class Returns:
    """The caller is back in the app: `status` is Dial's (ANSWER, NOANSWER, BUSY, CHANUNAVAIL, ...)
    or TRANSFER, when an agent sent him back to the queue, or LOST, when the agent's phone fell
    silent in the talk."""

    status: str


@dataclass(frozen=True, slots=True)
class LastTalk:
    """What the dialplan knows of a caller's talks, the present one included: how many were begun,
    and how the last one ended."""

    number: int
    status: str


TalkNews = Rings | Answers | Holds | Presses | Moves | Returns


class Line(Protocol):
    """One caller's channel."""

    call_id: str
    caller: str
    dialled: str
    language: str
    paused: bool

    def while_up(self) -> AbstractAsyncContextManager[object]:
        """The scope of the call; raises `CallerHungUp` or `CallerTaken` at its edge."""

    async def ring(self) -> None: ...

    async def answer(self) -> None: ...

    async def say(self, prompts: Sequence[str], *, barge_in: bool = True) -> SaidBy:
        """Play prompts by name. With `barge_in` a key ends them, or skips them when it is in the
        buffer already; without it keys are kept and obeyed afterwards."""

    async def key(self, seconds: float) -> str | None:
        """The next key, taken from the buffer or waited for; None when none came in time."""

    def keys_waiting(self) -> bool:
        """Whether a key was pressed that nobody has taken."""

    def put_back(self, key: str) -> None:
        """Make `key` the next one again: it answers a later question."""

    def forget_keys(self) -> None:
        """Drop what was keyed ahead: after an error it answers the wrong question."""

    async def record(self, name: str, *, max_seconds: int, max_silence: int) -> Clip:
        """Record what the caller says until a key, silence, or the limit."""

    async def replay(self, clip: str, *, barge_in: bool = True) -> SaidBy:
        """Play the caller's own recording back to him."""

    async def music(self, on: bool, music_class: str = "default") -> None: ...

    async def start_recorder(self) -> None:
        """From here on the line's part is recorded: only after the announcement was heard."""

    async def record_talks(self) -> None:
        """Of this caller his talks are recorded, but nothing before."""

    async def stop_recorder(self) -> None:
        """End the line's part: the wait is not recorded."""

    async def remember(self, *, language: str = "", refused: bool = False) -> None:
        """Keep at the channel what the net must know if this process is gone: the language he
        chose, and that he refused to be recorded."""

    def talk(self, phone: str, ring_s: int) -> AsyncIterator[TalkNews]:
        """Ring `phone` and connect. Ends with `Returns`; the dialplan connects, so the talk goes
        on without us."""

    async def pause(self, on: bool) -> None:
        """Silence every recorder of the call, in both directions, or end that."""

    async def to_fallback(self) -> None:
        """Hand the caller to the net in the dialplan."""

    async def hang_up(self) -> None: ...
