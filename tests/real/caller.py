"""A caller who follows the line by what he hears, prompt by prompt."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path

from ari_app.boot import wait_until
from ari_app.outside.customer import Customer
from ari_app.outside.leg import End
from ari_app.outside.sound import RATE
from tests.real import hearing
from tests.real.hearing import Heard

LOOK_EVERY = 0.05
Answer = str | Path
"""Keys to press, or a clip to speak."""


class NotHeard(AssertionError):
    """What was waited for did not come; the message says what came instead."""


class Caller:
    """One call from the outside. `number` is the caller's own, empty when withheld."""

    def __init__(self, customer: Customer, number: str) -> None:
        self.customer = customer
        self.number = number
        self.sip_call_id = ""
        self._last: Heard | None = None

    async def dial(self, hotline: str) -> None:
        """Call; fails when nobody answers."""
        end = await self.customer.dial(hotline, self.number)
        assert end is None, f"{hotline} did not answer: {end}"
        self.sip_call_id = await self.customer.sip_call_id()

    @property
    def sound(self) -> bytes:
        """All he has heard so far, mu-law."""
        return hearing.normal(self.customer.sound)

    async def hears(self, *names: str, limit: float = 25) -> Heard:
        """Wait for the beginning of one of these prompts, after the last one that was awaited."""
        loop = asyncio.get_running_loop()
        end, searched = loop.time() + limit, self._last.at if self._last else 0
        while True:
            over, size = self.customer.over, len(self.customer.sound)
            new = hearing.normal(self.customer.sound[searched:])
            found = hearing.first(new, names, self._last, searched)
            if found is not None:
                self._last = found
                return found
            searched = max(searched, size - hearing.PRINT)
            if over or loop.time() > end:
                why = "the call ended" if over else f"not within {limit:.0f} s"
                raise NotHeard(f"{names}: {why}; heard {' '.join(self.heard_names())}")
            await asyncio.sleep(LOOK_EVERY)

    async def hears_whole(self, name: str, limit: float = 25) -> Heard:
        """The same, to the prompt's end."""
        found = await self.hears(name, limit=limit)
        end = found.at + hearing.length(name, found.language)
        await wait_until(
            lambda: len(self.customer.sound) >= end or self.customer.over, limit, f"end of {name}"
        )
        return found

    async def answers(self, table: Mapping[str, Answer], *, until: str, limit: float = 40) -> Heard:
        """Answer each question of `table` whenever it is asked, until a prompt is heard."""
        while True:
            found = await self.hears(*table, until, limit=limit)
            if found.name == until:
                return found
            await self.answer(table[found.name])

    async def answer(self, answer: Answer) -> None:
        if isinstance(answer, Path):
            await self.hears_whole("beep")
            await self.customer.speak(answer)
            await self.presses("#")
        else:
            await self.presses(answer)

    async def presses(self, keys: str) -> None:
        await self.customer.press(keys)

    def heard(self) -> list[Heard]:
        """Every sentence of the line that was heard, in order."""
        return hearing.all_prompts(self.sound, hearing.phrases())

    def heard_names(self) -> list[str]:
        return [each.name for each in self.heard()]

    def said_after(self, name: str, names: Iterable[str], seconds: float = 8) -> list[str]:
        """The prompts out of `names` that came within so many seconds after a sentence."""
        began = [each.at for each in hearing.all_prompts(self.sound, [name])]
        assert began, f"{name} was not heard"
        sound = self.sound[began[-1] : began[-1] + int(seconds * RATE)]
        return [each.name for each in hearing.all_prompts(sound, names)]

    async def starts_with(self, key: str) -> None:
        """Press a key at the first word: it is kept, and obeyed after the announcement."""
        await self.hears("emergency")
        await self.presses(key)

    async def hangs_up(self) -> None:
        await self.customer.hang_up()
        await self.customer.ended()

    async def leaves(self) -> None:
        """Hang up if he is still there: after a failure he would wait for an agent of others."""
        if self.sip_call_id and not self.customer.over:
            await self.hangs_up()

    async def ended(self, limit: float = 30) -> End:
        return await self.customer.ended(limit)
