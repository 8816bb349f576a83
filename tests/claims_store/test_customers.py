"""Customers and policies, looked up without ever being readable in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from claims_store import customers
from claims_store.errors import Erased
from claims_store.rules.completeness import PolicyFacts
from claims_store.store import Store
from tests.claims_store.examples import CALLER, PLATE, POLICY, a_customer, a_policy, insured

pytestmark = pytest.mark.store


def test_a_customer_comes_back_as_he_was_entered(store: Store) -> None:
    assert store.run_now(customers.put, a_customer())
    assert not store.run_now(customers.put, a_customer(name="袁大伟"))
    assert store.run_now(customers.get, "C10001") == a_customer(name="袁大伟")
    assert store.run_now(customers.get, "C2") is None
    assert store.run_now(customers.listing) == [a_customer(name="袁大伟")]


@pytest.mark.parametrize("said", [CALLER, "13800138001", "138-0013-8001", "+86 138 0013 8001"])
def test_a_customer_is_known_by_his_number(store: Store, said: str) -> None:
    store.run_now(customers.put, a_customer(phone="138 0013 8001"))
    assert store.run_now(customers.by_phone, said) == a_customer()
    assert store.run_now(customers.by_phone, "+8613800138002") is None


def test_a_number_that_two_have_is_nobodys(store: Store) -> None:
    store.run_now(customers.put, a_customer())
    store.run_now(customers.put, a_customer(id="C2", identity="330106184903254482"))
    assert store.run_now(customers.by_phone, CALLER) is None
    found = store.run_now(customers.by_identity_tail, CALLER, "4482")
    assert found is not None and found.id == "C2"
    assert store.run_now(customers.by_identity_tail, CALLER, "0000") is None


def test_an_identity_that_ends_in_x_is_found_however_it_is_typed(store: Store) -> None:
    store.run_now(customers.put, a_customer(identity="31011518440329975X"))
    assert store.run_now(customers.by_identity_tail, CALLER, "975x") is not None
    assert store.run_now(customers.by_identity_tail, CALLER, "9750") is not None, "keyed: 0 for X"
    assert store.run_now(customers.by_identity_tail, CALLER, "9751") is None


def test_a_customer_without_phone_and_identity_is_matched_by_nothing_empty(store: Store) -> None:
    store.run_now(customers.put, a_customer(phone="", identity=""))
    assert store.run_now(customers.by_phone, "") is None
    assert store.run_now(customers.by_identity_tail, "", "") is None
    assert store.run_now(customers.search, "") == []


def test_policies_are_found_by_number_and_plate(store: Store, now: datetime) -> None:
    policy = store.run_now(insured, now)
    assert policy.id > 0
    for said in (POLICY, "01 2600 4711", " 0126-004711 "):
        assert store.run_now(customers.policy_by_number, said) == policy
    for said in (PLATE, "沪A·D82K7", "沪a d82k7"):
        assert store.run_now(customers.policy_by_plate, said) == policy
    assert store.run_now(customers.policy_by_number, "126004711") is None
    assert store.run_now(customers.policy_by_plate, "") is None
    assert store.run_now(customers.policies, "C10001") == [policy]
    assert store.run_now(customers.policy, policy.id) == policy
    assert store.run_now(customers.policy, 99) is None


def test_the_newest_policy_of_a_car_counts(store: Store, now: datetime) -> None:
    old = store.run_now(insured, now)
    renewed = replace(
        a_policy(now), number="0127000001", valid_to=old.valid_to + timedelta(days=365)
    )
    renewed = store.run_now(customers.put_policy, renewed)
    assert store.run_now(customers.policy_by_plate, PLATE) == renewed
    assert store.run_now(customers.policies, "C10001") == [renewed, old]


def test_a_policy_is_changed_under_its_number(store: Store, now: datetime) -> None:
    policy = store.run_now(insured, now)
    changed = store.run_now(customers.put_policy, replace(policy, plate="", insured="王芳"))
    assert changed.id == policy.id
    assert store.run_now(customers.policy_by_plate, PLATE) is None
    assert changed.facts() == PolicyFacts(
        POLICY, "motor", policy.valid_from, policy.valid_to, "王芳", ()
    )
    assert policy.facts().plates == (PLATE,)


@pytest.mark.parametrize(
    "text",
    [
        "袁伟",
        " 袁 伟 ",
        CALLER,
        "13800138001",
        POLICY,
        PLATE,
        "C10001",
        "9759",
        "310115184403299759",
    ],
)
def test_the_search_takes_whatever_is_at_hand(store: Store, now: datetime, text: str) -> None:
    store.run_now(insured, now)
    store.run_now(customers.put, a_customer(id="C2", name="王芳", phone="", identity=""))
    assert [found.id for found in store.run_now(customers.search, text)] == ["C10001"]


@pytest.mark.parametrize("text", ["袁", "%", "' OR 1=1 --", "1380013", "no"])
def test_the_search_finds_nothing_by_parts_or_tricks(
    store: Store, now: datetime, text: str
) -> None:
    store.run_now(insured, now)
    assert store.run_now(customers.search, text) == []


def test_an_erased_customer_is_a_number_without_a_person(store: Store, now: datetime) -> None:
    policy = store.run_now(insured, now)
    store.vault.erase("customer:C10001")
    found = store.run_now(customers.get, "C10001")
    assert found is not None
    assert (found.name, found.phone, found.identity) == ("", "", "")
    kept = store.run_now(customers.policy, policy.id)
    assert kept is not None and (kept.number, kept.plate, kept.line) == ("", "", "motor")
    with pytest.raises(Erased):
        store.run_now(customers.put, a_customer())
