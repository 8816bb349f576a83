"""All callers who want an agent, and all agents: drives the routing engine and tells those who
wait.

The engine decides (`routing.queues`); here its events come from phones, journeys and the desk,
its timers run, its offers reach the journeys, and each change of an agent's state reaches the
ledger.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from ari_app import tasks
from ari_app.clock import Clock
from claims_store import people
from claims_store.errors import StoreAway
from claims_store.people import Agent
from claims_store.store import Store
from routing.facts import CallFacts
from routing.floor import AgentNow, Offer, Waiting
from routing.plan import Plan
from routing.queues import Engine
from routing.rules import Destination
from routing.stages import AgentState

logger = logging.getLogger(__name__)

Told = Callable[[str, str], None]
"""Called with (kind, key) when something moved: agent, call, waiting."""

LONGEST_SLEEP = 60.0
AGAIN = 1.0
"""Seconds until a state is written again when the database is away."""
MISSED = "missed_call"
"""Reason of an agent who is away because he did not answer."""


class Switchboard:
    """One per running application. Nothing in it awaits between a choice and its reservation."""

    def __init__(self, store: Store, clock: Clock, plan: Plan, told: Told) -> None:
        self.engine = Engine(plan)
        self.plan = plan
        self.reasons: dict[str, str] = {}
        self._store = store
        self._clock = clock
        self._told = told
        self._offers: dict[str, asyncio.Future[Offer]] = {}
        self._wake = asyncio.Event()
        self._written: asyncio.Queue[tuple[AgentNow, str]] = asyncio.Queue()

    def publish(self, plan: Plan) -> None:
        """Go on with a new plan: everybody keeps his key."""
        now = self._clock.now()
        self.engine = Engine.restore(plan, self.engine.calls(), self.engine.agents(), now)
        self.plan = plan
        self._settle()

    async def run(self) -> None:
        """Run the engine's timers and write agents' states down, in order."""
        writer = tasks.start(self._write_states(), name="agent states")
        try:
            while True:
                self._wake.clear()
                self._reserve()
                try:
                    async with asyncio.timeout(self._sleep()):
                        await self._wake.wait()
                except TimeoutError:
                    continue
        finally:
            writer.cancel()

    def _sleep(self) -> float:
        due = self.engine.next_due()
        if due is None:
            return LONGEST_SLEEP
        return min(LONGEST_SLEEP, max(0.0, (due - self._clock.now()).total_seconds()))

    async def _write_states(self) -> None:
        """In order; what cannot be written now is written later: the states in memory lead."""
        while True:
            moved = [await self._written.get()]
            while not self._written.empty():
                moved.append(self._written.get_nowait())
            written = await self._written_down(moved)
            while not written:
                await asyncio.sleep(AGAIN)
                written = await self._written_down(moved)

    async def _written_down(self, moved: Sequence[tuple[AgentNow, str]]) -> bool:
        states = [(agent.name, agent.state, reason, agent.since) for agent, reason in moved]
        try:
            await self._store.together(people.set_states, states)
        except StoreAway:
            return False
        return True

    # Callers

    def arrive(
        self, call_id: str, to: Destination, facts: CallFacts, arrival: datetime | None = None,
        talks_to: str | None = None,
    ) -> None:  # fmt: skip
        """A caller wants an agent; `arrival` keeps the place of one who had it before, `talks_to`
        is who has him already."""
        now = self._clock.now()
        waiting = Waiting(
            call_id, to.queue, facts, arrival or now, to.urgent, to.bonus_s, to.rule_name,
            to.reason, talks_to=talks_to,
        )  # fmt: skip
        self.engine.arrive(waiting, now)
        if talks_to is not None:
            self.engine.accepted(call_id, talks_to, now)
        self._settle()

    async def next_offer(self, call_id: str) -> Offer:
        """Wait until an agent is reserved for this caller."""
        offer = self._offers.setdefault(call_id, asyncio.get_running_loop().create_future())
        self._settle()
        try:
            return await asyncio.shield(offer)
        finally:
            if offer.done():
                self._offers.pop(call_id, None)

    def accepted(self, call_id: str, agent: str) -> None:
        self.engine.accepted(call_id, agent, self._clock.now())
        self._settle()

    def missed(self, call_id: str, agent: str, *, busy: bool) -> None:
        """No answer: he is away, the caller goes on with his key. Busy at once is not his fault."""
        if not busy:
            self.reasons[agent] = MISSED
        self.engine.missed(call_id, agent, self._clock.now(), busy=busy)
        self._settle()

    def back(self, call_id: str) -> None:
        """The agent sent the caller back to the queue: the place is kept."""
        self.engine.back(call_id, self._clock.now())
        self._settle()

    def lost(self, call_id: str) -> None:
        """The agent's phone fell silent in the talk: the place is kept. After his wrap-up he is not
        rung before his phone registers anew, or he says that he is ready."""
        agent = next((each for each in self.engine.agents() if each.call_id == call_id), None)
        now = self._clock.now()
        if agent is not None:
            self.reasons[agent.name] = "phone_gone"
            self.engine.agent(AgentNow(agent.name, agent.phone, agent.skills, "offline", now), now)
        self.engine.back(call_id, now)
        self._settle()

    def ended(self, call_id: str) -> None:
        self.engine.ended(call_id, self._clock.now())
        self._settle()

    def leave(self, call_id: str) -> None:
        """The caller is gone, or served otherwise, in whatever state he was."""
        self._offers.pop(call_id, None)
        self.engine.leave(call_id, self._clock.now())
        self._settle()

    def moved(self, call_id: str) -> None:
        """Something of this call has changed that pages show."""
        self._told("call", call_id)

    # Agents

    def agent(self, name: str) -> AgentNow | None:
        return self.engine.one(name)

    def agent_at(self, phone: str) -> str | None:
        """Whose phone this is."""
        return next((each.name for each in self.engine.agents() if each.phone == phone), None)

    def set_state(self, agent: Agent, state: AgentState, reason: str) -> None:
        """An agent, a supervisor or a phone says what he is now."""
        self.reasons[agent.name] = reason
        now = self._clock.now()
        self.engine.agent(AgentNow(agent.name, agent.phone, agent.skills, state, now), now)
        self._settle()

    def _settle(self) -> None:
        """After every event: reserve, tell, and have the next timer set anew."""
        self._reserve()
        self._wake.set()

    def _reserve(self) -> None:
        for offer in self.engine.tick(self._clock.now()):
            waiting = self._offers.setdefault(
                offer.call_id, asyncio.get_running_loop().create_future()
            )
            if waiting.done():
                logger.error("a call was offered twice", extra={"call": offer.call_id})
            else:
                waiting.set_result(offer)
            self._told("call", offer.call_id)
        for agent in self.engine.changed():
            self._written.put_nowait((agent, self.reasons.get(agent.name, "")))
            self._told("agent", agent.name)
