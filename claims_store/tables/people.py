"""Agents, staff, users of the desk and their sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from claims_store.tables.base import Base
from claims_store.vault import Sealed


class AgentRow(Base):
    """An agent: his phone, what he can do, and what he is doing."""

    __tablename__ = "agents"

    name: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[dict[str, str]]
    phone: Mapped[str] = mapped_column(unique=True)
    skills: Mapped[dict[str, int]]
    languages: Mapped[list[str]]
    regions: Mapped[list[str]]
    state: Mapped[str] = mapped_column(default="offline")
    state_reason: Mapped[str] = mapped_column(default="")
    state_since: Mapped[datetime | None]


class AgentStateRow(Base):
    """The history of an agent's states; never changed."""

    __tablename__ = "agent_states"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent: Mapped[str] = mapped_column(ForeignKey("agents.name"), index=True)
    state: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]


class StaffRow(Base):
    """A claims handler or a surveyor. `authority` is the sum up to which he decides, `shift` names
    hours of the plan, `conflicts` are marks of parties whose claims he must not have."""

    __tablename__ = "staff"

    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[dict[str, str]]
    phone: Mapped[Sealed]
    lines: Mapped[list[str]]
    languages: Mapped[list[str]]
    regions: Mapped[list[str]]
    authority: Mapped[str | None]
    shift: Mapped[str] = mapped_column(default="")
    conflicts: Mapped[list[str]] = mapped_column(default=list)


class AbsenceRow(Base):
    """A time in which a claims handler or surveyor is given no work."""

    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff: Mapped[str] = mapped_column(ForeignKey("staff.name"), index=True)
    begins: Mapped[datetime]
    ends: Mapped[datetime]
    reason: Mapped[str]


class UserRow(Base):
    """Somebody who may sign in at the desk; `person` is his agent or staff name."""

    __tablename__ = "users"

    login: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    password: Mapped[str]
    title: Mapped[dict[str, str]]
    person: Mapped[str | None]
    language: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    made: Mapped[datetime]


class WebSessionRow(Base):
    """A signed-in browser; only the hash of its token is kept."""

    __tablename__ = "web_sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("users.login"), index=True)
    made: Mapped[datetime]
    seen: Mapped[datetime]
    expires: Mapped[datetime]
