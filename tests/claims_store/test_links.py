"""Links: each opens one thing, for its time, and tells a guesser nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from claims_store import links, moves
from claims_store.links import LinkProblem
from claims_store.store import Session, Store
from claims_store.tables import LinkRow
from tests.claims_store.examples import CALLER, LINE, insured
from tests.databases import open_sqlite

pytestmark = pytest.mark.store

NUMBER = "CL-261124-0042"


@pytest.fixture
def number(store: Store, now: datetime) -> str:
    def begin(s: Session) -> None:
        policy = insured(s, now)
        moves.open_claim(s, NUMBER, "motor", now, LINE, customer_id="C10001", policy_id=policy.id)

    store.run_now(begin)
    return NUMBER


def why(store: Store, token: str, now: datetime, kind: links.Kind = "claim") -> str:
    with pytest.raises(LinkProblem) as caught:
        store.run_now(links.open_link, token, now, kind)
    return caught.value.why


def test_a_link_opens_its_claim_for_whom_it_was_sent_to(
    store: Store, now: datetime, number: str
) -> None:
    token = store.run_now(links.make, "claim", number, now, whom=CALLER)
    assert len(token) == 16 and token.isalnum() and token.isascii()
    link = store.run_now(links.open_link, token, now)
    assert (link.kind, link.about, link.whom) == ("claim", number, CALLER)
    assert store.run_now(links.open_link, token.upper(), now) == link
    assert links.path("claim", token) == f"/c/{token}"


def test_whoever_is_written_to_often_keeps_his_link(
    store: Store, now: datetime, number: str
) -> None:
    first = store.run_now(links.make, "claim", number, now, whom=CALLER)
    assert store.run_now(links.make, "claim", number, now, whom=CALLER) == first
    later = now + timedelta(days=10)
    assert store.run_now(links.make, "claim", number, later, whom=CALLER) == first
    assert store.run_now(links.make, "claim", number, now, whom="+8613900000000") != first
    late = now + timedelta(days=20)
    assert store.run_now(links.make, "claim", number, late, whom=CALLER) != first


def test_expired_ended_and_foreign_links_open_nothing(
    store: Store, now: datetime, number: str
) -> None:
    token = store.run_now(links.make, "claim", number, now, whom=CALLER)
    assert why(store, token, now + links.LIFE) == "expired"
    assert why(store, token, now, "survey") == "unknown"
    survey = store.run_now(links.make, "survey", "7", now, whom="surveyor1")
    assert why(store, survey, now) == "unknown"
    assert store.run_now(links.end, "claim", number, now) == 1
    assert store.run_now(links.end, "claim", number, now) == 0
    assert why(store, token, now) == "ended"
    assert store.run_now(links.open_link, survey, now, "survey").whom == "surveyor1"
    # Who asks for a link again gets another one.
    assert store.run_now(links.make, "claim", number, now, whom=CALLER) != token


def test_another_installation_does_not_know_the_signature(
    store: Store, now: datetime, number: str, tmp_path: Path
) -> None:
    token = store.run_now(links.make, "claim", number, now, whom=CALLER)
    (tmp_path / "other").mkdir()
    other = open_sqlite(tmp_path / "other")
    try:
        assert why(other, token, now) == "unknown"
    finally:
        other.close_now()


def test_the_database_holds_no_token_and_no_number(
    store: Store, now: datetime, number: str
) -> None:
    token = store.run_now(links.make, "claim", number, now, whom=CALLER)

    def kept(s: Session) -> str:
        row = s.query(LinkRow).one()
        return " ".join(str(getattr(row, column.name)) for column in LinkRow.__table__.columns)

    text = store.run_now(kept)
    assert token not in text and CALLER not in text


def test_a_guess_is_refused_before_the_database_is_asked(
    store: Store, now: datetime, number: str
) -> None:
    token = store.run_now(links.make, "claim", number, now, whom=CALLER)
    asked: list[str] = []

    def guess(s: Session, text: str) -> None:
        s.connection()  # begun: from here on each statement is ours
        event.listen(s.get_bind(), "before_cursor_execute", lambda *a: asked.append(str(a[2])))
        links.open_link(s, text, now)

    for tampered in (token[:-1] + ("a" if token[-1] != "a" else "b"), "a" * 16, token[:8]):
        with pytest.raises(LinkProblem):
            store.run_now(guess, tampered)
    assert asked == []


@given(st.text(max_size=40))
def test_no_text_opens_anything_or_breaks(text: str) -> None:
    with pytest.raises(LinkProblem):
        links.open_link(_SIGNER, text, datetime.min)  # type: ignore[arg-type]


class _Signer:
    """A session without a database."""

    def __init__(self) -> None:
        self.info = {"vault": self}

    def index(self, text: str) -> str:
        return "ab" * 32


_SIGNER = _Signer()
