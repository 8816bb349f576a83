"""Agents and the history of their states."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from claims_store import people
from claims_store.errors import NotFound
from claims_store.people import Agent
from claims_store.store import Store

pytestmark = pytest.mark.store

LIN = Agent(
    name="agent1",
    title={"zh": "林敏", "en": "Lin Min"},
    phone="201",
    skills={"line.motor": 8, "language.zh": 10},
    languages=("zh", "en"),
    regions=("310000",),
)


def test_an_agent_comes_back_as_he_was_entered(store: Store) -> None:
    store.run_now(people.put_agent, LIN)
    assert store.run_now(people.agents) == [LIN]
    assert store.run_now(people.agent, "agent1") == LIN
    assert store.run_now(people.agent_by_phone, "201") == LIN
    assert store.run_now(people.agent, "agent2") is None
    assert store.run_now(people.agent_by_phone, "202") is None


def test_what_an_agent_learns_does_not_change_what_he_is_doing(store: Store, now: datetime) -> None:
    store.run_now(people.put_agent, LIN)
    assert store.run_now(people.set_state, "agent1", "ready", "by_hand", now)
    store.run_now(people.put_agent, replace(LIN, skills={"line.home": 3}))
    found = store.run_now(people.agent, "agent1")
    assert found is not None
    assert (found.skills, found.state, found.state_since) == ({"line.home": 3}, "ready", now)


def test_each_change_of_state_is_kept_once(store: Store, now: datetime) -> None:
    store.run_now(people.put_agent, LIN)
    later = now + timedelta(minutes=5)
    assert store.run_now(people.set_state, "agent1", "ready", "by_hand", now)
    assert not store.run_now(people.set_state, "agent1", "ready", "by_hand", later)
    assert store.run_now(people.set_state, "agent1", "away", "missed_call", later)
    found = store.run_now(people.agent, "agent1")
    assert found is not None
    assert (found.state, found.state_reason, found.state_since) == ("away", "missed_call", later)
    both = [("ready", "by_hand", now), ("away", "missed_call", later)]
    assert store.run_now(people.states, "agent1", now) == both
    assert store.run_now(people.states, "agent1", later) == both[1:]
    with pytest.raises(NotFound):
        store.run_now(people.set_state, "agent9", "ready", "by_hand", now)
