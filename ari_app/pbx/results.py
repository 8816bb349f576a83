"""What a verb brings back: a value, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Done:
    """The verb was carried out and has nothing to tell."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The leg, playback or recording is not there (any more) or not in the app's hands.

    A caller may hang up between any two steps, so this is a value that every step may
    get and never an exception. It is false in a condition.
    """

    status: int
    reason: str

    def __bool__(self) -> Literal[False]:
        return False
