"""The ledger of all calls: what a caller is told is kept is in the database, or, while that is
away, in the journal, from which it is replayed in order. Callers hear no difference.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from ari_app import tasks
from ari_app.clock import Clock
from claims_store import steps
from claims_store.errors import StoreAway
from claims_store.journal import Journal, JournalFull
from claims_store.steps import Step
from claims_store.store import Session, Store

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

WRITE_LIMIT = 1.0
"""Seconds; half the answers take 3 ms, one in a hundred 5. Later than that the database is away."""
LOOK_LIMIT = 2.0
"""Seconds that a caller may wait for what he is asked by, for example his policies."""
PROBE_EVERY = 1.0
AT_ONCE = 32
"""Steps that are replayed in one transaction."""

InThread = Callable[..., Awaitable[Any]]


class Ledger:
    """One per running application. `late`: writes go to the journal; `blind`: nothing can be read
    either."""

    def __init__(
        self, store: Store, journal: Journal, clock: Clock, told: Callable[[], None],
        in_thread: InThread = asyncio.to_thread,
    ) -> None:  # fmt: skip
        self.late = False
        self.blind = False
        self._store = store
        self._journal = journal
        self._clock = clock
        self._told = told
        self._in_thread = in_thread
        self._waiting: deque[Step] = deque()
        self._unwritten: list[tuple[Step, asyncio.Future[None]]] = []
        self._file = asyncio.Lock()
        self._is_late = asyncio.Event()

    def book(self, call_id: str, step: int = 0) -> Book:
        """The book of one call, of which `step` writes are applied."""
        return Book(self, call_id, step)

    async def look(
        self, query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Read something; raises `StoreAway`, at the latest after `LOOK_LIMIT`."""
        if self.blind:
            raise StoreAway("the database is away")
        try:
            return await _within(LOOK_LIMIT, self._store.begin(query, *args, **kwargs))
        except StoreAway:
            self.lost_sight()
            raise

    def lost_sight(self) -> None:
        """Somebody could not read: nobody else need try until the database is back."""
        self.blind = True
        self._go_late()

    async def write(self, step: Step) -> Any:
        """Keep a step: its result, or None when it waits in the journal. Raises `JournalFull`."""
        if not self.late:
            try:
                return await _within(WRITE_LIMIT, self._store.together(steps.apply, step))
            except StoreAway:
                self._go_late()
        await self._to_journal(step)
        return None

    async def recover(self) -> None:
        """Bring what an earlier process left in the journal into the database: calls go on at the
        step where they were. Waits as long as the database is away."""
        left = await self._in_thread(self._journal.read)
        if left is None:
            return
        logger.warning("the journal is replayed", extra={"steps": len(left)})
        self._waiting.extend(left)
        self._go_late()
        while True:
            if await self._catch_up():
                return
            await asyncio.sleep(PROBE_EVERY)

    async def run(self) -> None:
        """Watch for the database to come back whenever it is away."""
        while True:
            await self._is_late.wait()
            await self._mark()
            await asyncio.sleep(PROBE_EVERY)
            await self._catch_up()

    def _go_late(self) -> None:
        if self.late:
            return
        self.late = True
        self._is_late.set()
        logger.error("the database is away: steps of calls wait in the journal")
        self._told()

    async def _mark(self) -> None:
        """The empty file says to others that the database is away."""
        async with self._file:
            try:
                await self._in_thread(self._journal.append, [])
            except JournalFull:
                logger.exception("nothing can be kept: new calls go to the net")

    async def _to_journal(self, step: Step) -> None:
        """Put a step on disk, together with those that came meanwhile."""
        kept = asyncio.get_running_loop().create_future()
        self._unwritten.append((step, kept))
        async with self._file:
            batch, self._unwritten = self._unwritten, []
            if batch:
                await self._append(batch)
        await kept

    async def _append(self, batch: list[tuple[Step, asyncio.Future[None]]]) -> None:
        try:
            await self._in_thread(self._journal.append, [step for step, _ in batch])
        except JournalFull as fault:
            for _, kept in batch:
                kept.set_exception(fault)
            return
        self._waiting.extend(step for step, _ in batch)
        self._go_late()  # the database may have come back in between
        for _, kept in batch:
            kept.set_result(None)

    async def _catch_up(self) -> bool:
        """Replay the journal; True once everything is in the database and it is used again."""
        try:
            await self._store.run(steps.alive)
            self.blind = False
            while not await self._is_replayed():
                await self._replay([self._waiting[n] for n in range(self._next())])
        except (StoreAway, OSError):
            return False
        logger.warning("the database is back, the journal is in it")
        self._told()
        return True

    def _next(self) -> int:
        return min(AT_ONCE, len(self._waiting))

    async def _is_replayed(self) -> bool:
        """End the outage if nothing waits any more: no step can come in between."""
        if self._waiting:
            return False
        async with self._file:
            if self._waiting:
                return False
            await self._in_thread(self._journal.clear)
            self.late = False
            self._is_late.clear()
        return True

    async def _replay(self, batch: list[Step]) -> None:
        try:
            await self._store.run(steps.replay, batch)
        except StoreAway:
            raise
        except Exception:
            for step in batch:
                await self._replay_one(step)
        for _ in batch:
            self._waiting.popleft()

    async def _replay_one(self, step: Step) -> None:
        """A step that can never be applied must not hold up all others."""
        try:
            await self._store.run(steps.replay, [step])
        except StoreAway:
            raise
        except Exception:
            logger.exception("a step cannot be replayed", extra={"call": step.call_id})
            await self._in_thread(self._journal.set_aside, step)
            await self._store.run(steps.pass_over, step, self._clock.now())


class Book:
    """The ledger of one call: its writes, one after the other, numbered."""

    def __init__(self, ledger: Ledger, call_id: str, step: int) -> None:
        self.call_id = call_id
        self._ledger = ledger
        self._step = step
        self._turn = asyncio.Lock()

    async def write(self, kind: str, **data: Any) -> Any:
        """Keep a step (`claims_store.steps`); its result, or None when it waits in the journal.

        Who hangs up meanwhile ends the waiting, not the writing: the next number depends on it.
        """
        work = tasks.start(self._write(kind, data), name=f"step of {self.call_id}")
        return await asyncio.shield(work)

    async def _write(self, kind: str, data: dict[str, Any]) -> Any:
        async with self._turn:
            result = await self._ledger.write(Step(self.call_id, self._step + 1, kind, data))
            self._step += 1
            return result


async def _within(limit: float, work: asyncio.Future[T]) -> T:
    """The result of `work`; it goes on by itself when it takes longer. Raises `StoreAway`."""
    done, _ = await asyncio.wait({work}, timeout=limit)
    if not done:
        work.add_done_callback(_heard)
        raise StoreAway(f"not within {limit} s")
    return work.result()


def _heard(work: asyncio.Future[Any]) -> None:
    """Whether it came to something the journal's replay finds out."""
    if not work.cancelled() and (fault := work.exception()) is not None:
        logger.info("a write that was given up failed", exc_info=fault)
