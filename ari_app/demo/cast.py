"""Who plays in the demo: a customer of the seed and the agents who fit him, found in the store."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from claims_store import customers, people
from claims_store.customers import Customer, Policy
from claims_store.people import Agent
from claims_store.store import Session

NUMBERS = {"zh": "5550100", "en": "5550101"}


@dataclass(frozen=True, slots=True)
class Player:
    """An agent with what he signs in with."""

    agent: Agent
    password: str


@dataclass(frozen=True, slots=True)
class Cast:
    """One language's players: customers with an insured car, agents who fit the first of them."""

    language: str
    hotline: str
    web: str
    customers: tuple[tuple[Customer, Policy], ...]
    agents: tuple[Player, ...]


def cast(s: Session, language: str, agents: int, endpoints: Path) -> Cast:
    """Choose players: the first agent speaks the language and knows the first customer's region."""
    found = json.loads(endpoints.read_text("utf-8"))
    passwords = {user["login"]: user["password"] for user in found["users"]}
    callers = _callers(s, language)
    by_fit = sorted(people.agents(s), key=lambda agent: -_fit(agent, language, callers[0][1]))
    return Cast(
        language=language,
        hotline=NUMBERS[language],
        web=found["web"],
        customers=tuple(callers),
        agents=tuple(Player(agent, passwords[agent.name]) for agent in by_fit[:agents]),
    )


def _callers(s: Session, language: str) -> list[tuple[Customer, Policy]]:
    """Customers of that language with a car, those first whose region an agent knows best."""
    staff = people.agents(s)
    pairs = [
        (customer, policy)
        for customer in customers.listing(s)
        if customer.language == language
        for policy in customers.policies(s, customer.id)
        if policy.line == "motor" and policy.regions
    ]
    return sorted(pairs, key=lambda pair: -max(_fit(a, language, pair[1]) for a in staff))


def _fit(agent: Agent, language: str, policy: Policy) -> int:
    region = f"region.{policy.regions[0][:2]}0000"
    wanted = ("line.motor", "issue.fnol", f"language.{language}", region)
    levels = [agent.skills.get(name, 0) for name in wanted]
    return sum(levels) + 100 * all(levels)
