"""Agents: their phones, what they can do, and what they are doing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, func, insert, or_, select, update
from sqlalchemy.orm import Session

from claims_store.errors import NotFound
from claims_store.prepared import execute
from claims_store.tables import AgentRow, AgentStateRow

# An agent's state changes four times a call: made once, and past the ORM.
_AGENTS: Any = AgentRow.__table__
_MOVE = (
    update(_AGENTS)
    .where(
        _AGENTS.c.name == bindparam("who"),
        or_(
            _AGENTS.c.state != bindparam("new_state"),
            _AGENTS.c.state_reason != bindparam("why"),
            _AGENTS.c.state_since.is_(None),
        ),
    )
    .values(
        state=bindparam("new_state"), state_reason=bindparam("why"), state_since=bindparam("moment")
    )
)
_BY_HAND = case((_AGENTS.c.state_reason == bindparam("why"), _AGENTS.c.state_since))
_NEWEST = select(func.count(), func.max(_BY_HAND, type_=_AGENTS.c.state_since.type))
_ENTER = insert(AgentStateRow.__table__)  # type: ignore[arg-type]
BY_HAND = "by_hand"
"""Reason of a state that somebody set, not a telephone."""
LATE = timedelta(seconds=30)
"""How much later than its moment a change may be committed."""


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent; `title` is his name in each language, `phone` his desk phone, `skills` levels 1
    to 10 by name ("line.motor"), `state` one of `routing.stages`."""

    name: str
    title: dict[str, str]
    phone: str
    skills: dict[str, int]
    languages: tuple[str, ...]
    regions: tuple[str, ...]
    state: str = "offline"
    state_reason: str = ""
    state_since: datetime | None = None


def put_agent(s: Session, agent: Agent) -> None:
    """Enter an agent or change what he can do; his state stays."""
    row = s.get(AgentRow, agent.name)
    if row is None:
        row = AgentRow(name=agent.name, state=agent.state, state_reason=agent.state_reason)
        s.add(row)
    row.title, row.phone, row.skills = agent.title, agent.phone, agent.skills
    row.languages, row.regions = list(agent.languages), list(agent.regions)
    s.flush()


def agents(s: Session) -> list[Agent]:
    """All agents by name."""
    return [_agent(row) for row in s.scalars(select(AgentRow).order_by(AgentRow.name))]


def news(s: Session, known: int, since: datetime | None) -> list[Agent]:
    """Whoever was added, or set by hand, of late: all agents when there are not `known`, else
    those whose state somebody set about `since` or later."""
    how_many, newest = tuple(execute(s, _NEWEST, {"why": BY_HAND}).one())
    if since is None or how_many != known:
        return agents(s)
    if newest is None or newest <= since - LATE:
        return []
    set_by_hand = AgentRow.state_reason == BY_HAND, AgentRow.state_since > since - LATE
    return [_agent(row) for row in s.scalars(select(AgentRow).where(*set_by_hand))]


def agent(s: Session, name: str) -> Agent | None:
    """One agent."""
    row = s.get(AgentRow, name)
    return None if row is None else _agent(row)


def agent_by_phone(s: Session, number: str) -> Agent | None:
    """The agent with this desk phone."""
    row = s.scalar(select(AgentRow).where(AgentRow.phone == number))
    return None if row is None else _agent(row)


def set_state(s: Session, name: str, state: str, reason: str, at: datetime) -> bool:
    """An agent is now in this state, for a reason ("missed_call", "by_hand" ...); each change is
    kept. False when he was already, and his idle time goes on."""
    given = {"who": name, "new_state": state, "why": reason, "moment": at}
    if execute(s, _MOVE, given).rowcount:
        execute(s, _ENTER, {"agent": name, "state": state, "reason": reason, "at": at})
        s.expire_all()
        return True
    if s.get(AgentRow, name) is None:
        raise NotFound("agent", name)
    return False


def set_states(s: Session, states: Iterable[tuple[str, str, str, datetime]]) -> None:
    """The same for several changes, in order."""
    for state in states:
        set_state(s, *state)


def states(s: Session, name: str, since: datetime) -> list[tuple[str, str, datetime]]:
    """(state, reason, at) of an agent's changes from `since` on."""
    found = select(AgentStateRow).where(AgentStateRow.agent == name, AgentStateRow.at >= since)
    return [(row.state, row.reason, row.at) for row in s.scalars(found.order_by(AgentStateRow.id))]


def _agent(row: AgentRow) -> Agent:
    return Agent(
        name=row.name,
        title=row.title,
        phone=row.phone,
        skills=row.skills,
        languages=tuple(row.languages),
        regions=tuple(row.regions),
        state=row.state,
        state_reason=row.state_reason,
        state_since=row.state_since,
    )
