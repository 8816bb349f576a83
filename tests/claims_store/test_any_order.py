"""Whatever people try in whatever order: no illegal stage, no deadline lost, nothing said twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims_store import calendar, claim_journal, claims, clocks, facts, moves, outbox
from claims_store.rules import clocks as rules
from claims_store.rules.stages import MOVES, Actor, IllegalMove
from claims_store.store import Session, Store
from claims_store.tables import ClaimRow
from tests.claims_store.rules.test_stages import by, given_for
from tests.claims_store.working import messages, work
from tests.databases import open_sqlite

pytestmark = pytest.mark.store

BEGINNING = datetime(2026, 11, 24, 0, 33, 5, tzinfo=UTC)
NUMBERS = count(1)
ELSEWHERE = {"claim_merged", "claim_reported"}
EVENTS = st.lists(st.sampled_from(sorted(set(MOVES) - ELSEWHERE)), min_size=5, max_size=60)
LINE = Actor("line", "line")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_sqlite(tmp_path_factory.mktemp("orders"))
    yield opened
    opened.close_now()


def derived(s: Session, number: str) -> dict[tuple[str, int], tuple[object, str]]:
    """The clocks of a claim as its journal says them."""
    row = s.get(ClaimRow, number)
    assert row is not None
    events = claim_journal.journal(s, number)
    known = facts.for_clocks(claims.state_of(s, number), row.line, {}, facts.place_of(events))
    happened = [rules.Happened(each.seq, each.at, each.event) for each in events]
    found = rules.clocks(happened, known, calendar.handlers_hours(s), s.info["zone"])
    return {(each.rule, each.seq): (each.due, each.state) for each in found}


@settings(max_examples=30, deadline=None)
@given(EVENTS)
def test_any_order_of_moves(shared: Store, events: list[str]) -> None:
    number = f"CL-{next(NUMBERS):06d}-0001"
    now = BEGINNING
    shared.run_now(moves.open_claim, number, "motor", now, LINE)
    legal = 1
    for event in events:
        now += timedelta(hours=5)
        data = given_for(event, reason=f"r{legal}")
        if "due" in data:
            data["due"] = now + timedelta(hours=2)
        try:
            shared.run_now(moves.move, number, event, by(event), now, **data)
            legal += 1
        except IllegalMove:
            pass
        assert len(shared.run_now(claims.journal, number)) == legal
    stored = {
        (each.rule, each.seq): (each.due, each.state)
        for each in shared.run_now(clocks.of, number)
        if each.kind != "call" and each.rule in rules.DEADLINES
    }
    wanted = shared.run_now(derived, number)
    assert {key: stored[key] for key in wanted} == wanted
    assert all(stored[key][1] == "void" for key in stored.keys() - wanted.keys())
    _each_step_is_put_down(shared, number)
    _nothing_is_said_twice(shared, number, now)


def _each_step_is_put_down(store: Store, number: str) -> None:
    """An open deadline has a row for each of its steps, at its time."""
    far = BEGINNING + timedelta(days=999)
    rows = [row for row in store.run_now(outbox.due, far, 9999, kind="deadline")
            if row.payload["about"] == number]  # fmt: skip
    for each in store.run_now(clocks.of, number):
        if each.state == "open" and each.due is not None:
            mine = {row.payload["step"] for row in rows
                    if (row.payload["rule"], row.payload["seq"]) == (each.rule, each.seq)
                    and row.payload["due"] == each.due.isoformat()}  # fmt: skip
            assert mine == set(range(len(clocks.rule_of(each).steps))), each


def _nothing_is_said_twice(store: Store, number: str, until: datetime) -> None:
    before = len(messages(store, until))
    work(store, until, twice=True)
    keys = Counter(row.key for row in messages(store, until)[before:])
    assert all(times == 1 for times in keys.values())
