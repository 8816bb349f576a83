"""Writes share a transaction, and nothing else: neither their failures nor their rows."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from claims_store import calls, plans
from claims_store.errors import NotFound, StoreAway
from claims_store.store import Session, Store
from claims_store.tables import CallEventRow, PlanRevisionRow
from claims_store.together import Together
from tests.claims_store.examples import CALL, open_call

pytestmark = pytest.mark.store


class Counted:
    """A store's `run_now` that counts transactions, and waits in the first until it may go on."""

    def __init__(self, store: Store) -> None:
        self.count = 0
        self.go_on = threading.Event()
        self._store = store

    def run(self, work: Callable[[Session], Any]) -> Any:
        self.count += 1
        if self.count == 1:
            assert self.go_on.wait(10)
        return self._store.run_now(work)


@pytest.fixture
def counted(store: Store) -> Counted:
    return Counted(store)


@pytest.fixture
def together(counted: Counted) -> Iterator[Together]:
    made = Together(counted.run)
    yield made
    counted.go_on.set()
    made.close()


def nothing(_: Session) -> None:
    """The write that holds up the others."""


def notes(store: Store) -> list[str]:
    found = select(CallEventRow.event).order_by(CallEventRow.seq)
    return store.run_now(lambda s: list(s.scalars(found)))


async def test_writes_that_come_meanwhile_share_one_transaction_in_their_order(
    store: Store, counted: Counted, together: Together, now: datetime
) -> None:
    open_call(store, now)
    first = together.begin(nothing)
    await asyncio.sleep(0)
    others = [together.begin(calls.note, CALL, now, f"step {n}") for n in range(20)]
    counted.go_on.set()
    await first
    assert await asyncio.gather(*others) == list(range(1, 21))
    assert counted.count == 2
    assert notes(store) == [f"step {n}" for n in range(20)]


async def test_writes_of_one_moment_share_one_transaction(
    store: Store, counted: Counted, together: Together, now: datetime
) -> None:
    open_call(store, now)
    counted.go_on.set()
    await asyncio.gather(*(together.begin(calls.note, CALL, now, f"step {n}") for n in range(20)))
    assert counted.count == 1
    assert notes(store) == [f"step {n}" for n in range(20)]


async def test_one_that_fails_leaves_the_others_alone(
    store: Store, counted: Counted, together: Together, now: datetime
) -> None:
    open_call(store, now)

    def fails(s: Session) -> None:
        calls.note(s, CALL, now, "never")
        raise KeyError("bug")

    work = [
        together.begin(nothing),
        together.begin(calls.note, CALL, now, "before"),
        together.begin(fails),
        together.begin(calls.note, "nobody", now, "lost"),
        together.begin(calls.note, CALL, now, "after"),
    ]
    counted.go_on.set()
    found = await asyncio.gather(*work, return_exceptions=True)
    assert isinstance(found[2], KeyError) and isinstance(found[3], NotFound)
    assert notes(store) == ["before", "after"]


async def test_who_meets_a_row_of_somebody_else_is_tried_again_alone(
    store: Store, counted: Counted, together: Together, now: datetime
) -> None:
    tries = 0

    def collides(s: Session) -> int:
        nonlocal tries
        tries += 1
        if tries == 1:
            plans.publish(s, "text", "admin", "", now)
            revision = s.scalar(select(func.max(PlanRevisionRow.revision)))
            s.connection().execute(
                PlanRevisionRow.__table__.insert(),
                {"revision": revision, "text": "", "by": "", "reason": "", "at": now},
            )
        return plans.publish(s, "second", "admin", "", now)

    work = [together.begin(nothing), together.begin(collides), together.begin(nothing)]
    counted.go_on.set()
    await asyncio.gather(*work)
    assert tries == 2
    assert store.run_now(plans.current).text == "second"  # type: ignore[union-attr]


async def test_rows_are_read_anew_by_each(
    store: Store, counted: Counted, together: Together, now: datetime
) -> None:
    open_call(store, now)

    def stage(s: Session) -> str:
        found = calls.get(s, CALL)
        assert found is not None
        return found.stage

    work = [
        together.begin(nothing), together.begin(stage),
        together.begin(calls.change, CALL, stage="menu"), together.begin(stage),
    ]  # fmt: skip
    counted.go_on.set()
    assert (await asyncio.gather(*work))[1::2] == ["ringing", "menu"]


async def test_a_database_that_is_away_is_asked_once_for_all() -> None:
    asked = 0
    go_on = threading.Event()

    def away(work: Callable[[Session], Any]) -> Any:
        nonlocal asked
        asked += 1
        go_on.wait(10)
        raise StoreAway("locked")

    together = Together(away)
    work = [together.begin(nothing) for _ in range(10)]
    go_on.set()
    found = await asyncio.gather(*work, return_exceptions=True)
    assert all(isinstance(each, StoreAway) for each in found)
    assert asked == 1
    together.close()


async def test_who_does_not_wait_any_more_is_written_all_the_same(
    store: Store, counted: Counted, together: Together, now: datetime
) -> None:
    open_call(store, now)
    first, given_up = together.begin(nothing), together.begin(calls.note, CALL, now, "kept")
    last = together.begin(calls.note, CALL, now, "last")
    given_up.cancel()
    counted.go_on.set()
    await asyncio.gather(first, last)
    assert notes(store) == ["kept", "last"]
