"""The whole worker on a real store: what is put down is done, also across kills."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ari_app.clock import SystemClock
from ari_app.jobs.worker import WorkerRunning, WorkerSettings, run, work
from ari_app.speech.recogniser import Segment, Word
from claims_store import calls, findings, outbox, recordings, reports, transcripts
from claims_store.store import Store
from claims_store.voice_spool import Spool, VoiceReport
from tests.fakes.recorded import CALL, recorded_call
from tests.fakes.sounds import leave, tone
from tests.fakes.speech import scripted

pytestmark = pytest.mark.store

ROOT = Path(__file__).parents[3]
PLATE = Segment(1.0, 3.0, "the plate is H A D 82 K7", (Word("plate", 1.2, 1.5, 0.9),))


@pytest.fixture
def settings(tmp_path: Path, store: Store) -> WorkerSettings:
    state = tmp_path / "state"
    made = WorkerSettings(
        store_url=f"sqlite:///{tmp_path / 'claimline.db'}",
        keys=tmp_path / "keys.db",
        state=state,
        models=scripted(tmp_path / "speech", {"anything": [PLATE]}).folder,
        spool=tmp_path / "spool",
        incoming=tmp_path / "in",
        recordings=state / "recordings",
    )
    made.incoming.mkdir()
    return made


@pytest.fixture(autouse=True)
def scripted_registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The installation knows one model, which hears what the script says."""
    registry = tmp_path / "models.toml"
    registry.write_text(
        '[[model]]\nname = "scripted"\nengine = "scripted"\nlanguages = ["zh", "en"]\n'
        'licence = "CC0-1.0"\nsize_mb = 0\nsample_rate = 8000\nnote = "for tests"\n'
    )
    monkeypatch.setattr("ari_app.speech.models.REGISTRY", registry)


async def until(true: Callable[[], bool], limit_s: float = 20.0) -> None:
    async with asyncio.timeout(limit_s):
        while not await asyncio.to_thread(true):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def worked(settings: WorkerSettings, true: Callable[[], bool]) -> None:
    """Let the worker work until something is true, then stop it cleanly."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(work(settings, SystemClock(), stop))
        await until(true)
        stop.set()


def recent(store: Store, settings: WorkerSettings, **given: object) -> str:
    """A recorded call with a report; its number."""
    now = datetime.now(UTC) + timedelta(seconds=2)
    recorded_call(store, settings.incoming, now, **given)  # type: ignore[arg-type]
    for path in settings.incoming.iterdir():
        os.utime(path, (now.timestamp() - 60, now.timestamp() - 60))
    number = store.run_now(reports.start, CALL, "+8613800138000", "en", now)
    for field, value in (("line", "motor"), ("plate", "沪AD82K7"), ("any_injury", "no")):
        store.run_now(
            reports.answer, number, field, value, by="a1", source="agent", at=now, call_id=CALL,
            asked=field != "any_injury",
        )  # fmt: skip
    return number


def open_rows(store: Store) -> list[tuple[str, str | None]]:
    later = datetime.now(UTC) + timedelta(days=30)
    return [(row.kind, row.error) for row in store.run_now(outbox.due, later)]


async def test_given_a_call_that_ended_when_worked_then_sealed_transcribed_and_checked(
    store: Store, settings: WorkerSettings
) -> None:
    number = recent(store, settings)
    store.run_now(reports.finish, number, datetime.now(UTC))
    await worked(settings, lambda: not open_rows(store))
    recording = store.run_now(recordings.of_call, CALL)
    assert recording is not None and recording.tracks == 2 and recording.sha256
    heard = store.run_now(transcripts.of_call, CALL)
    assert {line.track for line in heard} == {"customer", "agent"}
    assert heard[0].text == PLATE.text and heard[0].words[0].text == "plate"
    states = {f.field: f.state for f in store.run_now(findings.of_report, number)}
    assert states["any_injury"] == "not_asked" and "plate" in states
    (message,) = (settings.state / "messages").iterdir()
    assert number in json.loads(message.read_text("utf-8"))["body"]
    assert list(settings.incoming.iterdir()) == []
    assert list((settings.state / "sealing").iterdir()) == []
    private = (settings.state / "jobs.db").read_bytes()
    assert b"13800138000" not in private and PLATE.text.encode() not in private


async def test_given_no_model_when_worked_then_the_call_is_sealed_and_the_job_waits(
    store: Store, settings: WorkerSettings
) -> None:
    recent(store, settings, language="fr")
    waiting = [("transcribe", "waiting_for_model")]
    await worked(settings, lambda: open_rows(store) == waiting)
    assert store.run_now(recordings.of_call, CALL) is not None


async def test_given_a_job_that_cannot_be_done_when_worked_then_others_are_not_held_up(
    store: Store, settings: WorkerSettings
) -> None:
    now = datetime.now(UTC)
    bad = {"to": "+8613800138000", "text": "no such text", "values": {}, "language": "zh"}
    good = bad | {"text": "callback_noted"}
    store.run_now(outbox.put, "message", "message:bad", bad, now)
    store.run_now(outbox.put, "message", "message:good", good, now)
    store.run_now(outbox.put, "message", "message:erased", {}, now)
    await worked(settings, lambda: open_rows(store) == [("message", "TextProblem")])
    assert len(list((settings.state / "messages").iterdir())) == 1


async def test_given_a_voice_report_when_worked_then_imported_and_told(
    store: Store, settings: WorkerSettings
) -> None:
    spool = Spool(settings.spool, VoiceReport(CALL, "13800138000", "5550100", "en"))
    leave(settings.spool, f"{CALL}.wav", tone(3, 440))
    os.utime(settings.spool / f"{CALL}.wav", (1, 1))
    spool.keep(callback="13800138000", audio=f"{CALL}.wav", finished=True)
    await worked(
        settings,
        lambda: store.run_now(calls.get, CALL) is not None and not open_rows(store),
    )
    recording = store.run_now(recordings.of_call, CALL)
    assert recording is not None and (recording.tracks, recording.seconds) == (1, 3.0)
    assert list(settings.spool.iterdir()) == []
    assert len(list((settings.state / "messages").iterdir())) == 1


async def test_given_files_of_a_crash_when_started_then_sealed_or_told(
    store: Store, settings: WorkerSettings, caplog: pytest.LogCaptureFixture
) -> None:
    recent(store, settings)
    orphan = leave(settings.incoming, "n1-1764149999.1-line-customer.wav", tone(1, 440))
    row = store.run_now(outbox.due, datetime.now(UTC) + timedelta(days=1), kind="seal")[0]
    store.run_now(outbox.done, row.id, datetime.now(UTC))
    await worked(
        settings,
        lambda: store.run_now(recordings.of_call, CALL) is not None and not open_rows(store),
    )
    assert [path.name for path in settings.incoming.iterdir()] == [orphan.name]
    assert any("belong to no call" in line for line in caplog.messages)
    said = json.loads((settings.state / "health" / "worker.json").read_text())
    assert [each["fault"] for each in said["healed"]["newest"]] == [
        "files_left",
        "files_of_no_call",
    ]


async def test_given_a_worker_at_work_when_another_starts_then_it_ends(
    settings: WorkerSettings,
) -> None:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(work(settings, SystemClock(), stop))
        await until((settings.state / "jobs.db").exists)
        with pytest.raises(WorkerRunning, match="already at work"):
            await run(settings)
        stop.set()


async def test_given_the_database_is_away_when_a_round_fails_then_the_worker_goes_on(
    store: Store, settings: WorkerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ari_app.jobs.worker.AFTER_FAULT_S", 0.05)
    real, failed = outbox.due, threading.Event()

    def due(*args: object, **kwargs: object) -> object:
        if not failed.is_set():
            failed.set()
            raise OSError("the disk is away")
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "due", due)
    recent(store, settings)
    await worked(settings, lambda: failed.is_set() and not open_rows(store))


SCRIPT = """
import asyncio, json, sys
from pathlib import Path
from ari_app.jobs.worker import WorkerSettings, run
from ari_app.speech import models
models.REGISTRY = Path(sys.argv[1])
given = json.loads(sys.argv[2])
kinds = {"store_url": str, "node": str, "zone": str, "workers": int, "number": int}
paths = {k: kinds.get(k, Path)(v) for k, v in given.items() if v}
asyncio.run(run(WorkerSettings(**paths)))
"""


def shape(settings: WorkerSettings) -> str:
    """Settings for a process of its own; what is no plain value stays as it is by default."""
    plain = {name: getattr(settings, name) for name in WorkerSettings.__slots__}
    return json.dumps({k: str(v) for k, v in plain.items() if isinstance(v, str | int | Path)})


def started(settings: WorkerSettings, registry: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-W", "error", "-c", SCRIPT, registry, shape(settings)]
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)


async def test_given_kills_at_random_when_restarted_then_no_message_lost_or_doubled(
    store: Store, settings: WorkerSettings, tmp_path: Path
) -> None:
    number = recent(store, settings)
    now = datetime.now(UTC)
    for nth in range(20):
        payload = {
            "to": "+8613800138000", "text": "report_draft", "values": {"number": f"BA-{nth}"},
            "language": "en",
        }  # fmt: skip
        store.run_now(outbox.put, "message", f"message:{nth}", payload, now)
    for pause in (0.9, 1.1, 1.4):
        worker = started(settings, tmp_path / "models.toml")
        try:
            await asyncio.to_thread(worker.wait, pause)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
    worker = started(settings, tmp_path / "models.toml")
    await until(lambda: not open_rows(store), 40)
    worker.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(worker.wait, 20) == 0
    files = list((settings.state / "messages").iterdir())
    bodies = [json.loads(path.read_text("utf-8"))["body"] for path in files]
    assert len(bodies) == 20 and len(set(bodies)) == 20
    assert store.run_now(outbox.aside) == []
    assert store.run_now(findings.of_report, number)
    assert not [path for path in files if path.suffix != ".json"]


def test_the_settings_say_where_plain_recordings_are_worked_on(settings: WorkerSettings) -> None:
    assert settings.folders.work == settings.state / "sealing"
    assert replace(settings, clips=Path("/clips")).folders.clips == Path("/clips")
