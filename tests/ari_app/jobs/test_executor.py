"""DBOS behind its door: steps, repeats, and a process that is killed in the middle of one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ari_app.jobs.executor import Executor, Stopping, database

pytestmark = pytest.mark.unit

DUE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
NOW = DUE + timedelta(seconds=1)
ROOT = Path(__file__).parents[3]


class Steps:
    """A job that writes down what it is asked to do."""

    def __init__(self, count: int = 2) -> None:
        self.count = count
        self.seen: list[str] = []
        self.fails_at: int | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.stops = False

    def effects(self, row: int, due: datetime, now: datetime) -> int:
        assert (due, now) == (DUE, NOW) or due > DUE
        self.seen.append(f"effects {row}")
        return self.count

    def carry_out(self, row: int, due: datetime, now: datetime, index: int) -> bool:
        self.gate.wait(10)
        if self.stops:
            raise Stopping
        self.seen.append(f"carry {row} {index}")
        return index != self.fails_at

    def finish(self, row: int, due: datetime) -> None:
        self.seen.append(f"finish {row}")

    def stranded(self, row: int, due: datetime) -> None:
        self.seen.append(f"stranded {row}")


@contextmanager
def running(folder: Path, steps: Steps) -> Iterator[Executor]:
    with Executor(database(folder, ""), steps) as executor:
        yield executor
        assert executor.drain(10)


def test_given_a_row_when_started_twice_then_each_step_once_and_in_order(tmp_path: Path) -> None:
    steps = Steps()
    steps.gate.clear()
    with running(tmp_path, steps) as executor:
        executor.start(7, "message", DUE, NOW)
        executor.start(7, "message", DUE, NOW)
        assert executor.running() == ["message"]
        steps.gate.set()
        assert executor.drain(10)
    assert steps.seen == ["effects 7", "carry 7 0", "carry 7 1", "finish 7"]


def test_given_a_failed_step_when_run_then_the_rest_is_left_and_another_try_is_another(
    tmp_path: Path,
) -> None:
    steps = Steps()
    steps.fails_at = 0
    with running(tmp_path, steps) as executor:
        executor.start(7, "message", DUE, NOW)
        executor.drain(10)
        steps.fails_at = None
        executor.start(7, "message", DUE + timedelta(seconds=5), NOW)
    assert steps.seen == [
        "effects 7",
        "carry 7 0",
        "effects 7",
        "carry 7 0",
        "carry 7 1",
        "finish 7",
    ]


def test_given_nothing_to_do_when_run_then_finished_or_left(tmp_path: Path) -> None:
    with running(tmp_path, steps := Steps(0)) as executor:
        executor.start(1, "message", DUE, NOW)
    with running(tmp_path, other := Steps(-1)) as executor:
        executor.start(2, "message", DUE, NOW)
    assert (steps.seen, other.seen) == (["effects 1", "finish 1"], ["effects 2"])


def test_given_a_try_that_ended_when_the_row_is_still_due_then_it_is_stranded(
    tmp_path: Path,
) -> None:
    with running(tmp_path, steps := Steps(0)) as executor:
        executor.start(1, "message", DUE, NOW)
        wait_until(lambda: executor.start(1, "message", DUE, NOW) or "stranded 1" in steps.seen)
    assert steps.seen[:2] == ["effects 1", "finish 1"]


def test_given_a_stop_in_the_middle_when_started_again_then_it_goes_on_there(
    tmp_path: Path,
) -> None:
    first = Steps()
    first.stops = True
    with running(tmp_path, first) as executor:
        executor.start(3, "message", DUE, NOW)
    second = Steps()
    with running(tmp_path, second) as executor:
        executor.start(3, "message", DUE, NOW)
        wait_until(lambda: "finish 3" in second.seen)
    assert first.seen == ["effects 3"]
    assert second.seen == ["carry 3 0", "carry 3 1", "finish 3"]


def test_given_old_ones_when_forgotten_then_they_are_gone(tmp_path: Path) -> None:
    with running(tmp_path, steps := Steps(0)) as executor:
        executor.start(1, "message", DUE, NOW)
        executor.drain(10)
        assert executor.forget(datetime(2000, 1, 1, tzinfo=UTC)) == 0
        wait_until(lambda: executor.forget(datetime(2100, 1, 1, tzinfo=UTC)) == 1)
        executor.start(1, "message", DUE, NOW)
    assert steps.seen.count("finish 1") == 2


def test_nothing_it_was_not_given_is_in_its_file(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with running(tmp_path, Steps()) as executor:
        executor.start(7, "message", DUE, NOW)
    assert capfd.readouterr() == ("", "")
    assert (tmp_path / "jobs.db").stat().st_mode & 0o777 == 0o600
    assert not [thread.name for thread in threading.enumerate() if "dbos" in thread.name]


SCRIPT = """
    import os, sys, threading
    from datetime import datetime
    from pathlib import Path
    from ari_app.jobs.executor import Executor, database

    class Steps:
        def note(self, text):
            with open(sys.argv[2], "a") as file:
                file.write(text + "\\n")
        def effects(self, row, due, now):
            self.note(f"effects {row}")
            return 3
        def carry_out(self, row, due, now, index):
            self.note(f"begin {row} {index}")
            if index == 1 and sys.argv[3] == "die":
                os.kill(os.getpid(), 9)
            self.note(f"end {row} {index}")
            return True
        def finish(self, row, due):
            self.note(f"finish {row}")
        def stranded(self, row, due):
            self.note(f"stranded {row}")

    due = datetime.fromisoformat("2026-11-24T08:00:00+00:00")
    with Executor(database(Path(sys.argv[1]), ""), Steps()) as executor:
        executor.start(7, "message", due, due)
        limit, seen = threading.Event(), Path(sys.argv[2])
        seen.touch()  # nothing may be noted yet
        while not {"finish 7", "stranded 7"} & set(seen.read_text().splitlines()):
            executor.start(7, "message", due, due)
            limit.wait(0.05)
        executor.drain(5)
"""


def test_given_a_process_killed_in_a_step_when_restarted_then_it_goes_on_at_that_step(
    tmp_path: Path,
) -> None:
    assert child(tmp_path, "die") == -signal.SIGKILL
    assert child(tmp_path, "live") == 0
    assert (tmp_path / "seen").read_text().splitlines() == [
        "effects 7", "begin 7 0", "end 7 0", "begin 7 1",
        "begin 7 1", "end 7 1", "begin 7 2", "end 7 2", "finish 7",
    ]  # fmt: skip


def test_given_a_job_that_kills_its_process_again_and_again_then_it_is_stranded(
    tmp_path: Path,
) -> None:
    ends = [child(tmp_path, "die") for _ in range(6)]
    assert ends[0] == -signal.SIGKILL and 0 in ends
    assert "stranded 7" in (tmp_path / "seen").read_text()


def child(folder: Path, how: str) -> int:
    script = textwrap.dedent(SCRIPT)
    command = [
        sys.executable,
        "-W",
        "error",
        "-c",
        script,
        folder,
        folder / "seen",
        how,
    ]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, timeout=60, check=False)
    return done.returncode


def wait_until(true: object, limit_s: float = 10.0) -> None:
    pause = threading.Event()
    for _ in range(int(limit_s / 0.02)):
        if true():  # type: ignore[operator]
            return
        pause.wait(0.02)
    raise AssertionError("it did not become true in time")
