"""The ledger's switch between database and journal: nothing lost, nothing doubled, nobody waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from ari_app import tasks
from ari_app.boot import wait_until
from ari_app.calls import ledger as ledgers
from ari_app.calls.ledger import Book, Ledger
from ari_app.clock import SystemClock
from claims_store import calls, journal, steps
from claims_store.errors import NotFound, StoreAway
from claims_store.journal import Journal, JournalFull
from claims_store.steps import OPEN
from claims_store.store import Store
from tests.databases import open_sqlite

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 24, 0, 33, tzinfo=UTC)
LIMIT = 0.05


class Shaky(Ledger):
    """A ledger on a store that can be made to fail, or to be slow."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.told: list[bool] = []
        self.folder = folder
        super().__init__(
            store, Journal(folder, store.vault), SystemClock(),
            lambda: self.told.append(self.late),
        )  # fmt: skip

    @property
    def waits(self) -> int | None:
        return journal.waiting(self.folder).steps


class Weather:
    """What the store of a test does with its queries."""

    def __init__(self, store: Store) -> None:
        self.away = False
        self.refused = threading.Event()
        self.breaks: Callable[[Any], bool] = lambda step: False
        self.held = threading.Event()
        self.held.set()
        run_now = store.run_now

        def shaky(query: Any, *args: Any, **kwargs: Any) -> Any:
            self.held.wait(5)
            if self.away:
                self.refused.set()
                raise StoreAway("for the test")
            if query is steps.replay and any(self.breaks(step) for step in args[0]):
                raise ValueError("no such thing")
            return run_now(query, *args, **kwargs)

        store.run_now = shaky  # type: ignore[method-assign]
        store._together._run = lambda work: shaky(work)  # type: ignore[attr-defined]


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_sqlite(tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
def weather(store: Store) -> Weather:
    return Weather(store)


@pytest_asyncio.fixture
async def ledger(
    store: Store, weather: Weather, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Shaky]:
    monkeypatch.setattr(ledgers, "PROBE_EVERY", 0.01)
    monkeypatch.setattr(ledgers, "WRITE_LIMIT", LIMIT)
    monkeypatch.setattr(ledgers, "LOOK_LIMIT", LIMIT)
    made = Shaky(store, tmp_path / "journal")
    keeper = tasks.start(made.run(), name="ledger")
    yield made
    weather.held.set()
    keeper.cancel()
    await asyncio.wait({keeper})


async def opened(ledger: Ledger, call_id: str = "n1-1.1") -> Book:
    book = ledger.book(call_id)
    await book.write(
        OPEN, node="n1", sip_call_id="sip", caller="", dialled="5550100", at=NOW, plan_revision=1
    )
    return book


async def note(book: Book, event: str) -> Any:
    return await book.write("note", at=NOW, event=event, data={})


async def in_time(ledger: Ledger) -> None:
    await wait_until(lambda: not ledger.late, 5, "the database")


async def told(store: Store, call_id: str = "n1-1.1") -> list[str]:
    return [each.event for each in await store.run(calls.events, call_id)]


async def test_what_cannot_be_written_waits_and_is_written_in_order(
    ledger: Shaky, store: Store, weather: Weather
) -> None:
    book = await opened(ledger)
    await note(book, "before")
    weather.away = True
    for name in ("one", "two", "three"):
        assert await note(book, name) is None
    assert ledger.late and ledger.waits == 3
    weather.away = False
    await in_time(ledger)
    await note(book, "after")
    assert await told(store) == ["before", "one", "two", "three", "after"]
    assert ledger.waits is None and ledger.told == [True, False]


async def test_many_calls_at_once_share_the_file(
    ledger: Shaky, store: Store, weather: Weather
) -> None:
    weather.away = True
    names = [f"n1-{number}.1" for number in range(40)]

    async def whole(call_id: str) -> None:
        book = await opened(ledger, call_id)
        for number in range(5):
            await note(book, str(number))

    await asyncio.gather(*(whole(name) for name in names))
    assert ledger.waits == 240
    weather.away = False
    await in_time(ledger)
    for name in names:
        assert await told(store, name) == ["0", "1", "2", "3", "4"]


async def test_a_write_that_is_given_up_and_comes_late_counts_once(
    ledger: Shaky, store: Store, weather: Weather
) -> None:
    book = await opened(ledger)
    weather.held.clear()
    assert await note(book, "given up") is None
    began = asyncio.get_running_loop().time()
    await note(book, "next")
    assert asyncio.get_running_loop().time() - began < LIMIT, "nobody waits the limit again"
    weather.held.set()
    await in_time(ledger)
    assert await told(store) == ["given up", "next"]


async def test_who_hangs_up_in_a_write_does_not_undo_it(
    ledger: Shaky, store: Store, weather: Weather
) -> None:
    book = await opened(ledger)
    weather.held.clear()
    writing = tasks.start(note(book, "his last"), name="his last")
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.wait({writing})
    weather.held.set()
    await book.write("close", at=NOW, outcome="hung_up")
    await in_time(ledger)
    assert await told(store) == ["his last"]


async def test_nobody_reads_while_nothing_can_be_read(ledger: Shaky, weather: Weather) -> None:
    weather.away = True
    for _ in range(2):
        with pytest.raises(StoreAway):
            await ledger.look(calls.get, "n1-1.1")
    assert ledger.blind and ledger.late
    weather.away = False
    await in_time(ledger)
    assert await ledger.look(calls.get, "n1-1.1") is None


async def test_a_read_has_a_limit(ledger: Shaky, weather: Weather) -> None:
    weather.held.clear()
    with pytest.raises(StoreAway):
        await ledger.look(calls.get, "n1-1.1")
    weather.held.set()
    await in_time(ledger)


async def test_a_step_that_can_never_be_stored_holds_up_nobody(
    ledger: Shaky, store: Store, weather: Weather
) -> None:
    book = await opened(ledger)
    weather.away, weather.breaks = True, lambda step: step.data.get("event") == "bad"
    for name in ("one", "bad", "two"):
        await note(book, name)
    weather.away = False
    await in_time(ledger)
    assert await told(store) == ["one", "step_set_aside", "two"]
    assert journal.waiting(ledger.folder).set_aside == 1


async def test_a_mistake_is_a_mistake_and_not_an_outage(ledger: Shaky) -> None:
    book = ledger.book("n1-9.9", 4)
    with pytest.raises(NotFound):
        await note(book, "whose?")
    assert not ledger.late


async def test_another_process_goes_on_where_the_journal_ends(
    ledger: Shaky, store: Store, weather: Weather, tmp_path: Path
) -> None:
    book = await opened(ledger)
    weather.away = True
    await note(book, "waits")
    after = Shaky(store, tmp_path / "journal")
    weather.refused.clear()
    recovery = tasks.start(after.recover(), name="recovery")
    assert await asyncio.to_thread(weather.refused.wait, 5)
    assert not recovery.done(), "calls are adopted only once everything is in the database"
    weather.away = False
    await recovery
    row = await store.run(calls.get, "n1-1.1")
    assert row is not None and row.step == 2
    await note(after.book("n1-1.1", row.step), "goes on")
    assert await told(store) == ["waits", "goes on"]


async def test_without_room_for_the_journal_nothing_is_promised(
    ledger: Shaky, weather: Weather, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = await opened(ledger)
    weather.away = True

    def full(given: object) -> None:
        raise JournalFull("no room")

    monkeypatch.setattr(ledger._journal, "append", full)
    results = await asyncio.gather(*(note(book, str(n)) for n in range(3)), return_exceptions=True)
    assert [type(each) for each in results] == [JournalFull] * 3
