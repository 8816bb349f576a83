"""A real worker, killed once at every step of every job: after the step was done, and before
anybody wrote down that it was."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ari_app.jobs.worker import WorkerSettings
from claims_store import (
    claims,
    findings,
    outbox,
    people,
    promises,
    recordings,
    reports,
    tasks,
    transcripts,
)
from claims_store.moves import move
from claims_store.store import Session, Store
from claims_store.tables import OutboxRow, SurveyOfferRow
from tests.ari_app.jobs.test_worker import ROOT, SCRIPT, open_rows, recent, shape, until, worked
from tests.ari_app.jobs.test_worker import scripted_registry as scripted_registry
from tests.ari_app.jobs.test_worker import settings as settings
from tests.claims_store.examples import HANDLER, SYSTEM, a_handler, insured
from tests.claims_store.test_moves import reported
from tests.databases import open_sqlite
from tests.fakes.recorded import CALL

pytestmark = [pytest.mark.store, pytest.mark.long]

LIMIT = 120.0
DIES = """
import os, signal
from pathlib import Path
from ari_app.jobs.carrying import Carrying
from claims_store import outbox
marks = Path(sys.argv[3])
def dies(name, whole):
    def step(self, row, *rest):
        done = whole(self, row, *rest)
        kind = self._store.run_now(outbox.get, row).kind
        mark = marks / (f"{name}-{kind}" if len(sys.argv) > 4 else f"{name}-{row}")
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    return step
for name in ("effects", "carry_out", "finish"):
    setattr(Carrying, name, dies(name, getattr(Carrying, name)))
"""
HEAD, RUN = SCRIPT.rsplit("asyncio.run", 1)


def started(
    settings: WorkerSettings, registry: Path, marks: Path, *by_kind: str
) -> subprocess.Popen[bytes]:
    script = f"{HEAD}{DIES}asyncio.run{RUN}"
    command = [sys.executable, "-c", script, str(registry), shape(settings), str(marks), *by_kind]
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)


async def test_a_worker_killed_at_each_step_does_everything_once(
    store: Store, settings: WorkerSettings, tmp_path: Path
) -> None:
    number = recent(store, settings)
    store.run_now(reports.finish, number, datetime.now(UTC))
    marks = tmp_path / "marks"
    marks.mkdir()
    kills = 0
    async with asyncio.timeout(LIMIT):
        while open_rows(store):
            worker = started(settings, tmp_path / "models.toml", marks)
            await until(lambda gone=worker.poll: gone() is not None, LIMIT)
            assert worker.returncode == -signal.SIGKILL
            kills += 1
    worker = started(settings, tmp_path / "models.toml", marks)  # finds nothing left to do
    said = settings.health / "worker.json"
    await until(lambda: f'"pid": {worker.pid}' in said.read_text("utf-8"), 20)
    worker.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(worker.wait, 20) == 0
    steps = sorted(mark.name for mark in marks.iterdir())
    print(kills, "kills at", steps)
    assert kills == len(steps) >= 9
    sealed = store.run_now(recordings.of_call, CALL)
    assert sealed is not None and sealed.tracks == 2 and not list(settings.incoming.iterdir())
    heard = store.run_now(transcripts.of_call, CALL)
    assert len(heard) == len({(line.track, line.start) for line in heard}) > 0
    found = [each.field for each in store.run_now(findings.of_report, number)]
    assert len(found) == len(set(found)) > 0
    (message,) = (settings.state / "messages").iterdir()
    assert number in json.loads(message.read_text("utf-8"))["body"]
    assert store.run_now(outbox.aside) == []


LIFE = {"assign_claim", "hand_over", "same_loss", "simple_rules", "tell_customer", "deadline",
        "dispatch_survey", "follow_survey", "message"}  # fmt: skip


def life(s: Session, now: datetime) -> str:
    """A claim a minute old whose papers are awaited; what its customer was promised has just
    broken. No two of its deadlines race."""
    insured(s, now)
    for name in ("handler1", "handler2"):
        people.put_staff(s, a_handler(name))
    for name in ("surveyor1", "surveyor2"):
        people.put_staff(s, a_handler(name, kind="surveyor"))
    number = reported(s, now)
    # Somebody has it from the beginning: else much would hang on whose row comes first.
    move(s, number, "handler_assigned", SYSTEM, now, handler="handler1", reason="by hand")
    move(s, number, "claim_filed", HANDLER, now)
    promises.make(s, number, now - timedelta(minutes=16), now, what="surveyor_comes")
    move(s, number, "documents_requested", HANDLER, now, missing=["identity"])
    outbox.put(s, "hand_over", "hand_over:handler1", {"staff": "handler1"}, now)
    return number


def what_became(store: Store, number: str) -> dict[str, Counter[str]]:
    """Everything that a claim's life leaves behind, counted."""
    rows = store.run_now(lambda s: list(s.scalars(select(OutboxRow.key))))
    found = [*store.run_now(tasks.listing), *store.run_now(tasks.listing, done=True)]
    return {
        "events": Counter(each.event for each in store.run_now(claims.journal, number)),
        "tasks": Counter(each.kind for each in found),
        "outbox": Counter(key.split(":")[0] for key in rows),
        "offers": Counter(store.run_now(lambda s: list(s.scalars(select(SurveyOfferRow.state))))),
    }


def due_rows(store: Store) -> list[str]:
    """What is due, or is tried again soon because its worker died."""
    soon = datetime.now(UTC) + timedelta(seconds=35)
    return [row.key for row in store.run_now(outbox.due, soon, 99)]


async def test_a_worker_killed_in_each_kind_of_a_claims_life_does_everything_once(
    store: Store, settings: WorkerSettings, tmp_path: Path
) -> None:
    """Beside a twin whose worker lives: both lives leave the same behind."""
    begun = datetime.now(UTC) - timedelta(minutes=1)
    (tmp_path / "twin").mkdir()
    twin = open_sqlite(tmp_path / "twin")
    numbers = [each.run_now(life, begun) for each in (store, twin)]
    url = f"sqlite:///{tmp_path / 'twin' / 'claimline.db'}"
    lives = replace(settings, store_url=url, keys=tmp_path / "twin" / "keys.db",
                    state=tmp_path / "twin" / "state")  # fmt: skip
    await worked(lives, lambda: not due_rows(twin))
    marks = tmp_path / "marks"
    marks.mkdir()
    kills = 0
    async with asyncio.timeout(LIMIT * 2):
        while due_rows(store):
            worker = started(settings, tmp_path / "models.toml", marks, "by kind")
            await until(lambda gone=worker.poll: gone() is not None or not due_rows(store), LIMIT)
            if worker.poll() is None:
                worker.send_signal(signal.SIGTERM)
            kills += await asyncio.to_thread(worker.wait, 20) == -signal.SIGKILL
    steps = sorted(mark.name for mark in marks.iterdir())
    print(kills, "kills at", steps)
    assert kills == len(steps) and {step.partition("-")[2] for step in steps} >= LIFE
    assert what_became(store, numbers[0]) == what_became(twin, numbers[1])
    assert not store.run_now(outbox.aside)
    twin.close_now()
