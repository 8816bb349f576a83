"""`claimline demo`: a whole system, a customer who calls it, an agent who answers, and the
checked claim.

The customer and the phones live in a second Asterisk and get nothing from Claimline but SIP and
RTP; the agent types through the same HTTP interface as the browser.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from ari_app.boot import end_group, wait_until
from ari_app.demo.cast import cast
from ari_app.demo.desk_agent import DeskRefused
from ari_app.demo.floor_calls import small_floor
from ari_app.demo.outcome import show, wait_checked
from ari_app.demo.scene import play
from ari_app.demo.telling import Teller
from ari_app.installed import find_asterisk
from ari_app.outside.target import read_target
from ari_app.outside.world import OutsideWorld, outside_world
from ari_app.pbx.errors import PbxError
from ari_app.settings import Settings, load
from claims_store import calls
from claims_store.store import Store

START_LIMIT = 120.0


class DemoFailed(Exception):
    """The demo did not come to its end; the message says where it stopped and where to look."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person asked for."""

    once: bool
    json_file: str | None
    language: str
    calls: int | None
    agents: int


def run(wanted: Wanted) -> None:
    """Play the demo; ends everything it started, also on Ctrl-C."""
    tell = Teller(_say)
    state = Path(tempfile.mkdtemp(prefix="claimline-demo-"))
    try:
        asyncio.run(_run(wanted, state, tell))
    except KeyboardInterrupt:
        tell("demo", "ended")
    except (OSError, TimeoutError, DeskRefused, PbxError, aiohttp.ClientError) as fault:
        raise DemoFailed(
            f"The demo stopped: {type(fault).__name__} {fault}\n"
            f"Nothing of it runs any more. What it wrote is kept: {state}/log, {state}/up.log"
        ) from None
    shutil.rmtree(state, ignore_errors=True)


async def _run(wanted: Wanted, state: Path, tell: Teller) -> None:
    end_on_term()
    tell("demo", f"starting Asterisk, app and worker in {state}")
    async with system(state, tell) as settings:
        target = read_target(settings.endpoints)
        async with outside_world(target, find_asterisk()) as world:
            shown = await _calls(wanted, settings, world, tell)
        if wanted.json_file:
            value = shown[0] if wanted.calls is None else shown
            _write(Path(wanted.json_file), value)
        for call in shown:
            show(call, settings, sys.stderr.write)
        _tell_times(tell)
        if not wanted.once:
            invite(settings)
            await asyncio.Event().wait()


async def _calls(
    wanted: Wanted, settings: Settings, world: OutsideWorld, tell: Teller
) -> list[dict[str, Any]]:
    store = await Store.open(settings.database_url, settings.keys / "keys.db", settings.zone)
    try:
        players = await store.run(cast, wanted.language, wanted.agents, settings.endpoints)
        if wanted.calls is not None:
            ids = await small_floor(wanted.calls, players, world, store, tell)
        else:
            ids = [await play(players, world, store, settings, tell)]
        return [await _checked(store, call_id, tell) for call_id in ids]
    finally:
        await store.close()


async def _checked(store: Store, call_id: str, tell: Teller) -> dict[str, Any]:
    """The call as it is shown, once its report is checked; without a talk nothing is."""
    call = await store.run(calls.get, call_id)
    if call is not None and call.talk_s and call.report_number:
        await wait_checked(store, call_id, tell)
    return await store.run(calls.show, call_id)


def _tell_times(tell: Teller) -> None:
    """Both clocks: the demo's own, and the one of `make demo` with everything it prepared."""
    tell("demo", f"{tell.seconds:.1f} s from command to checked claim")
    if began := os.environ.get("CLAIMLINE_BEGAN"):
        whole = time.time() - float(began)
        tell("demo", f"{whole:.1f} s with everything that was prepared before")


def _write(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def invite(settings: Settings) -> None:
    found = json.loads(settings.endpoints.read_text("utf-8"))
    lines = ["", f"The desk: {found['web']}/sign-in"]
    seen = set()
    for user in found["users"]:
        if user["role"] not in seen:
            seen.add(user["role"])
            lines.append(f"  {user['role']:11} {user['login']:11} {user['password']}")
    lines += [
        f"Look around: claimline calls list --state {settings.state}",
        "Ctrl-C ends everything.",
    ]
    sys.stderr.write("\n".join(lines) + "\n")


@asynccontextmanager
async def system(
    state: Path, tell: Teller, program: Sequence[str] = ("ari_app.cli",), *options: str
) -> AsyncIterator[Settings]:
    """A running `claimline up` with the demo's insurer; ended at the end."""
    log = (state / "up.log").open("wb")
    with log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *program, "up", "--state", str(state), "--seed", "demo", *options,
            stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        endpoints = state / "endpoints.json"
        await wait_until(
            lambda: endpoints.exists() or process.returncode is not None, START_LIMIT, "start"
        )
        if not endpoints.exists():
            raise DemoFailed(f"The system did not start:\n{(state / 'up.log').read_text()[-2000:]}")
        tell("demo", "calls can be taken")
        yield load(state)
    finally:
        await end_group(process, 20)


def end_on_term() -> None:
    """SIGTERM ends the demo as Ctrl-C does."""
    signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
