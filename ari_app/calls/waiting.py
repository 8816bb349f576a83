"""A caller waits for an agent: music, where he stands, and what else he may do meanwhile.

Every wait has a limit and a next step: a report by voice, a callback that keeps the place, or
going on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ari_app import tasks
from ari_app.calls import saying
from ari_app.calls.house import Call
from ari_app.calls.switchboard import Switchboard
from routing.floor import Offer
from routing.plan import Queue

REPORT_KEY = "1"
CALLBACK_KEY = "2"
NOBODY = ["agents-none", "wait-callback-offer"]
SOON = 45
"""Seconds of expected wait below which no number is spoken."""


@dataclass(frozen=True, slots=True)
class LeavesReport:
    """He would rather tell the line."""


@dataclass(frozen=True, slots=True)
class WantsCallback:
    """He would rather be called back."""


Waited = Offer | LeavesReport | WantsCallback


async def wait(call: Call, board: Switchboard, queue: Queue, rung: int) -> Waited:
    """Wait for an agent, `rung` of whom did not answer. An offer beats everything, also in
    mid-sentence."""
    offer = tasks.start(board.next_offer(call.call_id), name="next offer")
    try:
        # Somebody is free already: no sentence is begun that would be cut off at once.
        await asyncio.wait({offer}, timeout=0)
        if offer.done() and not rung:
            return offer.result()
        return await _until(offer, _meanwhile(call, board, queue, rung))
    finally:
        offer.cancel()


async def _until(offer: asyncio.Task[Offer], meanwhile: Coroutine[Any, Any, Waited]) -> Waited:
    talk = tasks.start(meanwhile, name="waiting room")
    try:
        await asyncio.wait({offer, talk}, return_when=asyncio.FIRST_COMPLETED)
        return offer.result() if offer.done() else talk.result()
    finally:
        await _stop(talk)


async def _stop(task: asyncio.Task[Any]) -> None:
    """End a sentence or the music cleanly: the channel may be moved only afterwards."""
    task.cancel()
    await asyncio.wait({task})


async def _meanwhile(call: Call, board: Switchboard, queue: Queue, rung: int) -> Waited:
    """Music and announcements until the caller chooses something else or his patience is over."""
    # Counted from the arrival: agents who do not answer must not make it longer.
    end = (call.waiting_since or call.now()) + timedelta(seconds=queue.patience)
    spoken = _first_words(board, rung)
    while call.now() < end:
        if spoken:
            await call.line.say(spoken)
        chosen = await _music(call, queue)
        if chosen is not None:
            return chosen
        spoken = _announcement(call, board, queue)
    return WantsCallback() if call.line.caller else LeavesReport()


async def _music(call: Call, queue: Queue) -> Waited | None:
    """Music until the next announcement; what he chose meanwhile. A wrong key is told once."""
    loop = asyncio.get_running_loop()
    end = loop.time() + queue.announce_every
    told = False
    while (left := end - loop.time()) > 0:
        await call.line.music(True, queue.music)
        key = await call.line.key(left)
        await call.line.music(False)
        chosen = _choice(key)
        if chosen is not None:
            return chosen
        if key is not None and not told:
            told = True
            await call.line.say(["wrong-key", "wait-callback-offer"])
    return None


def _first_words(board: Switchboard, rung: int) -> list[str]:
    """Nobody logged in is said at once, with what may be done instead; a retry is said twice."""
    if rung:
        return ["wait-retry"] if rung <= 2 else []
    return ["person-next"] if _anybody(board) else NOBODY


def _anybody(board: Switchboard) -> bool:
    return any(agent.state != "offline" for agent in board.engine.agents())


def _choice(key: str | None) -> Waited | None:
    if key == REPORT_KEY:
        return LeavesReport()
    return WantsCallback() if key == CALLBACK_KEY else None


def _announcement(call: Call, board: Switchboard, queue: Queue) -> list[str]:
    """Where he stands and what he may do; numbers only where they are known."""
    if not _anybody(board):
        return NOBODY
    position = board.engine.position(call.call_id)
    expected = board.engine.expected_wait(call.call_id, call.now())
    spoken: list[str] = []
    if position == 1:
        spoken.append("wait-next")
    elif position is not None:
        ahead = saying.count(position - 1, call.line.language)
        spoken += ["wait-position", *ahead, "wait-position-end"]
    if expected is not None and expected > SOON:
        spoken += ["wait-minutes", *saying.minutes(round(expected / 60) or 1, call.line.language)]
    waited = (call.now() - (call.waiting_since or call.now())).total_seconds()
    offer = queue.callback_after is not None and waited >= queue.callback_after
    return [*(spoken or ["wait-busy"]), *(["wait-callback-offer"] if offer else [])]


async def take_callback(call: Call, queue: str) -> None:
    """Put the caller on the list with his place, and say so."""
    waiting_since = call.waiting_since or call.now()
    number = call.value("callback_phone") or call.line.caller
    await call.book.write(
        "callback", number=number, language=call.line.language, arrival=waiting_since,
        due=call.now(), queue=queue,
    )  # fmt: skip
    await call.line.say(["callback-taken"])
