"""Asterisk dies under calls in all stages: what becomes of each of them, and how soon."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from ari_app.clock import SystemClock
from claims_store import callbacks, calls, people, reports
from claims_store.callbacks import Callback
from tests.faults.breaking import pid_of
from tests.real import plan
from tests.real.caller import Caller
from tests.real.house import Desk, House, until
from tests.real.talks import PERSON, Talking, event, talk

REBORN_LIMIT = 20.0
CALLBACK_LIMIT = 15.0
ANSWERED_LIMIT = 6.0


@dataclass
class Party:
    """Calls in several stages; `ids` are their ledger rows."""

    callers: list[Caller] = field(default_factory=list)
    talks: list[Talking] = field(default_factory=list)
    desks: list[Desk] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    @property
    def everybody(self) -> list[Caller]:
        return [*self.callers, *(each.caller for each in self.talks)]

    async def go_home(self) -> None:
        """Nobody tells them that the line is dead: each hangs up in the end."""
        legs = [each.leg for each in self.talks if not each.leg.over]
        await asyncio.gather(*(leg.hang_up() for leg in legs))
        await asyncio.gather(*(each.leaves() for each in self.everybody))


async def in_greeting(house: House) -> Caller:
    caller = house.caller()
    await caller.dial(plan.hotline(plan.SINGLE[-1]))
    await caller.hears("greeting")
    return caller


async def in_menu(house: House) -> Caller:
    caller = house.caller()
    await caller.dial(plan.hotline(plan.SINGLE[-1]))
    await caller.starts_with("*")
    await caller.hears("menu-main")
    return caller


async def in_notice(house: House) -> Caller:
    """He has given his first answer: there is a draft."""
    caller = house.caller()
    await caller.dial(plan.hotline(plan.SINGLE[-1]))
    await caller.starts_with("*12")
    await caller.hears("ask-safe")
    return caller


async def in_queue(house: House) -> Caller:
    caller = house.caller()
    await caller.dial(plan.hotline(plan.SINGLE[-1]))
    await caller.starts_with(PERSON)
    await event(house, await house.call_of(caller), "queued", 20)
    return caller


STAGES = (in_greeting, in_menu, in_notice, in_queue)


async def gathered(house: House, stack: AsyncExitStack, each: int, talks: int) -> Party:
    """`each` callers in every stage, and so many talks; all at the same time."""
    desks = [await stack.enter_async_context(house.agent()) for _ in range(talks)]
    return await met(house, desks, each)


async def met(house: House, desks: list[Desk], each: int) -> Party:
    """The same with these desks, a talk for each."""
    party = Party(desks=desks)
    party.talks += await asyncio.gather(*(talk(house, desk) for desk in desks))
    party.callers += await asyncio.gather(
        *(stage(house) for stage in reversed(STAGES) for _ in range(each))
    )
    party.ids += [await house.call_of(caller) for caller in party.everybody]
    return party


async def are_cut(house: House, party: Party, began: float) -> float:
    """Each has one row, closed as cut, and one callback; seconds since `began`."""
    ended = await all_closed(house, party.ids)
    assert set(ended.values()) == {"cut"}, ended
    backs = await rung_back(house, party.ids)
    assert sorted(back.phone for back in backs) == sorted(c.number for c in party.everybody)
    assert {back.reason for back in backs} == {"cut"}
    seconds = time.monotonic() - began
    assert seconds < CALLBACK_LIMIT, seconds
    rows = Counter(row.sip_call_id for row in await house.store.run(calls.listing, 10_000))
    assert all(rows[caller.sip_call_id] == 1 for caller in party.everybody)
    return seconds


async def drafts_kept(house: House, party: Party) -> int:
    """What was answered in the notices is there; of how many."""
    reporters = [each for each in party.callers if "ask-safe" in each.heard_names()]
    now = SystemClock().now()
    for each in reporters:
        draft = await house.store.run(reports.open_draft, each.number, now)
        assert draft is not None and draft.values["any_injury"].value == "no", each.number
    return len(reporters)


def kill(house: House) -> int:
    """Asterisk's process, which gets no chance to say anything."""
    pid = pid_of(house, "asterisk")
    os.killpg(pid, signal.SIGKILL)
    return pid


async def reborn(house: House, pid: int) -> None:
    """Wait until another Asterisk than `pid` runs."""

    async def other() -> bool:
        return pid_of(house, "asterisk") != pid

    await until(other, REBORN_LIMIT)


async def all_closed(house: House, ids: list[str]) -> dict[str, str | None]:
    """How each call ended, once all are closed."""

    async def over() -> bool:
        rows = [await house.store.run(calls.get, each) for each in ids]
        return all(row is not None and row.ended is not None for row in rows)

    await until(over, CALLBACK_LIMIT)
    return {each: await house.outcome(each) for each in ids}


async def rung_back(house: House, ids: list[str]) -> list[Callback]:
    """The callbacks of these calls, first things first."""
    return [each for each in await house.store.run(callbacks.listing) if each.call_id in ids]


async def dials_until_answered(house: House, began: float) -> tuple[Caller, float]:
    """Somebody who calls at once, and again; seconds from `began` to his first answer."""
    while True:
        caller = house.caller()
        if await caller.customer.dial(plan.hotline(plan.SINGLE[-1]), caller.number) is None:
            caller.sip_call_id = await caller.customer.sip_call_id()
            return caller, time.monotonic() - began
        assert time.monotonic() - began < REBORN_LIMIT, "nobody answers"


async def states(house: House, desks: list[Desk]) -> set[str]:
    rows = [await house.store.run(people.agent, desk.agent.name) for desk in desks]
    return {row.state for row in rows if row is not None}
