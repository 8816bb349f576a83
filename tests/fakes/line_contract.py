"""What journeys rely on at a caller's line; the fake and the real Asterisk both keep it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest

from ari_app import tasks
from ari_app.pbx.line import Answers, Line, RecordedBy, Returns, Rings, SaidBy
from ari_app.pbx.scope import CallerHungUp

PROMPT = "notice-intro"
"""More than a second long."""
PHONE = "201"
"""Somebody answers there, and hangs up after a second or more."""


class Person(Protocol):
    """A caller, with the line to him in the test's hands."""

    @property
    def line(self) -> Line: ...

    async def press(self, keys: str) -> None: ...
    async def leave(self) -> None: ...


Scenario = Callable[[Person], Awaitable[None]]


async def a_prompt_is_heard_whole(person: Person) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await person.line.say([PROMPT]) is SaidBy.WHOLE
    assert loop.time() - began > 1
    assert not person.line.keys_waiting()
    assert await person.line.key(0.2) is None


async def a_key_ends_a_prompt_and_stays(person: Person) -> None:
    saying = tasks.start(person.line.say([PROMPT, PROMPT, PROMPT, PROMPT]), name="saying")
    await asyncio.sleep(0.3)
    await person.press("12")
    assert await saying is SaidBy.KEY
    assert await person.line.key(2) == "1", "in the order in which they were pressed"
    person.line.put_back("1")
    assert [await person.line.key(2), await person.line.key(2)] == ["1", "2"]


async def an_announcement_is_heard_whole_and_its_keys_obeyed_after_it(person: Person) -> None:
    saying = tasks.start(person.line.say([PROMPT], barge_in=False), name="saying")
    await asyncio.sleep(0.3)
    await person.press("9")
    assert await saying is SaidBy.WHOLE
    assert person.line.keys_waiting()
    assert await person.line.say([PROMPT]) is SaidBy.KEY, "nothing is said to who has answered"
    person.line.forget_keys()
    assert await person.line.say([PROMPT]) is SaidBy.WHOLE


async def a_hang_up_ends_whatever_is_waited_for(person: Person) -> None:
    async def leaves() -> None:
        await asyncio.sleep(0.3)
        await person.leave()

    leaving = tasks.start(leaves(), name="leaving")
    with pytest.raises(CallerHungUp):
        async with person.line.while_up():
            await person.line.key(30)
    await leaving


async def a_spoken_answer_ends_by_key_or_by_itself(person: Person) -> None:
    recording = tasks.start(
        person.line.record("first", max_seconds=20, max_silence=15), name="recording"
    )
    await asyncio.sleep(1)
    await person.press("#")
    kept = await recording
    assert kept.ended_by is RecordedBy.KEY and kept.name == f"{person.line.call_id}-first"
    assert await person.line.key(0.2) == "#"
    kept = await person.line.record("second", max_seconds=20, max_silence=1)
    assert kept.ended_by is RecordedBy.SILENCE
    assert await person.line.replay(kept.name) is SaidBy.WHOLE


async def music_leaves_room_for_prompts(person: Person) -> None:
    await person.line.music(True)
    assert await person.line.say([PROMPT]) is SaidBy.WHOLE
    await person.line.music(False)
    assert await person.line.say([PROMPT]) is SaidBy.WHOLE


async def a_talk_is_told_from_ring_to_return(person: Person) -> None:
    news = [each async for each in person.line.talk(PHONE, 20)]
    assert [type(each) for each in news] == [Rings, Answers, Returns]
    rings, answers, returns = news
    assert isinstance(rings, Rings) and rings.phone == PHONE
    assert isinstance(answers, Answers) and answers.leg == rings.leg
    assert isinstance(returns, Returns) and returns.status == "ANSWER"
    assert await person.line.say([PROMPT]) is SaidBy.WHOLE


CONTRACT: tuple[Scenario, ...] = (
    a_prompt_is_heard_whole,
    a_key_ends_a_prompt_and_stays,
    an_announcement_is_heard_whole_and_its_keys_obeyed_after_it,
    a_hang_up_ends_whatever_is_waited_for,
    a_spoken_answer_ends_by_key_or_by_itself,
    music_leaves_room_for_prompts,
    a_talk_is_told_from_ring_to_return,
)
