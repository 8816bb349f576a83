"""The people of the house: agents, claims handlers and surveyors, and who may sign in."""

from __future__ import annotations

from claims_store.people.agents import (
    BY_HAND,
    Agent,
    agent,
    agent_by_phone,
    agents,
    news,
    put_agent,
    set_state,
    set_states,
    states,
)
from claims_store.people.staff import Staff, StaffKind, put_staff, staff
from claims_store.people.users import (
    User,
    WebSession,
    add_user,
    begin_session,
    by_login,
    change_user,
    end_session,
    end_sessions,
    password_hash,
    session,
    set_password,
    users,
)

__all__ = [
    "BY_HAND",
    "Agent",
    "Staff",
    "StaffKind",
    "User",
    "WebSession",
    "add_user",
    "agent",
    "agent_by_phone",
    "agents",
    "begin_session",
    "by_login",
    "change_user",
    "end_session",
    "end_sessions",
    "news",
    "password_hash",
    "put_agent",
    "put_staff",
    "session",
    "set_password",
    "set_state",
    "set_states",
    "staff",
    "states",
    "users",
]
