"""`claimline up`: the whole system in the foreground. Starts Asterisk, app and worker, restarts
what dies or freezes, says where everything is, and ends everything it started.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Protocol, TextIO

from ari_app import endpoints_file, heart, tasks
from ari_app.boot import AsteriskProcess, end_group, start_asterisk
from ari_app.directories import Directories, prepare_directories
from ari_app.installed import Asterisk, find_asterisk
from ari_app.installing import Installation, prepare
from ari_app.jobs import net_log
from ari_app.render import render, write
from ari_app.service import READY_LINE
from ari_app.settings import Ports, Settings, save_ports
from ari_app.standby import Standby

logger = logging.getLogger(__name__)

Process = asyncio.subprocess.Process

START_LIMIT = 30.0
FIRST_BACK_OFF, LONGEST_BACK_OFF = 0.05, 10.0
LAUNCHER: tuple[str, ...] = ()
"""A module that runs a program of ours, with its name and arguments; the demo's story has one."""
STEADY = 5.0
"""Seconds after which a process counts as well again and its back-off begins anew: callers wait."""


class AlreadyRunning(Exception):
    """Another `claimline up` uses this state directory."""


class Running(Protocol):
    """A started process."""

    @property
    def pid(self) -> int: ...

    async def wait(self) -> int: ...


class Child:
    """One process that is kept running: started again when it dies, ever more slowly."""

    def __init__(
        self, name: str, start: Callable[[], Awaitable[Running]], changed: Callable[[], None]
    ) -> None:
        self.name = name
        self.pid = 0
        self._start = start
        self._changed = changed
        self._started = 0.0

    async def begin(self) -> Running:
        self._started = asyncio.get_running_loop().time()
        running = await self._start()
        self.pid = running.pid
        return running

    async def keep(self, running: Running) -> None:
        """Watch it for ever."""
        back_off = FIRST_BACK_OFF
        while True:
            code = await running.wait()
            logger.error("a process ended", extra={"child": self.name, "code": code})
            if asyncio.get_running_loop().time() - self._started > STEADY:
                back_off = FIRST_BACK_OFF
            await asyncio.sleep(back_off)
            back_off = min(LONGEST_BACK_OFF, back_off * 2)
            try:
                running = await self.begin()
            except Exception:
                logger.exception("a process did not start again", extra={"child": self.name})
                continue
            self._changed()


class Up:
    """One running system."""

    def __init__(self, settings: Settings, ports: Ports) -> None:
        self._settings = settings
        self._ports = ports
        self._processes: list[asyncio.subprocess.Process] = []
        self._children: dict[str, Child] = {}
        self._installation: Installation | None = None
        self._asterisk: AsteriskProcess | None = None
        self._ear: heart.Ear | None = None
        self._standby = Standby(self._load_app)

    async def run(self, seed: str | None, ready: Callable[[], None]) -> None:
        """Run until cancelled; `ready` is called when calls can be taken."""
        async with AsyncExitStack() as stack:
            stack.enter_context(_lock(self._settings.state))
            run = Path(tempfile.mkdtemp(prefix="cl-"))  # its sockets' paths must stay short
            stack.callback(shutil.rmtree, run, ignore_errors=True)
            stack.callback(self._settings.endpoints.unlink, missing_ok=True)
            self._ear = stack.enter_context(heart.Ear(run / "heart"))
            stack.push_async_callback(self._end_all)
            save_ports(self._settings.state, self._ports)
            asterisk, self._installation = await asyncio.gather(
                asyncio.to_thread(find_asterisk), prepare(self._settings, seed)
            )
            dirs = Directories.of(self._settings.state, run, asterisk)
            await asyncio.to_thread(self._write_configuration, dirs, asterisk)
            await self._start_children(lambda: self._boot(asterisk, dirs))
            self._write_endpoints()
            ready()
            heart.say(heart.READY)
            await heart.beat()

    def summary(self) -> str:
        """What the person who started it needs next."""
        assert self._installation is not None
        sip = f"{self._settings.host}:{self._ports.sip}"
        web = f"http://{self._settings.host}:{self._ports.http}"
        hotline = self._installation.given.numbers[0].number
        lines = [f"Calls can be taken. Hotline {hotline} at SIP {sip}, desk {web}"]
        if token := self._installation.token:
            lines.append(f"First admin, within 30 minutes: {web}/first-run?token={token}")
        return "\n".join(lines)

    def _write_configuration(self, dirs: Directories, asterisk: Asterisk) -> None:
        assert self._installation is not None
        prepare_directories(dirs, asterisk, self._installation.sounds)
        net_log.drop_empty(dirs.log / "queue_log")
        self._installation.write_agi(dirs.agi, self._settings)
        given = self._installation.given
        files = render(self._settings, self._ports, self._installation.secrets, given, dirs)
        write(files, dirs.etc)

    async def _start_children(self, boot: Callable[[], Awaitable[Running]]) -> None:
        starts: dict[str, Callable[[], Awaitable[Running]]] = {
            "asterisk": boot,
            "app": self._start_app,
            **{
                f"worker{number if number > 1 else ''}": partial(self._start_worker, number)
                for number in range(1, self._settings.workers + 1)
            },
        }
        for name, start in starts.items():
            self._children[name] = Child(name, start, self._write_endpoints)
        begun = await asyncio.gather(*(child.begin() for child in self._children.values()))
        for child, running in zip(self._children.values(), begun, strict=True):
            tasks.start(child.keep(running), name=f"keep {child.name}")

    async def _boot(self, asterisk: Asterisk, dirs: Directories) -> AsteriskProcess:
        self._asterisk = await start_asterisk(asterisk, dirs.etc)
        return self._asterisk

    async def _start_app(self) -> heart.Watched:
        """An app that freezes is ended: its callers must not wait for it, nor find two of them."""
        assert self._ear is not None
        process = await self._standby.take()
        await self._until_ready("serve", process)
        self._standby.prepare()
        return heart.Watched(process, self._ear)

    async def _start_worker(self, number: int) -> Process:
        process = await self._spawn(
            "work", "ari_app.cli", "--number", str(number), stdin=asyncio.subprocess.DEVNULL
        )
        await self._until_ready("work", process)
        return process

    async def _load_app(self) -> Process:
        """An app that waits to be told to go on."""
        assert self._ear is not None
        beats = {heart.SOCKET: str(self._ear.path)}
        return await self._spawn(
            "serve", "ari_app.serving", stdin=asyncio.subprocess.PIPE, more=beats
        )

    async def _spawn(
        self, command: str, program: str, *options: str, stdin: int,
        more: Mapping[str, str] | None = None,
    ) -> Process:  # fmt: skip
        with self._log(command).open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *LAUNCHER, program, command,
                "--state", str(self._settings.state), *options,
                stdin=stdin, stdout=asyncio.subprocess.PIPE, stderr=log,
                start_new_session=True, env={**self._environment(), **(more or {})},
            )  # fmt: skip
        self._processes.append(process)
        return process

    def _log(self, command: str) -> Path:
        return self._settings.state / "log" / f"{command}.log"

    async def _until_ready(self, command: str, process: Process) -> None:
        """Wait for its ready line."""
        assert process.stdout is not None
        try:
            async with asyncio.timeout(START_LIMIT):
                while line := await process.stdout.readline():
                    if line.decode("utf-8", "replace").strip() == READY_LINE:
                        return
        except TimeoutError:
            await end_group(process)  # it must not go on beside the one that is started next
        raise RuntimeError(f"claimline {command} did not start; see {self._log(command)}")

    def _environment(self) -> dict[str, str]:
        assert self._installation is not None
        level = os.environ.get("CLAIMLINE_LOG", "INFO")
        own = {name: value for name, value in os.environ.items() if name != heart.SOCKET}
        return {**own, "CLAIMLINE_LOG": level, **self._installation.environment}

    async def _end_all(self) -> None:
        """App and worker first, so that nobody redials; nothing is restarted any more."""
        tasks.cancel("keep ")
        await asyncio.gather(*(end_group(process) for process in self._processes))
        if self._asterisk is not None:
            await self._asterisk.stop()

    def _write_endpoints(self) -> None:
        assert self._installation is not None
        found = self._installation.endpoints(self._settings, self._ports)
        pids = {name: child.pid for name, child in self._children.items()}
        found["processes"] = {"supervisor": os.getpid(), **pids}
        endpoints_file.write(self._settings.endpoints, found)


def _lock(state: Path) -> TextIO:
    """Only one `up` per state directory; the lock ends with this process."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    (state / "log").mkdir(exist_ok=True, mode=0o700)
    file = (state / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise AlreadyRunning(
            f"Another claimline runs with {state}. End it: claimline down --state {state}"
        ) from None
    return file


async def until_signal(work: Awaitable[None]) -> None:
    """Run `work` until it ends or this process is asked to end."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, task.cancel)
    try:
        await work
    except asyncio.CancelledError:
        logger.info("ended by signal")
