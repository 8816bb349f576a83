"""The demo's insurer: complete, the same for the same seed, and nobody's real data."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app.demo.seed import ROLES, Login, seed
from claims_store import claims, customers, outbox, passwords, people, reports
from claims_store.errors import StoreError
from claims_store.rules import identifiers
from claims_store.store import Store
from tests.databases import open_sqlite
from tests.hashing import quick_hashes

pytestmark = pytest.mark.store

NOW = datetime(2026, 11, 24, 0, 33, 5, tzinfo=UTC)


@pytest.fixture(autouse=True, scope="module")
def hashes() -> Iterator[None]:
    with quick_hashes():
        yield


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Login]]]:
    store = open_sqlite(tmp_path_factory.mktemp("seed"))
    yield store, seed(store, NOW)
    store.close_now()


def test_there_are_customers_with_policies_of_every_line(
    seeded: tuple[Store, list[Login]],
) -> None:
    store, _ = seeded
    known = store.run_now(customers.listing)
    policies = [
        policy for customer in known for policy in store.run_now(customers.policies, customer.id)
    ]
    assert (len(known), len(policies)) == (30, 60)
    lines = Counter(policy.line for policy in policies)
    assert lines["motor"] == 30 and set(lines) == {"motor", "home", "health", "travel", "liability"}
    assert len({policy.number for policy in policies}) == 60
    assert sum(policy.valid_from <= NOW < policy.valid_to for policy in policies) >= 45
    assert any(policy.valid_to <= NOW for policy in policies)
    assert any(policy.valid_from > NOW for policy in policies)
    for policy in policies:
        assert identifiers.policy_number(policy.number) == policy.number
        assert policy.number.isdigit(), "it can be keyed on a telephone"
        assert policy.plate == "" or identifiers.plate(policy.plate) == policy.plate


def test_no_living_person_has_these_numbers(seeded: tuple[Store, list[Login]]) -> None:
    store, _ = seeded
    for customer in store.run_now(customers.listing):
        assert identifiers.resident_id(customer.identity) == customer.identity
        assert int(customer.identity[6:10]) < 1860
        assert identifiers.phone(customer.phone) == customer.phone
        found = store.run_now(customers.by_phone, customer.phone)
        assert found == customer


def test_there_are_people_for_every_part(seeded: tuple[Store, list[Login]]) -> None:
    store, logins = seeded
    agents = store.run_now(people.agents)
    assert len(agents) == 8
    assert len({tuple(sorted(agent.skills)) for agent in agents}) == 8
    assert [agent.phone for agent in agents] == [str(number) for number in range(201, 209)]
    for wanted in ("line.motor", "line.home", "line.health", "line.travel", "line.liability",
                   "language.zh", "language.en", "region.310000"):  # fmt: skip
        assert any(wanted in agent.skills for agent in agents), wanted
    assert all(1 <= level <= 10 for agent in agents for level in agent.skills.values())
    assert len(store.run_now(people.staff, "handler")) == 3
    assert len(store.run_now(people.staff, "surveyor")) == 3
    assert {login.role for login in logins} == set(ROLES)


def test_every_login_opens_and_is_new_each_time(
    seeded: tuple[Store, list[Login]], tmp_path: Path
) -> None:
    store, logins = seeded
    for role in ("agent", "admin"):
        login = next(each for each in logins if each.role == role)
        stored = store.run_now(people.password_hash, login.login)
        assert stored is not None and passwords.matches(stored, login.password)
    assert len({login.password for login in logins}) == len(ROLES)
    other = open_sqlite(tmp_path)
    again = seed(other, NOW)
    assert [each.login for each in again] == [each.login for each in logins]
    assert not {each.password for each in again} & {each.password for each in logins}
    listings = [each.run_now(customers.listing) for each in (store, other)]
    other.close_now()
    assert listings[0] == listings[1]


def test_past_claims_stand_at_every_stage(seeded: tuple[Store, list[Login]]) -> None:
    store, _ = seeded
    found = store.run_now(claims.listing)
    assert len(found) == 20
    assert sum(claim.closed is None for claim in found) == 8
    told = {store.run_now(claims.status, claim.number).stage for claim in found}
    assert told >= {"filed", "dispatched", "on_way", "surveyed", "queried", "closed"}
    for claim in found:
        assert claim.customer_id is not None
        journal = store.run_now(claims.journal, claim.number)
        assert [event.at for event in journal] == sorted(event.at for event in journal)
        assert journal[-1].at <= NOW
        if claim.closed is None:
            assert claim.report_number is not None
            state = store.run_now(reports.state, claim.report_number)
            assert (state.level, state.problems) == ("assignable", ())
            assert state.policy is not None and state.policy.id == claim.policy_id


def test_nobody_gets_a_message_about_the_past(seeded: tuple[Store, list[Login]]) -> None:
    store, _ = seeded
    assert store.run_now(outbox.due, NOW) == []


def test_a_store_that_is_in_use_is_not_seeded(seeded: tuple[Store, list[Login]]) -> None:
    store, _ = seeded
    with pytest.raises(StoreError):
        seed(store, NOW)


@pytest.mark.parametrize("at", ["2026-12-31T23:59:00+08:00", "2028-02-29T12:00:00+08:00"])
def test_the_insurer_can_be_made_on_any_day(tmp_path: Path, at: str) -> None:
    store = open_sqlite(tmp_path)
    begun = time.process_time()
    seed(store, datetime.fromisoformat(at), seed=7)
    assert time.process_time() - begun < 6
    assert len(store.run_now(claims.listing)) == 20
    store.close_now()
