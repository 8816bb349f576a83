"""A caller who reports a loss while something is broken, and what he noticed of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ari_app.outside.sound import RATE
from tests.real.caller import Answer, Caller
from tests.real.calls.test_journeys_notice import WHOLE
from tests.real.house import House

HOTLINE = "5550101"
FRAME = RATE // 50
USUAL = 1.0
"""Seconds from a key to the next word, at most, when nothing is wrong (0.2 to 0.6 measured)."""
QUIET = bytes(code for code in range(256) if code & 0x7F >= 0x60)
"""What mu-law has for less than a hundredth of the loudest."""


@dataclass
class Reporter:
    """A caller who reports a loss; `answered` says what, and how much he had heard by then."""

    caller: Caller
    answered: list[tuple[str, int]] = field(default_factory=list)
    asked: str = ""

    async def until(self, last: str, table: dict[str, Answer] = WHOLE) -> None:
        """Answer whatever is asked until a prompt is heard; it is answered the next time."""
        while True:
            if self.asked in table:
                await self.caller.answer(table[self.asked])
                self.answered.append((self.asked, len(self.caller.sound)))
            self.asked = (await self.caller.hears(*table, last, limit=40)).name
            if self.asked == last:
                return

    def gaps(self) -> list[tuple[float, str]]:
        """The seconds of silence after each answer, the longest first."""
        sound = self.caller.sound
        return sorted(((_silence(sound, at), name) for name, at in self.answered), reverse=True)

    async def files(self) -> None:
        """To the end of the notice."""
        await self.until("report-number")
        await self.caller.hears("sms-sent")
        await self.caller.hears_whole("goodbye", limit=20)
        await self.caller.ended()


def _silence(sound: bytes, at: int) -> float:
    """Seconds until something is heard; what was under way when he pressed is over by then."""
    begin = at + RATE // 5
    for place in range(begin, len(sound) - FRAME, FRAME):
        if len(sound[place : place + FRAME].translate(None, QUIET)) > FRAME // 4:
            return (place - at) / RATE
    return (len(sound) - at) / RATE


def longest_silence(sound: bytes) -> float:
    """Seconds of the longest stretch in which nothing is heard."""
    longest = current = 0
    for place in range(0, len(sound) - FRAME, FRAME):
        quiet = len(sound[place : place + FRAME].translate(None, QUIET)) <= FRAME // 4
        current = current + FRAME if quiet else 0
        longest = max(longest, current)
    return longest / RATE


async def reporter(house: House) -> Reporter:
    caller = house.caller()
    await caller.dial(HOTLINE)
    await caller.starts_with("1")
    return Reporter(caller)


async def whole(house: House, each: Reporter) -> None:
    """Everything that he answered is there, once."""
    print("longest silences", [(round(gap, 2), name) for gap, name in each.gaps()[:3]])
    shown = await house.closed(each.caller)
    names = Counter(event["field"] for event in shown["events"] if event["event"] == "answer")
    assert set(names) == set(shown["report"]) and set(names.values()) == {1}, names
