"""A way to reach people: what every channel keeps to, and what it can say of a message."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

State = Literal["sent", "delivered", "failed", "missing"]
"""sent: the other side has it. missing: it never came there, so a second try is no second message.
"""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Notice:
    """A worded message. `key` is the same whenever the same message is tried again."""

    key: str
    to: str
    language: str
    text: str
    body: str
    subject: str = ""

    @staticmethod
    def clean(text: str) -> str:
        """Text of one line that every encoding takes: what a value brought in cannot end a header,
        a line of a protocol or an encoder."""
        return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text)).strip()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the other side tells of a message that it took. `reference` is ours, if it says it."""

    message_id: str
    to: str
    state: Literal["delivered", "failed"]
    reason: str = ""
    reference: int | None = None


Heard = Callable[[Receipt], Awaitable[None]]
"""Where receipts go; when it returns they are stored."""


class Unsent(Exception):
    """Nothing has left: it may be tried again at once, here or elsewhere. Says why in a few words
    without anything about the person."""


class Refused(Exception):
    """The other side will never take this message, for this reason."""


class Doubt(Exception):
    """It may have been sent: the answer was lost."""


class Channel(Protocol):
    """One way. A message has one part or several, each of which is sent by itself."""

    @property
    def doubt_s(self) -> float:
        """How long a part in doubt waits for news before it is sent again; 0 where the other side
        knows a repetition by its key."""

    @property
    def listening_s(self) -> float:
        """For how long receipts could have come by now; infinite where none come by themselves."""

    @property
    def ask_after_s(self) -> float | None:
        """After how long one may ask for a message without a receipt; None: there is no asking."""

    def parts(self, notice: Notice) -> int:
        """How many parts it has."""

    async def send(self, notice: Notice, part: int) -> str:
        """Hand a part over; what the other side calls it, if it gives it a name. Raises Unsent,
        Refused, Doubt."""

    async def ask(self, key: str, part: int, message_id: str) -> State | None:
        """What became of a part; None: the other side cannot say."""

    async def look(self) -> None:
        """Whether a message could be sent now; raises Unsent or Refused with the reason."""

    async def keep(self) -> None:
        """Stay connected where receipts come only to those who are; elsewhere return at once."""

    async def close(self) -> None:
        """Let go of connections."""
