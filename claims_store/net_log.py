"""What the net tells in the log of its queue: a line an event, as Asterisk and the dialplan write
it. Pure: text in, values out.

`EPOCH|CALL|QUEUE|AGENT|EVENT|DATA...`; the dialplan's own events begin with NET.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from claims_store.voice_spool import CALL_ID

NO_CALL = "NONE"
TECHNOLOGY = "PJSIP/"
NUMBER = re.compile(r"\+?[0-9]{3,20}")
LONGEST = 1000


class BrokenLine(ValueError):
    """No line that Asterisk writes."""


@dataclass(frozen=True, slots=True)
class NetLine:
    """One event of one call; `phone` is the agent's, empty where none has a part in it."""

    at: datetime
    call_id: str
    phone: str
    event: str
    data: tuple[str, ...]

    def seconds(self, place: int) -> float:
        """A length of time among the data; 0 where there is none."""
        try:
            return max(0.0, float(self.data[place]))
        except (IndexError, ValueError):
            return 0.0


@dataclass(frozen=True, slots=True)
class Begin:
    """What is known of a caller when he comes to the net; `caller` is empty when withheld."""

    caller: str
    dialled: str
    language: Literal["zh", "en"]
    record: str
    sip_call_id: str


def parse(text: str) -> NetLine | None:
    """One line; None when it is about no call. Raises BrokenLine."""
    epoch, call_id, _, agent, event, *data = [*text.split("|"), "", "", "", "", ""]
    if len(text) > LONGEST or not re.fullmatch(r"[0-9]{1,11}", epoch) or not event.isalpha():
        raise BrokenLine(f"{len(text)} characters are no line of a queue's log")
    if call_id == NO_CALL:
        return None
    if not CALL_ID.fullmatch(call_id):
        raise BrokenLine("a line of a queue's log names no call of ours")
    phone = agent.removeprefix(TECHNOLOGY) if agent.startswith(TECHNOLOGY) else ""
    at = datetime.fromtimestamp(int(epoch), UTC)
    return NetLine(at, call_id, phone, event, tuple(data[: len(data) - 5]))


def begin(line: NetLine) -> Begin:
    """The data of NETBEGIN."""
    caller, dialled, language, record, sip_call_id, *_ = [*line.data, "", "", "", "", ""]
    return Begin(
        caller if NUMBER.fullmatch(caller) else "",
        dialled,
        "en" if language.startswith("en") else "zh",
        record,
        sip_call_id,
    )
