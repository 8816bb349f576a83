"""`claimline demo` from its start to its table, with a system that is only told of."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ari_app.demo import run
from ari_app.demo.run import DemoFailed, Wanted
from ari_app.demo.telling import Teller
from ari_app.settings import Settings
from claims_store import calls
from claims_store.calls import CallOpened
from claims_store.store import Store
from tests.virtual_time import BEGINNING

pytestmark = pytest.mark.unit

ID = "n1-1764145200.3"


@pytest.fixture
def system(state: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A running demo in which one call has been made; the list says what was played."""
    did: list[str] = []
    url = f"sqlite:///{state / 'claimline.db'}"
    store = Store.open_now(url, state / "keys" / "keys.db")
    opened = CallOpened(ID, "n1", "sip", "+8613800138005", "5550101", BEGINNING, None)
    store.run_now(calls.open_call, opened)
    store.run_now(calls.change, ID, talk_s=12.0)
    store.close_now()

    @asynccontextmanager
    async def running(folder: Path, tell: Teller) -> AsyncIterator[Settings]:
        yield Settings(state=state)

    @asynccontextmanager
    async def world(*args: object) -> AsyncIterator[object]:
        yield object()

    async def play(*args: object) -> str:
        did.append("one call")
        return ID

    async def floor(number: int, *args: object) -> list[str]:
        did.append(f"{number} calls")
        return [ID]

    async def checked(store: Store, call_id: str, tell: Teller) -> None:
        did.append(f"checked {call_id}")

    for name, fake in {
        "system": running, "outside_world": world, "play": play, "small_floor": floor,
        "wait_checked": checked, "read_target": lambda file: None, "find_asterisk": lambda: None,
        "end_on_term": lambda: None, "show": lambda call, settings, write: did.append("shown"),
    }.items():  # fmt: skip
        monkeypatch.setattr(run, name, fake)
    return did


def wanted(**changed: Any) -> Wanted:
    return Wanted(**{
        "once": True, "json_file": None, "language": "en", "calls": None, "agents": 1, **changed,
    })  # fmt: skip


def test_one_call_is_played_shown_and_written(
    system: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("CLAIMLINE_BEGAN", "0")
    file = tmp_path / "call.json"
    run.run(wanted(json_file=str(file)))
    assert system == ["one call", "shown"], "without a report there is nothing to check"
    assert json.loads(file.read_text("utf-8"))["call_id"] == ID
    told = capsys.readouterr()
    assert told.out == "", "JSON goes to its file, the story to standard error"
    assert "s from command to checked claim" in told.err
    assert "s with everything that was prepared before" in told.err


def test_a_small_floor_gives_a_list(system: list[str], tmp_path: Path) -> None:
    file = tmp_path / "calls.json"
    run.run(wanted(json_file=str(file), calls=4, agents=2))
    assert system[0] == "4 calls"
    assert [call["call_id"] for call in json.loads(file.read_text("utf-8"))] == [ID]


def test_a_demo_that_stays_says_where_to_look(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run.invite(Settings(state=state))
    told = capsys.readouterr().err
    assert "The desk: http://127.0.0.1:8080/sign-in" in told
    for role in ("agent", "supervisor", "handler", "admin"):
        lines = [line for line in told.splitlines() if line.startswith(f"  {role} ")]
        assert len(lines) == 1 and len(lines[0].split()) == 3, "one sign-in of each kind"
    assert f"claimline calls list --state {state}" in told


async def test_a_system_that_does_not_start_is_told_by_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\necho no port is free\nexit 1\n")
    script.chmod(0o700)
    monkeypatch.setattr(run.sys, "executable", str(script))
    with pytest.raises(DemoFailed, match="no port is free"):
        async with run.system(tmp_path, Teller(print)):
            pass


async def test_a_system_is_used_once_its_endpoints_are_there_and_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "python"
    script.write_text('#!/bin/sh\necho $$ > "$5/pid"; echo {} > "$5/endpoints.json"; sleep 600\n')
    script.chmod(0o700)
    monkeypatch.setattr(run.sys, "executable", str(script))
    async with run.system(tmp_path, Teller(print)) as settings:
        assert settings.state == tmp_path
        pid = int((tmp_path / "pid").read_text())
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
