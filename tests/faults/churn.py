"""Callers who come and go, each with something he wants; what became of each is kept."""

from __future__ import annotations

import asyncio
import random
import re
import time
from dataclasses import dataclass, field

from ari_app import tasks
from ari_app.outside.phone import Manner
from tests.faults import agents
from tests.real import listening, plan
from tests.real.caller import Caller, NotHeard
from tests.real.house import Desk, House

PATIENCE = 60.0
"""Seconds after which a caller who does not hear what he waits for is stranded."""
ANSWERS = {"ask-any-injury": "2", "ask-safe": "1", "confirm-phone-caller": "1", "menu-main": "1"}
FIELDS = {"ask-any-injury": ("any_injury", "no"), "ask-safe": ("safe_place", "yes")}
LAST = ("ask-policy", "policy-known-keys", "ask-line")
TO_A_PERSON = {"emergency": "*0", "menu-main": "0"}
QUEUED = ("agents-none", "person-next")
NET = ("fallback-sorry",)
GOODBYE = ("goodbye", "fallback-thanks")
BY_VOICE = ("fallback-report", "fallback-keys")
"""The net has found no agent."""
CUT_S = 0.5
"""Seconds that the ends of a talk may miss."""


@dataclass
class Story:
    """One call: what he wanted, what he was told is kept, and how it ended."""

    wish: str
    caller: Caller
    acknowledged: dict[str, str] = field(default_factory=dict)
    began: float = 0.0
    ended: float = 0.0
    fault: str = ""
    rung_back: bool = False
    """Whether he was told that he will be."""
    talk: agents.Heard | None = None
    """What he heard of an agent."""
    kills: list[tuple[float, int]] = field(default_factory=list)
    """For each kill in this call: when, and how many bytes he had heard."""

    async def gets_to(self, table: dict[str, str], *prompts: str) -> None:
        """Press what `table` says at each of its prompts, until one of these or the net speaks."""
        while True:
            found = await self.caller.hears(*table, *prompts, *NET, limit=PATIENCE)
            if found.name not in table:
                return
            await self.caller.presses(table[found.name])

    @property
    def live(self) -> bool:
        return bool(self.caller.sip_call_id) and not self.caller.customer.over and not self.ended

    @property
    def heard(self) -> set[str]:
        return set(self.caller.heard_names())

    @property
    def end(self) -> str:
        """How it ended for him."""
        heard = self.heard
        if self.fault:
            return "lost"
        if heard & set(NET):
            return "net"
        if self.talk is not None:
            return "agent"
        if self.rung_back:
            return "callback"
        return "same step" if "sorry-fault" in heard else self.wish


class Churn:
    """Makes calls until there were enough; `live` are those in the air."""

    def __init__(
        self, house: House, desks: list[Desk], seed: int, stories: list[Story],
        talk_s: tuple[float, float] = agents.TALK_S,
    ) -> None:  # fmt: skip
        self.stories = stories
        self._house = house
        self._desks: asyncio.Queue[Desk] = asyncio.Queue()
        for desk in desks:
            self._desks.put_nowait(desk)
        self._random = random.Random(seed)
        self._talk_s = talk_s[0]
        self._wishes = {
            "menu": self._menu, "notice": self._notice, "waiting": self._waiting,
            "talk": self._talk, "status": self._status, "callback": self._callback,
        }  # fmt: skip

    @property
    def live(self) -> list[Story]:
        return [each for each in self.stories if each.live]

    async def run(self, calls: int, at_once: int) -> None:
        """So many calls, `at_once` of them in the air."""
        slots = asyncio.Semaphore(at_once)
        order = [list(self._wishes)[n % len(self._wishes)] for n in range(calls)]
        self._random.shuffle(order)

        async def one(wish: str) -> None:
            async with slots:
                await self.one(wish)

        await asyncio.gather(*(one(wish) for wish in order))

    async def one(self, wish: str, caller: Caller | None = None) -> Story:
        """One call, to its end."""
        story = Story(wish, caller or self._house.caller())
        self.stories.append(story)
        story.began = time.monotonic()
        try:
            await self._wishes[wish](story)
        except (NotHeard, AssertionError, TimeoutError) as fault:
            story.fault = str(fault) or type(fault).__name__
        finally:
            story.ended = time.monotonic()
            await story.caller.leaves()
        return story

    async def _menu(self, story: Story) -> None:
        """He listens to the menu and thinks."""
        await story.caller.dial(plan.hotline(plan.SINGLE[-1]))
        await story.gets_to({"emergency": "*"}, "menu-main")
        await asyncio.sleep(self._random.uniform(3, 9))
        assert not story.caller.customer.over, "the line hung up on him"

    async def _notice(self, story: Story) -> None:
        """He reports a loss; whatever he hears next acknowledges what he pressed."""
        await story.caller.dial(plan.hotline(plan.SINGLE[-1]))
        pressed = ""
        while True:
            found = await story.caller.hears(*ANSWERS, *LAST, *NET, limit=PATIENCE)
            if pressed in FIELDS and found.name not in (pressed, *NET, "menu-main"):
                name, value = FIELDS[pressed]
                story.acknowledged[name] = value
            if found.name in (*LAST, *NET):
                return
            await asyncio.sleep(self._random.uniform(0.2, 1.5))
            await story.caller.presses(ANSWERS[found.name])
            pressed = found.name

    async def _waiting(self, story: Story) -> None:
        """He waits for an agent who is not there, and gives up after a while."""
        await story.caller.dial(plan.hotline(plan.SINGLE[-1]))
        await story.gets_to(TO_A_PERSON, *QUEUED)
        await asyncio.sleep(self._random.uniform(6, 14))
        assert not story.caller.customer.over, "the line hung up on him"

    async def _status(self, story: Story) -> None:
        """He asks where his claim stands, and proves with its number that he may."""
        _, claim = await self._house.claimant()
        await story.caller.dial(plan.hotline(plan.SINGLE[-1]))
        digits = re.sub(r"\D", "", claim.number)
        table = {"emergency": "*", "menu-main": "2", "ask-claim-identify": digits}
        await story.gets_to(table, "status-intro")
        await asyncio.sleep(self._random.uniform(2, 7))

    async def _callback(self, story: Story) -> None:
        """He would rather be rung back than wait."""
        await story.caller.dial(plan.hotline(plan.SINGLE[-1]))
        await story.gets_to(TO_A_PERSON | dict.fromkeys(QUEUED, "2"), "callback-taken")
        story.rung_back = "callback-taken" in story.heard
        if story.rung_back:
            await story.caller.ended(PATIENCE)

    async def _talk(self, story: Story) -> None:
        """He talks to an agent, in the net too, and hears him to the end and without a gap."""
        desk = await self._desks.get()
        try:
            await story.caller.dial(desk.hotline)
            await story.gets_to(TO_A_PERSON, *GOODBYE)
            if story.heard & set(NET):
                await story.caller.hears(*GOODBYE, *BY_VOICE, limit=2 * PATIENCE)
        finally:
            self._desks.put_nowait(desk)
        story.talk = agents.heard(listening.read(story.caller.customer.heard()))
        if story.talk is not None:
            assert story.talk.seconds > self._talk_s - CUT_S, f"cut: {story.talk}"
            await story.caller.ended(PATIENCE)
        else:
            assert story.heard & set(BY_VOICE), "he was told goodbye without a talk"


async def in_order(
    house: House, desk: str, callers: int, hurt: object
) -> tuple[list[str], list[str]]:
    """So many wait for one agent, then `hurt` is awaited, then he comes: numbers as they came, and
    as he got them."""
    waiting, served = [], list[str]()
    for _ in range(callers):
        caller = house.caller()
        await caller.dial(plan.hotline(desk))
        await caller.starts_with("*0")
        await caller.hears("agents-none", "person-next", limit=PATIENCE)
        waiting.append(caller)
    await hurt  # type: ignore[misc]  # a coroutine
    phone = house.world.phone(desk)
    phone.manner = Manner(after=0.2)
    await phone.register()
    for _ in range(callers):
        leg = await phone.answered_call(PATIENCE)
        await asyncio.sleep(0.6)
        talking = [each for each in waiting if await _talks(house, each)]
        served += [each.number for each in talking if each.number not in served]
        await leg.hang_up()
    await asyncio.gather(*(each.ended(PATIENCE) for each in waiting))
    await phone.unregister()
    return [each.number for each in waiting], served


async def _talks(house: House, caller: Caller) -> bool:
    call = await house.show(await house.call_of(caller))
    return any(each["event"] == "answered" for each in call["events"])


def start(churn: Churn, calls: int, at_once: int) -> asyncio.Task[None]:
    return tasks.start(churn.run(calls, at_once), name="churn")
