"""The database goes away under callers: they hear no difference, and nothing of theirs is lost."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

from ari_app.calls.ledger import WRITE_LIMIT
from ari_app.outside.sound import RATE
from tests.faults import stores
from tests.faults.breaking import nothing_left
from tests.real.caller import Answer, Caller
from tests.real.house import House
from tests.real.test_journeys_notice import WHOLE

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]

HOTLINE = "5550101"
LOCKED = 30.0
ROOM = 32 * 1024
"""Bytes: the journal has room, the database has not."""
ANSWERS = 6
"""Fields that each of them has given at least."""
FRAME = RATE // 50
QUIET = bytes(code for code in range(256) if code & 0x7F >= 0x60)
"""What mu-law has for less than a hundredth of the loudest."""
USUAL = 1.0
"""Seconds from a key to the next word, at most, when nothing is wrong (0.2 to 0.6 measured)."""


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


def _silence(sound: bytes, at: int) -> float:
    """Seconds until something is heard; what was under way when he pressed is over by then."""
    begin = at + RATE // 5
    for place in range(begin, len(sound) - FRAME, FRAME):
        if len(sound[place : place + FRAME].translate(None, QUIET)) > FRAME // 4:
            return (place - at) / RATE
    return (len(sound) - at) / RATE


async def reporter(house: House) -> Reporter:
    caller = house.caller()
    await caller.dial(HOTLINE)
    await caller.starts_with("1")
    return Reporter(caller)


async def test_a_locked_and_then_a_full_database_are_not_heard_and_lose_nothing(
    house: House,
) -> None:
    early = await reporter(house)
    await early.until("ask-safe")
    with stores.locked(house):
        began = time.monotonic()

        async def comes() -> Reporter:
            late = await reporter(house)
            await late.until("ask-loss-day")
            return late

        late, _ = await asyncio.gather(comes(), early.until("ask-region-code"))
        await asyncio.sleep(began + LOCKED - time.monotonic())
        assert stores.waiting(house), "steps wait"
    await stores.caught_up(house)
    with stores.full(house, ROOM):
        await asyncio.gather(early.until("ask-loss-kind"), late.until("ask-region-code"))
        await stores.noticed(house)
    await stores.caught_up(house)
    both = (early, late)
    await asyncio.gather(*(each.caller.hangs_up() for each in both))
    for each in both:
        await whole(house, each)
    assert early.gaps()[0][0] < WRITE_LIMIT + USUAL and early.gaps()[1][0] < USUAL
    assert late.gaps()[0][0] < WRITE_LIMIT + USUAL and late.gaps()[1][0] < USUAL
    await nothing_left(house)


async def whole(house: House, each: Reporter) -> None:
    """Everything that he answered is there, once."""
    print("longest silences", [(round(gap, 2), name) for gap, name in each.gaps()[:3]])
    shown = await house.closed(each.caller)
    names = Counter(event["field"] for event in shown["events"] if event["event"] == "answer")
    assert set(names) == set(shown["report"]) and set(names.values()) == {1}, names
    assert len(names) >= ANSWERS, names
