"""The commands that start, end and look at a running system."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ari_app import cli, serving, working
from ari_app.demo import run as demo_run
from ari_app.settings import Settings, choose_ports, save_ports
from ari_app.supervise import AlreadyRunning, Up

pytestmark = pytest.mark.unit


def claimline(*args: str) -> Result:
    return CliRunner().invoke(cli.app, list(args))


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process in the place of a supervisor."""
    process = subprocess.Popen(["sleep", "600"])
    yield process
    process.kill()
    process.wait()


def runs(state: Path, pid: int, worker: int = 0) -> None:
    """The state directory says that a system runs."""
    told = {
        "sip": {"host": "127.0.0.1", "port": 5070}, "hotline": "5550100",
        "web": "http://127.0.0.1:8080",
        "processes": {"supervisor": pid, "worker": worker or pid},
    }  # fmt: skip
    (state / "endpoints.json").write_text(json.dumps(told))


def ended() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


@pytest.mark.parametrize("crashed", [False, True])
def test_status_says_that_nothing_runs(tmp_path: Path, crashed: bool) -> None:
    if crashed:
        runs(tmp_path, ended())
    said = claimline("status", "--state", str(tmp_path))
    assert said.exit_code == 1 and f"claimline up --state {tmp_path}" in said.stdout
    said = claimline("status", "--json", "--state", str(tmp_path))
    assert json.loads(said.stdout) == {"running": False, "processes": {}}


def test_status_says_what_runs_and_what_is_gone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    runs(tmp_path, sleeper.pid, worker=ended())
    said = claimline("status", "--state", str(tmp_path))
    assert said.exit_code == 0
    assert "5550100 at 127.0.0.1:5070" in said.stdout
    assert "running" in said.stdout and "gone" in said.stdout
    told = json.loads(claimline("status", "--json", "--state", str(tmp_path)).stdout)
    assert told["running"] is False and told["processes"]["supervisor"]["alive"] is True


def test_down_ends_what_runs(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    runs(tmp_path, sleeper.pid)
    # This test is its parent: only once it is reaped it has ended.
    reaper = threading.Thread(target=sleeper.wait)
    reaper.start()
    said = claimline("down", "--state", str(tmp_path))
    reaper.join()
    assert (said.exit_code, said.stdout) == (0, "Ended.\n")
    assert sleeper.returncode == -15


def test_down_is_content_when_nothing_runs(tmp_path: Path) -> None:
    said = claimline("down", "--state", str(tmp_path))
    assert (said.exit_code, said.stdout) == (0, f"Nothing runs in {tmp_path}.\n")


def test_down_says_when_a_process_does_not_end(
    tmp_path: Path, sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs(tmp_path, sleeper.pid)
    seconds = iter(range(0, 1000, 15))
    monkeypatch.setattr(cli.time, "monotonic", lambda: next(seconds))
    monkeypatch.setattr(cli.os, "kill", lambda pid, sign: None)
    said = claimline("down", "--state", str(tmp_path))
    assert said.exit_code == 1
    assert f"Process {sleeper.pid} did not end within 20 s. Look at {tmp_path}/log" in said.stderr


def test_up_knows_one_seed(tmp_path: Path) -> None:
    said = claimline("up", "--seed", "dmeo", "--state", str(tmp_path))
    assert said.exit_code == 1 and "There is no seed 'dmeo'. There is: demo" in said.stderr
    assert list(tmp_path.iterdir()) == []


def test_up_says_what_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(self: Up, seed: str | None, ready: object) -> None:
        raise AlreadyRunning("Another claimline runs")

    monkeypatch.setattr(Up, "run", run)
    said = claimline("up", "--state", str(tmp_path))
    assert said.exit_code == 1 and "Another claimline runs" in said.stderr
    assert "Traceback" not in said.stderr


def test_serve_and_work_are_given_the_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []

    async def serve(*args: object) -> None:
        given.append(args)

    def work(*args: object) -> None:
        given.append(args)

    monkeypatch.setattr(serving, "serve", serve)
    monkeypatch.setattr(working, "work", work)
    ports = choose_ports()
    save_ports(tmp_path, ports)
    assert claimline("serve", "--state", str(tmp_path)).exit_code == 0
    assert claimline("work", "--state", str(tmp_path), "--number", "2").exit_code == 0
    settings = Settings(state=tmp_path)
    assert given == [(settings, ports, None), (settings, 2)]


def test_the_demo_is_given_what_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[demo_run.Wanted] = []
    monkeypatch.setattr(demo_run, "run", given.append)
    said = claimline("demo", "--once", "--json", "out.json", "--lang", "zh", "--calls", "3")
    assert said.exit_code == 0
    assert given == [demo_run.Wanted(True, "out.json", "zh", 3, 1)]


def test_the_demo_says_why_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(wanted: demo_run.Wanted) -> None:
        raise demo_run.DemoFailed("The demo stopped: no sound")

    monkeypatch.setattr(demo_run, "run", run)
    said = claimline("demo")
    assert said.exit_code == 1 and "The demo stopped: no sound" in said.stderr
    assert claimline("demo", "--lang", "fr").exit_code == 1


def test_faulty_settings_end_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["claimline", "serve", "--state", str(tmp_path)])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 1
    assert f"claimline up --state {tmp_path}" in capsys.readouterr().err
