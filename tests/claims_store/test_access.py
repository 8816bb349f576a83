"""The access log: whatever is done to it shows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from claims_store import access
from claims_store.access import Head
from claims_store.store import Session, Store

pytestmark = pytest.mark.store


@pytest.fixture
def kept(store: Store, now: datetime) -> Head:
    """The end of a log of ten rows."""

    def fill(s: Session) -> Head:
        for number in range(10):
            at = now + timedelta(seconds=number)
            head = access.log(s, "agent1", "unmask", f"C{number}", "CL-1", at)
        return head

    return store.run_now(fill)


def tamper(store: Store, *acts: str) -> None:
    """As somebody does who may do everything in the database."""

    def act(s: Session) -> None:
        if s.get_bind().dialect.name == "postgresql":
            s.execute(text("ALTER TABLE access_log DISABLE TRIGGER ALL"))
        else:
            for kind in ("update", "delete"):
                s.execute(text(f"DROP TRIGGER IF EXISTS kept_access_log_{kind}"))
        for sql in acts:
            s.execute(text(sql))
        if s.get_bind().dialect.name == "postgresql":
            s.execute(text("ALTER TABLE access_log ENABLE TRIGGER ALL"))

    store.run_now(act)


def test_a_log_as_it_was_written_is_whole(store: Store, kept: Head) -> None:
    assert kept.seq == 10
    assert store.run_now(access.head) == kept
    assert store.run_now(access.verify) is None
    assert store.run_now(access.verify, kept) is None
    assert [row.seq for row in store.run_now(access.listing, limit=2)] == [10, 9]
    assert [row.seq for row in store.run_now(access.listing, about="C3")] == [4]
    assert store.run_now(access.listing, who="nobody") == []


def test_an_empty_log_is_whole(store: Store) -> None:
    assert store.run_now(access.verify) is None
    assert store.run_now(access.head) == Head(0, "0" * 64)


@pytest.mark.parametrize(
    ("acts", "row"),
    [
        (["UPDATE access_log SET who = 'x' WHERE seq = 4"], 4),
        (["UPDATE access_log SET why = '' WHERE seq = 1"], 1),
        (["UPDATE access_log SET hash = 'x' WHERE seq = 7"], 7),
        (["DELETE FROM access_log WHERE seq = 5"], 5),
        (["DELETE FROM access_log WHERE seq > 8"], 9),
        (["DELETE FROM access_log", "DELETE FROM access_head"], None),
        (
            [
                "UPDATE access_log SET seq = 99 WHERE seq = 2",
                "UPDATE access_log SET seq = 2 WHERE seq = 3",
                "UPDATE access_log SET seq = 3 WHERE seq = 99",
            ],
            2,
        ),
        (["UPDATE access_head SET seq = 11"], 11),
    ],
)
def test_any_change_names_its_row(
    store: Store, kept: Head, acts: list[str], row: int | None
) -> None:
    tamper(store, *acts)
    assert store.run_now(access.verify) == row


def test_rows_cut_off_with_the_end_are_shown_by_a_head_kept_elsewhere(
    store: Store, kept: Head
) -> None:
    row = store.run_now(lambda s: s.scalar(text("SELECT hash FROM access_log WHERE seq = 8")))
    tamper(
        store,
        "DELETE FROM access_log WHERE seq > 8",
        f"UPDATE access_head SET seq = 8, hash = '{row}'",
    )
    assert store.run_now(access.verify) is None
    assert store.run_now(access.verify, kept) == 9


def test_a_log_written_anew_is_shown_by_a_head_kept_elsewhere(
    store: Store, kept: Head, now: datetime
) -> None:
    tamper(store, "DELETE FROM access_log", "DELETE FROM access_head")
    for _ in range(12):
        store.run_now(access.log, "agent2", "call", "C1", "", now)
    assert store.run_now(access.verify) is None
    assert store.run_now(access.verify, kept) == 10


@pytest.mark.parametrize("act", ["UPDATE access_log SET who = 'x'", "DELETE FROM access_log"])
def test_the_database_refuses_it_in_the_first_place(store: Store, kept: Head, act: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        store.run_now(lambda s: s.execute(text(act)))
