"""Agents and the history of their states."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from claims_store import people
from claims_store.errors import NotFound
from claims_store.people import Agent
from claims_store.store import Session, Store

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


def test_news_are_all_agents_at_first_and_when_one_was_added(store: Store, now: datetime) -> None:
    store.run_now(people.put_agent, LIN)
    assert store.run_now(people.news, 1, None) == [LIN]
    assert store.run_now(people.news, 1, now) == []
    store.run_now(people.put_agent, replace(LIN, name="agent2", phone="202"))
    assert len(store.run_now(people.news, 1, now)) == 2


def test_news_are_states_that_somebody_set_about_then_or_later(store: Store, now: datetime) -> None:
    for number in (1, 2, 3):
        store.run_now(people.put_agent, replace(LIN, name=f"agent{number}", phone=f"20{number}"))
    second, minute = timedelta(seconds=1), timedelta(minutes=1)
    store.run_now(people.set_state, "agent1", "away", people.BY_HAND, now - minute)
    store.run_now(people.set_state, "agent2", "away", people.BY_HAND, now - second)
    store.run_now(people.set_state, "agent3", "away", "missed_call", now + second)
    assert [agent.name for agent in store.run_now(people.news, 3, now)] == ["agent2"]


def test_a_state_set_in_the_same_transaction_is_read_as_it_is(store: Store, now: datetime) -> None:
    def both(s: Session) -> str:
        people.put_agent(s, LIN)
        people.set_state(s, "agent1", "ready", "by_hand", now)
        found = people.agent(s, "agent1")
        assert found is not None
        return found.state

    assert store.run_now(both) == "ready"
