"""The worker: `claimline work`. Looks for what is due, has it done, imports the spool, mends.

Over PostgreSQL several of them share what is due; the chores of the state directory are the
first one's.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ari_app import health
from ari_app.clock import Clock, SteadyClock
from ari_app.healing import Healings
from ari_app.jobs.carrying import Carrying
from ari_app.jobs.effects import Hands
from ari_app.jobs.executor import Executor, database
from ari_app.jobs.mailing import Mailing, Postbox, postbox
from ari_app.jobs.mending import mend
from ari_app.jobs.net_log import NetLog
from ari_app.jobs.peers import Peers
from ari_app.jobs.pushing import Inward
from ari_app.jobs.receiving import TextFolders
from ari_app.jobs.sealing import Folders
from ari_app.jobs.spool import SpoolImporter
from ari_app.jobs.warming import Warming
from ari_app.speech.models import Models
from ari_app.speech.transcripts import Transcriber
from claims_store import backlog, calls, outbox
from claims_store.errors import StoreAway
from claims_store.store import Store

logger = logging.getLogger(__name__)

LOOK_S = 0.3
AFTER_FAULT_S = 3.0
DRAIN_S = 5.0
REMEMBERED = timedelta(days=1)
FORGET_EVERY = timedelta(hours=1)
MEND_EVERY = timedelta(hours=1)
COUNT_EVERY = timedelta(seconds=5)

# How many of a kind run at once, at each worker. One recogniser: it uses the cores that calls
# leave over.
SLOTS: Mapping[str, int] = {
    "message": 4, "follow_message": 1, "seal": 1, "transcribe": 1, "check_report": 2,
    "assign_claim": 1, "same_loss": 1, "simple_rules": 1, "tell_customer": 1, "deadline": 2,
    "hand_over": 1, "call_order_over": 1, "feedback_given": 1, "hear_remark": 1,
    "ask_feedback": 1, "follow_up": 1, "follow_up_due": 1, "dispatch_survey": 1,
    "follow_survey": 1, "survey_step": 1, "webhook": 4,
}  # fmt: skip


class WorkerRunning(Exception):
    """Another worker of this number works for this state directory; it goes on, this one ends."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """Where everything is. `incoming` is where recorders write; with `clips` the spoken answers
    in that folder are sealed too. This is the worker `number` of `workers`."""

    store_url: str
    keys: Path
    state: Path
    models: Path
    spool: Path
    incoming: Path
    recordings: Path
    node: str = "n1"
    zone: str = "Asia/Shanghai"
    clips: Path | None = None
    mailing: Mailing = field(default_factory=Mailing)
    inside: tuple[str, ...] = ()
    """Networks of the house that may be told of events."""
    workers: int = 1
    number: int = 1

    @property
    def name(self) -> str:
        """Of this process among those of the installation."""
        return "worker" if self.number == 1 else f"worker{self.number}"

    @property
    def place(self) -> str:
        """Of this process among those of the database."""
        return f"{self.node}-{self.name}"

    @property
    def shared(self) -> bool:
        """Whether the database can have several workers."""
        return self.store_url.startswith("postgresql")

    @property
    def net_log(self) -> Path:
        """The log of the fallback's queue."""
        return self.state / "log" / "queue_log"

    @property
    def health(self) -> Path:
        return self.state / "health"

    @property
    def folders(self) -> Folders:
        return Folders(self.incoming, self.recordings, self.state / "sealing", self.clips)


class Worker:
    """One worker over open parts; `look` is one round."""

    def __init__(
        self, settings: WorkerSettings, store: Store, executor: Executor, warming: Warming,
        peers: Peers | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._executor = executor
        self._peers = peers
        self._net = NetLog(store, settings.net_log, settings.incoming)
        self._spool = SpoolImporter(store, settings.spool, settings.incoming)
        self._texts = TextFolders(store, settings.mailing.incoming(settings.state))
        self._warming = warming
        self._settings = settings
        self._forgotten: datetime | None = None
        self._mended: datetime | None = None
        self._counted: datetime | None = None
        self._backlog: dict[str, dict[str, Any]] = {}
        self.healings = Healings()

    def look(self, now: datetime) -> None:
        """Start what is due and has room; the first worker also keeps house and says how it is."""
        if self._settings.number == 1:
            self._keep_house(now)
        if self._peers is not None:
            self._peers.look(self._executor)
        running = self._executor.running()
        waiting = self._store.run_now(outbox.kinds_due, now)
        for kind, slots in SLOTS.items():
            if kind in waiting:
                self._start(kind, slots - running.count(kind), now)

    def _start(self, kind: str, room: int, now: datetime) -> None:
        """Begin what is due of a kind. What the others have begun is due still, so the first rows
        may all be theirs."""
        if room <= 0:
            return
        most = SLOTS[kind] * self._settings.workers
        for row in self._store.run_now(outbox.due, now, most, kind=kind):
            room -= self._executor.start(row.id, kind, row.due_at, now)
            if room == 0:
                return

    def _keep_house(self, now: datetime) -> None:
        if self._mended is None or now - self._mended > MEND_EVERY:
            self._mend(now)
        self._warming.look(self._store.run_now(calls.languages_in_the_air, self._settings.node))
        self._net.import_all(now)
        self._spool.import_all(now)
        self._texts.import_all(now)
        if self._forgotten is None or now - self._forgotten > FORGET_EVERY:
            self._executor.forget(now - REMEMBERED)
            self._forgotten = now
        if self._counted is None or now - self._counted > COUNT_EVERY:
            self._backlog = backlog.plain(self._store.run_now(backlog.counted, now))
            self._counted = now
        said = {"healed": self.healings.plain(), "backlog": self._backlog}
        health.write(self._settings.health, "worker", said)

    def _mend(self, now: datetime) -> None:
        """Compare recordings with the ledger, at the start and every hour."""
        self._mended = now
        for heal in mend(self._store, self._settings.node, self._settings.folders, now):
            self.healings.note(heal, now)
        self.healings.looked(now)


async def run(settings: WorkerSettings, clock: Clock | None = None) -> None:
    """Work until SIGTERM or SIGINT; what is under way then goes on at the next start.

    Raises WorkerRunning when another worker has its place.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        await work(settings, clock or SteadyClock(settings.state, follows=True), stop)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def work(settings: WorkerSettings, clock: Clock, stop: asyncio.Event) -> None:
    """Work until `stop` is set."""
    with _only_one(settings):
        store = await Store.open(settings.store_url, settings.keys, settings.zone)
        try:
            box = postbox(settings.mailing, store, settings.state, settings.zone, clock)
            with (
                Transcriber(Models(settings.models)) as transcriber,
                _among(settings, store) as peers,
            ):
                async with box as post:
                    await _work(settings, store, transcriber, post, peers, clock, stop)
        finally:
            await store.close()


async def _work(
    settings: WorkerSettings, store: Store, transcriber: Transcriber, post: Postbox,
    peers: Peers | None, clock: Clock, stop: asyncio.Event,
) -> None:  # fmt: skip
    hands = Hands(store, settings.folders, transcriber, post, Inward.of(settings.inside))
    carrying = Carrying(store, hands.do, clock)
    notes = database(settings.state, settings.store_url)
    with Executor(notes, carrying, worker=settings.place) as executor:
        warming = Warming(transcriber)
        try:
            await _rounds(Worker(settings, store, executor, warming, peers), clock, stop)
        finally:
            carrying.stop()
            await asyncio.to_thread(transcriber.close)
            await asyncio.to_thread(warming.end)
            await asyncio.to_thread(executor.drain, DRAIN_S)
            post.abandon()


async def _rounds(worker: Worker, clock: Clock, stop: asyncio.Event) -> None:
    while not stop.is_set():
        pause = LOOK_S
        try:
            await asyncio.to_thread(worker.look, clock.now())
        except StoreAway:
            logger.warning("the database is away: the worker waits")
            pause = AFTER_FAULT_S
        except Exception:
            logger.exception("the worker's round failed")
            pause = AFTER_FAULT_S
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


@contextlib.contextmanager
def _only_one(settings: WorkerSettings) -> Iterator[None]:
    state = settings.state
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(state / f"{settings.name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise WorkerRunning(f"a worker is already at work in {state}") from None
    try:
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _among(settings: WorkerSettings, store: Store) -> Iterator[Peers | None]:
    """Be one of the workers of a shared database."""
    if not settings.shared:
        yield None
        return
    peers = Peers(store, settings.place)
    if not peers.join():
        raise WorkerRunning(f"{settings.place} is already at work on this database")
    try:
        yield peers
    finally:
        peers.leave()
