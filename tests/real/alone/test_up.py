"""`claimline up` as its operator sees it: where all of it is, what dies and comes back, the end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ari_app.boot import end_group, wait_until
from tests.real.house import PROCESSES, alive, until

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]

BACK_LIMIT = 15.0


@dataclass
class Plain:
    """A running system without the demo."""

    state: Path
    process: asyncio.subprocess.Process
    endpoints: Path

    def read(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.endpoints.read_text("utf-8"))
        return found

    async def claimline(self, *words: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ari_app.cli", *words, "--state", str(self.state),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, wrong = await process.communicate()
        return process.returncode or 0, (said + wrong).decode()


@asynccontextmanager
async def _plain() -> AsyncIterator[Plain]:
    with tempfile.TemporaryDirectory(prefix="up-") as folder:
        state = Path(folder, "state")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ari_app.cli", "up", "--state", str(state),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        endpoints = state / "endpoints.json"
        try:
            await wait_until(
                lambda: endpoints.exists() or process.returncode is not None, 60, "claimline up"
            )
            yield Plain(state, process, endpoints)
        finally:
            await end_group(process, 20)


async def test_given_no_seed_when_everything_dies_then_it_comes_back_and_down_ends_it() -> None:
    async with _plain() as plain:
        assert plain.process.stdout is not None
        said = (await plain.process.stdout.readline()).decode()
        said += (await plain.process.stdout.readline()).decode()
        assert "Calls can be taken" in said and "/first-run?token=" in said
        before = plain.read()
        assert before["users"] == [] and not [p for p in before["phones"] if "password" in p]
        _, listed = await plain.claimline("status", "--json")
        assert json.loads(listed)["running"] is True
        code, refused = await plain.claimline("up")
        assert code == 1 and "claimline down" in refused

        old = {name: before["processes"][name] for name in PROCESSES - {"supervisor"}}
        for pid in old.values():
            os.kill(pid, signal.SIGKILL)

        async def all_new() -> bool:
            now = plain.read()["processes"]
            return all(now[name] != pid and alive(now[name]) for name, pid in old.items())

        await until(all_new, BACK_LIMIT)
        assert stat.S_IMODE(plain.endpoints.stat().st_mode) == 0o600
        after = plain.read()
        assert {**after, "processes": 0} == {**before, "processes": 0}

        code, ended = await plain.claimline("down")
        assert code == 0, ended
        assert not plain.endpoints.exists()
        assert not [pid for pid in after["processes"].values() if alive(pid)]
        code, listed = await plain.claimline("status", "--json")
        assert (code, json.loads(listed)) == (1, {"running": False, "processes": {}})
