"""One call from the greeting to the goodbye: the conversation as one coroutine.

Reads like the phone call. Hang-up ends it wherever it is; a bug hands the caller to the net in
the dialplan: nobody is stranded in silence.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any

from ari_app.calls import closing, greeting, menus, notice, saying, status
from ari_app.calls.asking import TRIES, WantsBack, WantsPerson, yes
from ari_app.calls.greeting import Emergency
from ari_app.calls.house import Call
from ari_app.calls.ordered import SCRIPTS, Ordered
from ari_app.calls.serving import Serving
from ari_app.calls.switchboard import Switchboard
from ari_app.pbx.line import TalkNews
from ari_app.pbx.scope import CallEnded, CallerTaken
from claims_store import reports
from claims_store.call_orders import CallOrder
from claims_store.errors import StoreAway
from routing import hours, rules
from routing.rules import Destination

logger = logging.getLogger(__name__)

GOES_ON = {"notice": "report", "identify": "claim", "status": "claim"}
"""Where the menu had led a caller who is at a stage."""


class Journey:
    """One call's conversation; `run` returns how it ended, for the ledger."""

    def __init__(self, call: Call, board: Switchboard, talks: int = 0) -> None:
        self.call = call
        self._board = board
        self._serving = Serving(call, board, talks)

    async def run(self) -> str:
        """Take a new call to its end. Never raises but for a shutdown."""
        return await self._guarded(self._conversation())

    async def wait_on(self, to: Destination) -> str:
        """The same for a call of an earlier process: he waited."""
        return await self._guarded(self._serving.wait_on(to))

    async def go_on(self, stage: str, *, filed: bool) -> str:
        """The same: he spoke with the line, at `stage`; `filed`: his notice was through."""
        return await self._guarded(self._going_on(stage, filed))

    async def take_leave(self) -> str:
        """The same: everything was settled but the goodbye."""
        return await self._guarded(closing.goodbye(self.call))

    async def say_goodbye(self, agent: str | None, since: datetime | None) -> str:
        """The same: he is back from a talk with `agent` that began at `since`."""
        await self._serving.talked(agent, since)
        return await self.after_talk()

    async def let_go(self, agent: str | None, since: datetime | None) -> str:
        """The same, but the dialplan says goodbye to him."""
        await self._serving.talked(agent, since)
        return "talked"

    async def after_talk(self) -> str:
        """The same: he is back from his talk, and that is written down."""
        return await self._guarded(closing.after_talk(self.call))

    async def talk_on(
        self, to: Destination, news: AsyncIterator[TalkNews], agent: str | None,
        answered_at: datetime | None,
    ) -> str:  # fmt: skip
        """The same: he talks, or `agent` is rung for him."""
        return await self._guarded(self._serving.talk_on(to, news, agent, answered_at))

    async def ordered(self, order: CallOrder, limit: int, *, again: bool = False) -> str:
        """Somebody whom we called has answered: play the script to him, for `limit` seconds at
        most. `again`: an earlier process had begun it."""
        return await self._guarded(self._ordered(order, limit, again))

    async def _ordered(self, order: CallOrder, limit: int, again: bool) -> None:
        call = self.call
        ordered = Ordered(call, order)
        if again:
            await call.line.say(["sorry-fault"], barge_in=False)
            call.line.forget_keys()
        if order.said:
            await ordered.goodbye()
            return
        try:
            async with asyncio.timeout(limit):
                outcome = await SCRIPTS[order.script](ordered)
        except WantsPerson:
            outcome = "person"
        except TimeoutError:
            outcome = ""
            await ordered.goodbye()
        await ordered.keep(outcome)
        await call.note("script_over", outcome=outcome)
        if outcome == "person":
            await greeting.announce(call, "recording-short", line_part=False)
            await self._serving.person()

    async def _guarded(self, conversation: Coroutine[Any, Any, None]) -> str:
        outcome = "hung_up"
        try:
            async with self.call.line.while_up():
                await conversation
                outcome = "served"  # the news of our own hang-up may come before its answer
                await self.call.line.hang_up()
        except CallEnded as end:
            self._serving.cut()
            if isinstance(end, CallerTaken):
                return "fallback"
        except Exception:
            logger.exception("a journey failed: the net takes the caller",
                             extra={"call": self.call.call_id})  # fmt: skip
            await self._to_net()
            return "fallback"
        finally:
            conversation.close()
            self._board.leave(self.call.call_id)
        return "talked" if self.call.answered else outcome

    async def _to_net(self) -> None:
        try:
            await self.call.line.to_fallback()
        except Exception:
            logger.exception("the dead-man's timer must take this caller",
                             extra={"call": self.call.call_id})  # fmt: skip

    async def _conversation(self, *, again: bool = False) -> None:
        call = self.call
        await call.line.answer()
        try:
            await greeting.greet(call, again=again)
        except Emergency:
            await self._serving.serve(rules.emergency(call.plan))
            return
        await self._menus()

    async def _going_on(self, stage: str, filed: bool) -> None:
        """The step he was at, once more; what he answered before is kept."""
        call = self.call
        await call.line.answer()
        await call.line.say(["sorry-fault"], barge_in=False)
        call.line.forget_keys()  # half of an entry: nobody knows what the earlier process had heard
        if call.consent == "not_asked":
            await self._conversation(again=True)
        elif filed:
            if await self._anything_else():
                await self._menus()
        else:
            await self._menus(GOES_ON.get(stage, ""))

    async def _menus(self, target: str = "") -> None:
        """From the menu, or from where it led before, to its end; whatever leads back comes here
        again."""
        call = self.call
        try:
            if not target and await self._resumed():
                return
        except WantsPerson as wish:
            await self._person(wish)
            return
        name = call.plan.line.menu
        for _ in range(2 * TRIES):
            if not target:
                await call.change(stage="menu")
                target = await menus.play(call, name)
            going, target = target, ""
            try:
                if await self._follow(going):
                    return
            except WantsBack:
                continue
            except WantsPerson as wish:
                await self._person(wish)
                return
        await self._person(WantsPerson("lost"))

    async def _follow(self, target: str) -> bool:
        """Do what the menu says; whether the call is over then."""
        call = self.call
        if target == "report":
            await self._notice()
            return not await self._anything_else()
        if target == "claim":
            await status.tell(call)
            return False
        if target == "person":
            raise WantsPerson
        if target.startswith("queue."):
            await self._queue(target.partition(".")[2])
            return True
        return False

    async def _notice(self) -> None:
        office = hours.state(self.call.plan, self.call.plan.line.handlers, self.call.now())
        await notice.take(self.call, "notice-intro" if office.open else "closed-hours")
        await closing.finish(self.call)

    async def _anything_else(self) -> bool:
        """Whether he wants the menu again; silence is a goodbye."""
        line = self.call.line
        await line.say(["anything-else"])
        if await line.key(4.0) == "1":
            return True
        await closing.goodbye(self.call)
        return False

    async def _resumed(self) -> bool:
        """Go on with a report that broke off; nothing of it is read to an unidentified caller."""
        call = self.call
        try:
            draft = await call.look(reports.open_draft, call.line.caller, call.now())
        except StoreAway:
            return False
        if draft is None:
            return False
        began = saying.moment(
            draft.started.astimezone(call.zone), call.local_now(), call.line.language
        )
        try:
            if not await yes(call.line, ["resume-draft", *began, "resume-draft-keys"]):
                return False
        except WantsBack:
            return False
        call.report = draft
        await call.change(report_number=draft.number)
        await call.note("draft_resumed", report=draft.number)
        await call.line.say(["resume-going-on"])
        try:
            await self._notice()
        except WantsBack:
            return False
        return not await self._anything_else()

    async def _person(self, wish: WantsPerson) -> None:
        await self.call.note("wants_person", why=wish.why)
        await self._serving.person()

    async def _queue(self, name: str) -> None:
        chosen = rules.choose(self.call.plan, self.call.facts(), self.call.now())
        await self._serving.serve(replace(chosen, queue=name))
