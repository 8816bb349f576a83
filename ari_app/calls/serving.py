"""A caller who wants a person: wait, talk, and what there is instead of waiting. Nothing is a
dead end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from ari_app.calls import closing, notice, waiting
from ari_app.calls.asking import Leads
from ari_app.calls.house import Call
from ari_app.calls.switchboard import Switchboard
from ari_app.calls.talking import ANSWERED, LOST, RANG_IN_VAIN, Talk
from ari_app.pbx.line import TalkNews
from claims_store.recordings import EVERY, LINE
from routing import hours, rules
from routing.floor import Offer
from routing.rules import Destination

CHOICE_WAIT = 8.0
"""Seconds to choose between a report by voice and a callback when nobody can answer."""


class Serving:
    """Waiting and talking of one call. `talks` is the number of the last talk."""

    def __init__(self, call: Call, board: Switchboard, talks: int = 0) -> None:
        self.call = call
        self._board = board
        self._talks = talks
        self._talk: Talk | None = None

    async def person(self) -> None:
        """To an agent by the plan's rules; while the line is closed only the urgent ones."""
        call = self.call
        to = rules.choose(call.plan, call.facts(), call.now())
        if (
            to.urgent
            or call.urgent
            or hours.state(call.plan, call.plan.line.hours, call.now()).open
        ):
            await self.serve(to)
            return
        await call.line.say(["closed-person", "wait-callback-offer"])
        key = await call.line.key(CHOICE_WAIT)
        chosen = waiting.LeavesReport() if key == waiting.REPORT_KEY else waiting.WantsCallback()
        await self._instead(chosen, to)

    async def serve(self, to: Destination) -> None:
        """Wait for an agent and talk; or leave a report, or a number, instead of waiting."""
        await self._enter_queue(to)
        await self._until_served(to)

    async def wait_on(self, to: Destination) -> None:
        """Go on waiting, with the place he had."""
        call = self.call
        await call.end_recorders()
        await call.change(stage="waiting")
        self._board.arrive(call.call_id, to, call.facts(), call.waiting_since)
        await self._until_served(to)

    async def talked(self, agent: str | None, since: datetime | None) -> None:
        """He is back from a talk with `agent` that nobody followed; it began at `since`, if anybody
        heard that."""
        self._talk = Talk(self.call, self._board, self._talks, agent, since)
        await self._talk.was_answered()
        self._talk.over()
        await self._over(self._talk, ANSWERED, None)

    async def talk_on(
        self, to: Destination, news: AsyncIterator[TalkNews], agent: str | None,
        answered_at: datetime | None,
    ) -> None:  # fmt: skip
        """Go on with a talk, or the ringing of `agent`, that an earlier process began."""
        call = self.call
        self._board.arrive(call.call_id, to, call.facts(), call.waiting_since, talks_to=agent)
        self._talk = Talk(call, self._board, self._talks, agent, answered_at)
        status = await self._talk.follow(news)
        if await self._over(self._talk, status, None):
            await closing.after_talk(call, to.queue)
        else:
            await self._until_served(to)

    async def _until_served(self, to: Destination) -> None:
        call = self.call
        while True:
            waited = await waiting.wait(call, self._board, call.plan.queue[to.queue], self._talks)
            if not isinstance(waited, Offer):
                self._board.leave(call.call_id)
                await self._instead(waited, to)
                return
            if await self._ring(waited):
                await closing.after_talk(call, to.queue)
                return

    async def _enter_queue(self, to: Destination) -> None:
        call, now = self.call, self.call.now()
        # His place first: what is written meanwhile must not let a later one overtake him.
        self._board.arrive(call.call_id, to, call.facts(), now)
        queue = call.plan.queue[to.queue]
        call.waiting_since = now
        title, why = queue.title, to.reason.of(call.line.language)
        changes = {
            "stage": "waiting", "queue": to.queue, "waiting_since": now,
            "rule_name": to.rule_name, "rule_reason": why,
        }  # fmt: skip
        await call.note(
            "queued", changes=changes, ends=None if queue.record_waiting else LINE,
            queue=to.queue, title={"zh": title.zh, "en": title.en}, rule=to.rule_name,
            urgent=to.urgent,
        )  # fmt: skip
        # After its row has ended: the other way round a fault between would call it cut short.
        if not queue.record_waiting:
            await call.line.stop_recorder()

    def cut(self) -> None:
        """The caller hung up, or the net took him."""
        if self._talk is not None:
            self._talk.over()

    async def _ring(self, offer: Offer) -> bool:
        """Ring one agent; whether the call is served. Otherwise the caller waits on, place kept."""
        self._talk = Talk(self.call, self._board, self._talks + 1, offer.agent)
        return await self._over(self._talk, await self._talk.ring(offer), offer.agent)

    async def _over(self, talk: Talk, status: str, rung: str | None) -> bool:
        """The caller is back; `rung` is the agent who was asked, if this process rang him."""
        call, board = self.call, self._board
        self._talks, self._talk = talk.number, None
        changes: dict[str, Any] = {"talk_s": call.talk_s} if talk.answered else {}
        if status == ANSWERED:
            board.ended(call.call_id)
            await call.note("returned", changes=changes, ends=EVERY, status=status)
            return True
        changes["stage"] = "waiting"
        await call.note("returned", changes=changes, ends=EVERY, status=status)
        if status == LOST:
            board.lost(call.call_id)
            await call.line.say(["talk-lost"])
        elif talk.answered or rung is None:  # sent back, or transferred to a phone in vain
            board.back(call.call_id)
        else:
            board.missed(call.call_id, rung, busy=status != RANG_IN_VAIN)
        return False

    async def _instead(self, waited: waiting.Waited, to: Destination) -> None:
        """What he chose instead of waiting, and goodbye."""
        call = self.call
        if isinstance(waited, waiting.WantsCallback):
            await waiting.take_callback(call, to.queue)
        else:
            await self._report()
        await closing.goodbye(call)

    async def _report(self) -> None:
        """The report by the line itself: he has been told that no person is free."""
        call = self.call
        call.alone = True
        try:
            await notice.take(call)
        except Leads:
            await call.line.say(["report-draft-saved"])
        if call.report is not None:
            await closing.finish(call)
