"""Whatever happens whenever, and wherever a worker dies: clocks jump by minutes or by weeks, over a
change of the hour, over holidays and a 29 February; each row may be handled again and again, and
nothing is said twice, no deadline is lost, and the journal alone gives the claim back.
`EXAMPLES=500` in the environment: so many.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from claims_store import claim_journal, claims, clocks, moves, outbox, people, tasks
from claims_store.consequences import HANDLERS, deadline
from claims_store.outbox import Consequence
from claims_store.rules import clocks as rules
from claims_store.rules import stages
from claims_store.rules.stages import MOVES, IllegalMove
from claims_store.store import Session, Store
from claims_store.tables import ClaimRow, OutboxRow
from tests.claims_store.examples import LINE, a_handler
from tests.claims_store.rules.test_stages import by, given_for
from tests.claims_store.test_any_order import derived
from tests.claims_store.working import KEPT
from tests.databases import open_sqlite

pytestmark = pytest.mark.store

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York")
BEGINNINGS = [
    datetime.fromisoformat(text).astimezone(UTC)
    for text in (
        "2028-02-28T15:30:00+00:00",  # a 29 February is near
        "2027-03-27T23:30:00+01:00",  # Berlin loses an hour
        "2026-10-31T21:00:00-04:00",  # New York gains one
        "2026-09-30T17:00:00+08:00",  # a week of holidays in China
        "2026-12-31T23:59:30+08:00",  # a year of which no make-up days are known
    )
]
JUMPS = st.sampled_from([timedelta(seconds=1), timedelta(minutes=7), timedelta(hours=3),
                         timedelta(hours=25), timedelta(days=9), timedelta(days=40)])  # fmt: skip
ELSEWHERE = {"claim_merged", "claim_reported"}
EVENTS = st.sampled_from(sorted(set(MOVES) - ELSEWHERE))
STORY = st.lists(st.one_of(EVENTS, JUMPS), min_size=4, max_size=30)
DEATHS = st.lists(st.integers(0, 2), min_size=1, max_size=7)
"""How often the worker dies after a row was handled and before anybody wrote that down."""
NUMBERS = count(1)
MOST_ROWS = 2000
EXAMPLES = int(os.environ.get("EXAMPLES", "12"))


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Store]]:
    opened = {}
    for zone in ZONES:
        folder = tmp_path_factory.mktemp("times")
        first = open_sqlite(folder)
        first.close_now()
        url = f"sqlite:///{folder / 'claimline.db'}"
        opened[zone] = Store.open_now(url, folder / "keys.db", zone)
        for name in ("handler1", "handler2"):
            opened[zone].run_now(people.put_staff, a_handler(name))
    yield opened
    for store in opened.values():
        store.close_now()


def work(store: Store, until: datetime, deaths: list[int]) -> list[Consequence]:
    """A worker that dies again and again, until nothing is due; the messages that went out."""
    sent: list[Consequence] = []
    turn = 0
    while rows := store.run_now(outbox.due, until, 20):
        for row in rows:
            turn += 1
            for _ in range(1 + deaths[turn % len(deaths)]):
                store.run_now(_handle, row.id, max(until, row.due_at))
            store.run_now(outbox.done, row.id, until)
            sent += [row] if row.kind in KEPT else []
        assert turn < MOST_ROWS, "rows make rows without end"
    return sent


def _handle(s: Session, id: int, now: datetime) -> None:
    row = outbox.get(s, id)
    assert row is not None
    if row.kind not in KEPT:
        HANDLERS[row.kind](s, row, now)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.sampled_from(ZONES), st.sampled_from(BEGINNINGS), STORY, DEATHS, st.booleans()
)  # fmt: skip
def test_any_story_at_any_time_with_any_deaths(
    stores: dict[str, Store], zone: str, now: datetime, story: list[str | timedelta],
    deaths: list[int], late: bool,
) -> None:  # fmt: skip
    store, number = stores[zone], f"CL-{next(NUMBERS):06d}-0001"
    sent: list[Consequence] = []
    store.run_now(moves.open_claim, number, "motor", now, LINE)
    for step in story:
        if isinstance(step, timedelta):
            now += step
        else:
            _tried(store, number, step, now)
        if not late:
            sent += work(store, now, deaths)
    sent += work(store, now, deaths)
    _the_journal_gives_the_claim_back(store, number)
    _no_deadline_is_lost(store, number, now)
    _nothing_is_said_or_asked_twice(store, number, sent)
    store.run_now(lambda s: s.execute(update(OutboxRow).values(done=now)))  # the next one's is his


def _tried(store: Store, number: str, event: str, now: datetime) -> None:
    data = given_for(event, reason=f"at {now}")
    if "due" in data:
        data["due"] = now + timedelta(hours=2)
    try:
        store.run_now(moves.move, number, event, by(event), now, **data)
    except IllegalMove:
        return


def _the_journal_gives_the_claim_back(store: Store, number: str) -> None:
    events = store.run_now(claims.journal, number)
    state = stages.derive((each.event, each.at, each.by, each.data) for each in events)
    row = store.run_now(lambda s: s.get_one(ClaimRow, number))
    assert (row.stage, row.survey, row.documents) == (state.stage, state.survey, state.documents)
    assert (row.owner, row.closed, row.events) == (state.owner, state.closed, len(events))
    assert [each.seq for each in events] == list(range(1, len(events) + 1))
    assert all(one.at <= two.at for one, two in zip(events, events[1:], strict=False))


def _no_deadline_is_lost(store: Store, number: str, now: datetime) -> None:
    stored = {(each.rule, each.seq): each for each in store.run_now(clocks.of, number)}
    for key, (due, state) in store.run_now(derived, number).items():
        if key[0] in rules.DEADLINES:
            assert (stored[key].due, stored[key].state) == (due, state)
    for each in stored.values():
        if each.state == "open" and each.due is not None and each.due <= now:
            assert each.broken is not None and each.warned is not None, each
        if each.state == "open" and each.due is not None and each.due > now:
            assert _waits(store, number, each), each


def _waits(store: Store, number: str, each: clocks.Running) -> bool:
    """Whether the step at its end is still to come."""
    rows = store.run_now(outbox.due, each.due or each.started, 99999, kind=clocks.STEP)
    last = len(clocks.rule_of(each).steps) - 1
    return any(
        (row.payload["about"], row.payload["rule"], row.payload["seq"], row.payload["step"])
        == (number, each.rule, each.seq, last)
        for row in rows
    )


def _nothing_is_said_or_asked_twice(store: Store, number: str, sent: list[Consequence]) -> None:
    keys = Counter(row.key for row in sent)
    assert max(keys.values(), default=1) == 1
    said = Counter((r.payload["to"], r.payload["text"], str(r.payload["values"])) for r in sent)
    assert max(said.values(), default=1) <= _moves_of(store, number), said.most_common(1)
    asked = Counter(each.kind for done in (False, True) for each in
                    store.run_now(tasks.listing, about=number, done=done))  # fmt: skip
    held = store.run_now(clocks.of, number)
    assert asked[deadline.MISSED] == sum(each.broken is not None for each in held)
    assert asked[deadline.CALL_FIRST] == sum(each.proposed is not None for each in held)
    near = sum(each.warned is not None for each in held if each.kind != "call")
    assert asked[deadline.NEAR] == near


def _moves_of(store: Store, number: str) -> int:
    """The same words may follow from the same move made again."""
    events = Counter(each.event for each in store.run_now(claim_journal.journal, number))
    return max(events.values())
