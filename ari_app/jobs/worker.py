"""The worker: `claimline work`. Looks for what is due, has it done, imports the spool, mends."""

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
from ari_app.jobs.executor import Executor
from ari_app.jobs.mailing import Mailing, Postbox, postbox
from ari_app.jobs.mending import mend
from ari_app.jobs.net_log import NetLog
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

# How many of a kind run at once. One recogniser: it uses the cores that calls leave over.
SLOTS: Mapping[str, int] = {
    "message": 4, "follow_message": 1, "seal": 1, "transcribe": 1, "check_report": 2,
    "assign_claim": 1, "same_loss": 1, "simple_rules": 1, "tell_customer": 1, "deadline": 2,
    "hand_over": 1, "feedback_given": 1, "hear_remark": 1, "ask_feedback": 1, "follow_up": 1,
    "follow_up_due": 1,
}  # fmt: skip


class WorkerRunning(Exception):
    """Another worker works for this state directory; it goes on, this one ends."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """Where everything is. `incoming` is where recorders write; with `clips` the spoken answers
    in that folder are sealed too."""

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
        self, settings: WorkerSettings, store: Store, executor: Executor, warming: Warming
    ) -> None:
        self._store = store
        self._executor = executor
        self._net = NetLog(store, settings.net_log, settings.incoming)
        self._spool = SpoolImporter(store, settings.spool, settings.incoming)
        self._warming = warming
        self._settings = settings
        self._forgotten: datetime | None = None
        self._mended: datetime | None = None
        self._counted: datetime | None = None
        self._backlog: dict[str, dict[str, Any]] = {}
        self.healings = Healings()

    def look(self, now: datetime) -> None:
        """Import what the net has left and start what is due and has room; say how it is."""
        if self._mended is None or now - self._mended > MEND_EVERY:
            self._mend(now)
        self._warming.look(self._store.run_now(calls.languages_in_the_air, self._settings.node))
        self._net.import_all(now)
        self._spool.import_all(now)
        running = self._executor.running()
        waiting = self._store.run_now(outbox.kinds_due, now)
        for kind, slots in SLOTS.items():
            if kind in waiting and running.count(kind) < slots:
                for row in self._store.run_now(outbox.due, now, slots, kind=kind):
                    self._executor.start(row.id, kind, row.due_at, now)
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

    Raises WorkerRunning when another worker holds the state directory.
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
    with _only_one(settings.state):
        store = await Store.open(settings.store_url, settings.keys, settings.zone)
        try:
            box = postbox(settings.mailing, store, settings.state, settings.zone, clock)
            with Transcriber(Models(settings.models)) as transcriber:
                async with box as post:
                    await _work(settings, store, transcriber, post, clock, stop)
        finally:
            await store.close()


async def _work(
    settings: WorkerSettings, store: Store, transcriber: Transcriber, post: Postbox, clock: Clock,
    stop: asyncio.Event,
) -> None:  # fmt: skip
    carrying = Carrying(store, Hands(store, settings.folders, transcriber, post).do, clock)
    with Executor(settings.state / "jobs.db", carrying) as executor:
        warming = Warming(transcriber)
        try:
            await _rounds(Worker(settings, store, executor, warming), clock, stop)
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
def _only_one(state: Path) -> Iterator[None]:
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(state / "worker.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise WorkerRunning(f"a worker is already at work in {state}") from None
    try:
        yield
    finally:
        os.close(handle)
