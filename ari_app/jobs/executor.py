"""Runs the worker's jobs by DBOS, and is the only importer of it: threads, and what was begun
when the process was killed goes on at the step where it was.

DBOS writes what it is given into a file of its own, or beside the tables of a PostgreSQL that
several workers share; so it is given numbers and times only: nothing personal, no texts of faults.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol

from dbos import DBOS, DBOSConfig, SetWorkflowID

VERSION = "1"
THREADS = 8
RECOVERIES = 3
FORGET_AT_ONCE = 500
ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


class Job(Protocol):
    """What is done for a row of the outbox, in steps. A step may run twice, never half unseen.

    `due` tells one try of a row from the next; `now` is when this try began.
    """

    def effects(self, row: int, due: datetime, now: datetime) -> int:
        """How many effects it has; below 0: nothing more is to be done in this try."""

    def carry_out(self, row: int, due: datetime, now: datetime, index: int) -> bool:
        """Carry out one of them; False ends this try."""

    def finish(self, row: int, due: datetime) -> None:
        """All were carried out."""

    def stranded(self, row: int, due: datetime) -> None:
        """This try ended without having settled the row, or has killed its process again and
        again: count it as failed."""


class Stopping(BaseException):
    """The worker is going down: the try stays open and goes on at the next start.

    Not an Exception: DBOS would write it down as the job's failure.
    """


def database(state: Path, store_url: str) -> str:
    """Where DBOS keeps its notes: beside the tables of a PostgreSQL, else in a file of its own."""
    if store_url.startswith("postgresql"):
        return store_url
    file = state / "jobs.db"
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    return f"sqlite:///{file}"


class Executor:
    """Runs jobs on DBOS over one database, SQLite's file for one worker or PostgreSQL for several;
    one executor a process. `worker` names this one among them."""

    def __init__(self, url: str, job: Job, *, worker: str = "worker") -> None:
        self._job = job
        self._worker = worker
        self._running: dict[str, str] = {}
        self._lock = threading.Condition()
        logging.getLogger("dbos").setLevel(logging.ERROR)
        config: DBOSConfig = {
            "name": "claimline",
            "system_database_url": url,
            # Named by us: else any change of the code would strand what is under way.
            "application_version": VERSION,
            "executor_id": worker,
            "log_level": "ERROR",
            "enable_otlp": False,
            "max_executor_threads": THREADS,
            "sys_db_pool_size": THREADS + 2,
        }
        DBOS(config=config)
        self._workflow = _register(job, self._begin, self._end)

    def __enter__(self) -> Executor:
        DBOS.launch()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        DBOS.destroy(destroy_registry=True)

    def running(self) -> list[str]:
        """The kinds of the tries under way in this process, one entry each."""
        with self._lock:
            return list(self._running.values())

    def start(self, row: int, kind: str, due: datetime, now: datetime) -> bool:
        """Begin a try; returns at once. False: this very try is under way, here or at another
        worker, or it is over."""
        name = _name(row, due)
        with self._lock:
            if name in self._running:
                return False
        status = DBOS.get_workflow_status(name)
        if status is not None:
            if status.status in ENDED:
                self._job.stranded(row, due)
            return False
        self._begin(row, kind, due)
        with SetWorkflowID(name):
            begun = DBOS.start_workflow(self._workflow, row, kind, due.isoformat(), now.isoformat())
        # Another worker was quicker: what DBOS gives back then only asks how far that one is.
        if getattr(begun, "future", None) is None:
            self._end(row, due)
            return False
        return True

    def others(self) -> set[str]:
        """The other workers that have tries under way."""
        found = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {each.executor_id for each in found if each.executor_id} - {self._worker}

    def inherit(self, dead: Collection[str]) -> None:
        """Have what workers left that are gone go on, at the step where it was, at whichever worker
        takes it up first."""
        DBOS._recover_pending_workflows(list(dead))

    def drain(self, limit_s: float) -> bool:
        """Wait until nothing is under way; False when that took longer."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._running, limit_s)

    def forget(self, before: datetime) -> int:
        """Drop what ended before that moment from the file; how much it was."""
        ended = DBOS.list_workflows(
            status=list(ENDED), end_time=before.isoformat(), limit=FORGET_AT_ONCE
        )
        for workflow in ended:
            DBOS.delete_workflow(workflow.workflow_id)
        return len(ended)

    def _begin(self, row: int, kind: str, due: datetime) -> None:
        with self._lock:
            self._running[_name(row, due)] = kind

    def _end(self, row: int, due: datetime) -> None:
        with self._lock:
            self._running.pop(_name(row, due), None)
            self._lock.notify_all()


def _name(row: int, due: datetime) -> str:
    return f"row-{row}-{due.isoformat()}"


def _register(
    job: Job, begin: Callable[[int, str, datetime], None], end: Callable[[int, datetime], None]
) -> Callable[[int, str, str, str], None]:
    """The workflow of every job. DBOS marks functions, which methods do not bear: so closures."""

    @DBOS.step(name="effects")
    def effects(row: int, due: str, now: str) -> int:
        return job.effects(row, datetime.fromisoformat(due), datetime.fromisoformat(now))

    @DBOS.step(name="carry_out")
    def carry_out(row: int, due: str, now: str, index: int) -> bool:
        return job.carry_out(row, datetime.fromisoformat(due), datetime.fromisoformat(now), index)

    @DBOS.step(name="finish")
    def finish(row: int, due: str) -> None:
        job.finish(row, datetime.fromisoformat(due))

    @DBOS.workflow(name="consequence", max_recovery_attempts=RECOVERIES)
    def consequence(row: int, kind: str, due: str, now: str) -> None:
        begin(row, kind, datetime.fromisoformat(due))
        try:
            count = effects(row, due, now)
            if count >= 0 and all(carry_out(row, due, now, index) for index in range(count)):
                finish(row, due)
        finally:
            end(row, datetime.fromisoformat(due))

    return consequence
