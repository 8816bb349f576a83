"""What an agent is at: his state, the offer or the call, and all the store knows of the caller."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from ari_app.desk.floor import AgentView, OfferView, TalkView
from ari_app.desk.keys import FLOOR, STORE, Person
from claims_store import screens
from claims_store.errors import NotFound
from claims_store.reports import ReportState
from claims_store.screens import ScreenPop


@dataclass(frozen=True, slots=True)
class Work:
    """`phase` is idle, offered, talking or wrap_up; without a call `pop` is None."""

    agent: AgentView
    phase: str
    offer: OfferView | None
    talk: TalkView | None
    pop: ScreenPop | None

    @property
    def call_id(self) -> str | None:
        """The call it is about."""
        at = self.offer or self.talk
        return at.call_id if at else None

    @property
    def report(self) -> ReportState | None:
        return self.pop.report if self.pop else None

    @property
    def editable(self) -> bool:
        """Whether the report may be written now: in the talk and in wrap-up."""
        return self.phase in {"talking", "wrap_up"}


async def load(app: web.Application, person: Person) -> Work | None:
    """An agent's work, or None for somebody the floor does not know."""
    floor = app[FLOOR]
    agent = floor.agent(person.name)
    if agent is None:
        return None
    offer = floor.offer_for(person.name)
    talk = None if offer else floor.call_of(person.name)
    phase = "offered" if offer else "idle"
    if talk is not None:
        phase = "talking" if talk.ended is None else "wrap_up"
    at = offer or talk
    pop = await _pop(app, at.call_id) if at else None
    return Work(agent, phase, offer, talk, pop)


async def _pop(app: web.Application, call_id: str) -> ScreenPop | None:
    try:
        return await app[STORE].run(screens.pop, call_id)
    except NotFound:
        return None
