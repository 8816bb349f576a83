"""A real worker, killed once at every step of every job: after the step was done, and before
anybody wrote down that it was."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app.jobs.worker import WorkerSettings
from claims_store import findings, outbox, recordings, reports, transcripts
from claims_store.store import Store
from tests.ari_app.jobs.test_worker import ROOT, SCRIPT, open_rows, recent, shape, until
from tests.ari_app.jobs.test_worker import scripted_registry as scripted_registry
from tests.ari_app.jobs.test_worker import settings as settings
from tests.fakes.recorded import CALL

pytestmark = [pytest.mark.store, pytest.mark.long]

LIMIT = 120.0
DIES = """
import os, signal
from pathlib import Path
from ari_app.jobs.carrying import Carrying
marks = Path(sys.argv[3])
def dies(name, whole):
    def step(self, row, *rest):
        done = whole(self, row, *rest)
        mark = marks / f"{name}-{row}"
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    return step
for name in ("effects", "carry_out", "finish"):
    setattr(Carrying, name, dies(name, getattr(Carrying, name)))
"""
HEAD, RUN = SCRIPT.rsplit("asyncio.run", 1)


def started(settings: WorkerSettings, registry: Path, marks: Path) -> subprocess.Popen[bytes]:
    script = f"{HEAD}{DIES}asyncio.run{RUN}"
    command = [sys.executable, "-c", script, str(registry), shape(settings), str(marks)]
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
