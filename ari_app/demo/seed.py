"""Fills an empty store with a small insurer: customers, policies, claims, and its people."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from ari_app.demo.invented import CITIES, Inventor
from ari_app.demo.past import past_claims
from claims_store import customers, passwords, people
from claims_store.customers import Policy
from claims_store.errors import StoreError
from claims_store.store import Session, Store

CUSTOMERS = 30
LINES = ("home", "health", "travel", "liability", "home", "health")
"""The line of the second policy of each customer, in turn; the first is always a car's."""
ROLES = ("agent", "supervisor", "handler", "surveyor", "quality", "privacy", "auditor", "admin")
_AGENTS: tuple[tuple[str, dict[str, int]], ...] = (
    ("zh", {"line.motor": 9, "issue.fnol": 9, "issue.status": 5}),
    ("zh en", {"line.motor": 7, "line.travel": 8, "issue.fnol": 7, "issue.documents": 5}),
    ("zh", {"line.home": 9, "line.liability": 6, "issue.fnol": 8, "issue.payout": 6}),
    ("zh en", {"line.health": 9, "issue.fnol": 6, "issue.documents": 9}),
    ("en", {"line.motor": 6, "line.home": 6, "line.travel": 9, "issue.fnol": 8}),
    ("zh", {"line.liability": 9, "line.home": 5, "issue.fnol": 7, "issue.status": 8}),
    ("zh en", {"line.health": 6, "line.travel": 6, "issue.payout": 9, "issue.status": 9}),
    ("zh", {"line.motor": 4, "line.home": 4, "line.health": 4, "issue.fnol": 4, "issue.other": 8}),
)
"""Languages and skills of each agent; languages and home region become skills as well."""


@dataclass(frozen=True, slots=True)
class Login:
    """A user of the demo with his password, which is kept nowhere else."""

    login: str
    password: str
    role: str


def seed(store: Store, now: datetime, seed: int = 20261124) -> list[Login]:
    """Fill the store in one transaction; the logins, whose passwords are new every time.

    The same seed gives the same people. Takes about a second, most of it hashing: call it off
    the event loop. Raises `StoreError` when there are customers already.
    """
    secrets = {role: passwords.make() for role in ROLES}
    # One password a role, shared by its users: each hash takes a tenth of a second on purpose.
    with ThreadPoolExecutor(1) as thread:
        hashes = {role: thread.submit(passwords.hashed, text) for role, text in secrets.items()}
        users = store.run_now(_fill, now, seed, hashes)
    return [Login(user.login, secrets[user.role], user.role) for user in users]


def _fill(
    s: Session, now: datetime, seed: int, hashes: dict[str, Future[str]]
) -> list[people.User]:
    if customers.listing(s, limit=1):
        raise StoreError("the demo's insurer needs an empty store")
    make = Inventor(seed, s.info["zone"], now)
    policies = _customers(s, make)
    users = _agents(s, make) + _staff(s, make) + _others(make)
    past_claims(s, make, policies, now)
    for user in users:
        people.add_user(s, user, hashes[user.role].result(), now)
    return users


def _customers(s: Session, make: Inventor) -> list[Policy]:
    policies = []
    for index in range(CUSTOMERS):
        customer, city = make.customer(index)
        customers.put(s, customer)
        for place, line in enumerate(("motor", LINES[index % len(LINES)])):
            policy = make.policy(2 * index + place, line, customer, city)
            policies.append(customers.put_policy(s, policy))
    return policies


def _agents(s: Session, make: Inventor) -> list[people.User]:
    users = []
    for index, (spoken, skills) in enumerate(_AGENTS):
        languages = tuple(spoken.split())
        region = CITIES[index % len(CITIES)].province
        title = make.title()
        name = f"agent{index + 1}"
        learned = {f"language.{language}": 10 for language in languages}
        people.put_agent(
            s,
            people.Agent(
                name=name,
                title=title,
                phone=str(201 + index),
                skills=skills | learned | {f"region.{region}": 5},
                languages=languages,
                regions=(region,),
            ),
        )
        users.append(people.User(name, "agent", title, name, languages[0]))
    return users


def _staff(s: Session, make: Inventor) -> list[people.User]:
    users = []
    lines = (("motor",), ("home", "liability"), ("health", "travel"))
    for index in range(3):
        kinds: tuple[people.StaffKind, ...] = ("handler", "surveyor")
        for place, kind in enumerate(kinds):
            name = f"{kind}{index + 1}"
            title = make.title()
            phone = f"+861380013{9001 + 10 * place + index}"
            regions = tuple(city.province for city in CITIES[index::3])
            member = people.Staff(name, kind, title, phone, lines[index], ("zh",), regions)
            people.put_staff(s, member)
            users.append(people.User(name, kind, title, name, "zh"))
    return users


def _others(make: Inventor) -> list[people.User]:
    roles = [role for role in ROLES if role not in ("agent", "handler", "surveyor")]
    return [people.User(role, role, make.title(), None, "zh") for role in roles]
