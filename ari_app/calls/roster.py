"""Who the agents are, whether their phones can be reached, and what that means for them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from ari_app.calls.switchboard import MISSED, Switchboard
from ari_app.clock import Clock
from ari_app.pbx.phones import Phones, PhoneState
from claims_store import people
from claims_store.people import Agent
from claims_store.store import Store
from routing.floor import AgentNow
from routing.stages import AgentState

logger = logging.getLogger(__name__)

CHOOSABLE: dict[str, AgentState] = {"ready": "ready", "away": "away", "offline": "offline"}
"""States that a person may choose for an agent; the others follow from calls."""
BY_HAND = people.BY_HAND
"""Reason of a state that somebody set outside this process (`claimline agents set`)."""
ON_PHONE = "on_phone"
"""Reason of an agent whose phone is in use by a call that is not ours: a caller whom the net has
saved, a colleague. He is not offered another one."""
SHORT = timedelta(minutes=5)
"""An app that was away for longer has not been restarted: agents have gone home since."""


class Roster:
    """Agents by name. `ready_when_registered`: a phone that registers makes its agent ready.
    `before`: until when an earlier process served."""

    def __init__(
        self, store: Store, clock: Clock, board: Switchboard, ready_when_registered: bool,
        before: datetime | None,
    ) -> None:  # fmt: skip
        self.agents: dict[str, Agent] = {}
        self.numbers: set[str] = set()
        """Their phones; grows with agents who are added while this runs."""
        self.started = clock.now()
        self.phones: Phones | None = None
        self._store = store
        self._board = board
        self._ready_when_registered = ready_when_registered
        self._restarted = before is not None and self.started - before < SHORT
        self._seen: dict[str, datetime] = {}
        self.looked: datetime | None = None
        """The newest state that was taken in."""
        self._before: dict[str, tuple[AgentState, str]] = {}

    async def load(self) -> None:
        """Read the agents; each begins offline until his phone is heard of. A break lasts; who was
        ready is so again after a restart, and after a night off as if he came to work."""
        for agent in await self._store.run(people.agents):
            if agent.state == "away" and agent.state_reason != ON_PHONE:
                self._before[agent.name] = ("away", agent.state_reason)
            elif agent.state != "offline" and self._restarted:
                self._before[agent.name] = ("ready", "restarted")
            self._add(agent)

    def _add(self, agent: Agent) -> None:
        self.agents[agent.name] = agent
        self.numbers.add(agent.phone)
        self._board.set_state(agent, "offline", "starting")

    def reachable(self, phone: str) -> bool:
        return self.phones is not None and self.phones.state(phone).reachable

    def phone_changed(self, number: str, state: PhoneState) -> None:
        """A phone that is gone takes its agent out; in a talk that waits until the call is over.
        One that is in use by others keeps him from callers until it is free."""
        agent = self._at(number)
        known = self._board.agent(agent.name) if agent else None
        if agent is None or known is None:
            return
        on_phone = known.state == "away" and self._board.reasons.get(agent.name) == ON_PHONE
        if not state.reachable:
            self._board.set_state(agent, "offline", "phone_gone")
        elif state is PhoneState.IN_USE and known.state == "ready":
            self._board.set_state(agent, "away", ON_PHONE)
        elif state is PhoneState.FREE and on_phone:
            before = self._before.pop(agent.name, ("ready", "phone_free"))
            self._board.set_state(agent, *before)

    def phone_registered(self, number: str) -> None:
        agent = self._at(number)
        known = self._board.agent(agent.name) if agent else None
        if agent is None or known is None or not self._came_back(known):
            return
        usual: AgentState = "ready" if self._ready_when_registered else "away"
        before = self._before.pop(agent.name, (usual, "phone_registered"))
        if self.phones is not None and self.phones.state(number) is PhoneState.IN_USE:
            self._before[agent.name], before = before, ("away", ON_PHONE)
        self._board.set_state(agent, *before)

    def _came_back(self, agent: AgentNow) -> bool:
        """Only who was gone, or missed a call, comes back by his phone; a break he chose stays."""
        missed = self._board.reasons.get(agent.name) == MISSED
        return agent.state == "offline" or (agent.state == "away" and missed)

    def _at(self, number: str) -> Agent | None:
        return next((each for each in self.agents.values() if each.phone == number), None)

    def take(self, news: Iterable[Agent]) -> None:
        """Take in agents who were added, and states that were set, as `people.news` tells them."""
        for agent in news:
            if agent.name not in self.agents:
                self._add(agent)
            if agent.state_since is not None:
                self.looked = max(agent.state_since, self.looked or agent.state_since)
            if agent.state_reason != BY_HAND or agent.state_since is None:
                continue
            if self._seen.get(agent.name) == agent.state_since:
                continue
            self._seen[agent.name] = agent.state_since
            wanted = CHOOSABLE.get(agent.state)
            known = self._board.agent(agent.name)
            if wanted and known is not None and known.since < agent.state_since:
                self._board.set_state(agent, wanted, BY_HAND)
        self.looked = self.looked or self.started
