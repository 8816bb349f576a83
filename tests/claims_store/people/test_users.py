"""Users and signed-in browsers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from claims_store import people
from claims_store.errors import NotFound
from claims_store.people import User
from claims_store.store import Store
from claims_store.tables import WebSessionRow

pytestmark = pytest.mark.store

LIN = User("agent1", "agent", {"zh": "林敏", "en": "Lin Min"}, "agent1", "zh")


@pytest.fixture
def user(store: Store, now: datetime) -> User:
    assert store.run_now(people.add_user, LIN, "hash", now)
    return LIN


def test_a_login_is_given_once(store: Store, now: datetime, user: User) -> None:
    assert not store.run_now(people.add_user, replace(LIN, role="admin"), "other", now)
    assert store.run_now(people.by_login, "agent1") == LIN
    assert store.run_now(people.by_login, "nobody") is None
    assert store.run_now(people.users) == [LIN]
    assert store.run_now(people.password_hash, "agent1") == "hash"
    assert store.run_now(people.password_hash, "nobody") is None


def test_a_session_is_found_by_its_token_until_it_ends(
    store: Store, now: datetime, user: User
) -> None:
    ends = now + timedelta(hours=10)
    store.run_now(people.begin_session, "token", "agent1", now, ends)
    found = store.run_now(people.session, "token", now + timedelta(hours=1))
    assert found is not None and (found.login, found.made, found.expires) == ("agent1", now, ends)
    assert found.seen == now + timedelta(hours=1)
    assert store.run_now(people.session, "other", now) is None
    assert store.run_now(people.session, "token", ends) is None
    store.run_now(people.end_session, "token")
    assert store.run_now(people.session, "token", now) is None


def test_the_database_never_holds_a_token(store: Store, now: datetime, user: User) -> None:
    store.run_now(people.begin_session, "token", "agent1", now, now + timedelta(hours=1))
    kept = store.run_now(lambda s: s.scalar(select(WebSessionRow.token_hash)))
    assert kept is not None and "token" not in kept and len(kept) == 64


def test_ended_sessions_are_swept_away(store: Store, now: datetime, user: User) -> None:
    store.run_now(people.begin_session, "old", "agent1", now, now + timedelta(hours=1))
    later = now + timedelta(hours=2)
    store.run_now(people.begin_session, "new", "agent1", later, later + timedelta(hours=1))
    assert len(store.run_now(lambda s: s.scalars(select(WebSessionRow)).all())) == 1


@pytest.mark.parametrize("change", ["password", "role", "active"])
def test_who_is_changed_is_signed_out_everywhere(
    store: Store, now: datetime, user: User, change: str
) -> None:
    for token in ("desk", "home"):
        store.run_now(people.begin_session, token, "agent1", now, now + timedelta(hours=1))
    if change == "password":
        store.run_now(people.set_password, "agent1", "new")
        assert store.run_now(people.password_hash, "agent1") == "new"
    elif change == "role":
        store.run_now(people.change_user, replace(LIN, role="supervisor"))
    else:
        store.run_now(people.change_user, replace(LIN, active=False))
        assert store.run_now(people.password_hash, "agent1") is None
    assert [store.run_now(people.session, token, now) for token in ("desk", "home")] == [None] * 2


def test_a_changed_title_signs_nobody_out(store: Store, now: datetime, user: User) -> None:
    store.run_now(people.begin_session, "desk", "agent1", now, now + timedelta(hours=1))
    store.run_now(people.change_user, replace(LIN, title={"zh": "林", "en": "Lin"}, language="en"))
    assert store.run_now(people.session, "desk", now) is not None
    found = store.run_now(people.by_login, "agent1")
    assert found is not None and found.language == "en"


def test_nobody_is_nobody(store: Store) -> None:
    with pytest.raises(NotFound):
        store.run_now(people.change_user, LIN)
    with pytest.raises(NotFound):
        store.run_now(people.set_password, "agent1", "hash")
