"""What the generator is asked to do, and what it tells of each call: plain values, sent as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Until = Literal["pbx", "talk", "ring", "prompt", "dropped"]


@dataclass(frozen=True, slots=True)
class Job:
    """Calls of one kind. Times in seconds.

    `until` is what ends a call: the agent's phone hangs up and then the `pbx` does, or the caller
    does at the end of the `talk`, while the phone `ring`s, `after` the start of the prompt that
    his key leads to, or when all are `dropped`.
    """

    number: str
    count: int
    rate: float
    key: str = ""
    press_at: float = 1.0
    """So long after the answer."""
    prompt: str = ""
    """The file of the prompt that the key leads to."""
    ring: float = 0.2
    talk: float = 3.4
    longest_talk: float = 0.0
    """With it each talk has a length of its own between `talk` and this."""
    until: Until = "pbx"
    after: float = 0.0
    patience: float = 0.0
    """With it a caller leaves so long after he dialled, wherever he is."""
    limit: float = 60.0


@dataclass(slots=True)
class Told:
    """One call as the generator saw it; times in seconds, None for what did not happen."""

    number: int
    status: int = 0
    """The final status of a call that was not answered; 200 of one that was."""
    end: str = ""
    """pbx, caller, refused, silent (no answer to the INVITE), stuck (past its limit)."""
    setup: float | None = None
    """From the INVITE to the answer."""
    first: float | None = None
    """From the answer to the first sound that is more than silence."""
    key: float | None = None
    """From the key press to the start of the prompt that it leads to."""
    rang: float | None = None
    """From the INVITE to the ringing of the phone."""
    talked: float | None = None
    """Length of the talk."""
    heard_by_caller: int = 0
    """Packets of the other's voice in the talk."""
    heard_by_agent: int = 0
    said_by_caller: int = 0
    """Packets that were sent in the talk: fewer than 50 a second when the machine was full."""
    said_by_agent: int = 0
    gap: float = 0.0
    """The longest time without the other's voice in the talk, on either side."""

    def heard_share(self) -> float:
        """Of what either side said in the talk the share that the other heard, the worse one."""
        sides = (
            (self.heard_by_caller, self.said_by_agent), (self.heard_by_agent, self.said_by_caller),
        )  # fmt: skip
        return min(heard / said if said else 0.0 for heard, said in sides)


@dataclass(frozen=True, slots=True)
class Now:
    """How the generator stands."""

    registered: int
    placed: int
    up: int
    talking: int
    ended: int
    late_ms: float
    """How late packets went out, 99 of 100 since the last question."""
