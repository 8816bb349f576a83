"""Starting an Asterisk and knowing that it is whole: any ERROR line at boot fails the boot.

Asterisk runs on without a module that could not load and only logs it; so the console is read until
it says that it is ready.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path

from ari_app import tasks
from ari_app.installed import Asterisk

logger = logging.getLogger(__name__)

READY = "Asterisk Ready."
BOOT_LIMIT = 20.0


class BootFailed(Exception):
    """Asterisk did not start as configured; the message holds its own words."""


class AsteriskProcess:
    """A running Asterisk in a process group of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> int:
        return await self._process.wait()

    async def stop(self, limit: float = 5.0) -> None:
        await end_group(self._process, limit)


async def end_group(process: asyncio.subprocess.Process, limit: float = 5.0) -> None:
    """End a process and everything it started: politely, then by force."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is not None:
            break
        try:
            os.killpg(process.pid, sign)
            async with asyncio.timeout(limit):
                await process.wait()
        except ProcessLookupError:
            break
        except TimeoutError:
            continue
    await process.wait()


async def start_asterisk(asterisk: Asterisk, etc: Path) -> AsteriskProcess:
    """Start Asterisk with the configuration in `etc` and wait until it is ready."""
    process = await asyncio.create_subprocess_exec(
        str(asterisk.command), "-fn", "-C", str(etc / "asterisk.conf"),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT, start_new_session=True, umask=0o077,
        env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"},
    )  # fmt: skip
    try:
        async with asyncio.timeout(BOOT_LIMIT):
            errors = await _until_ready(process)
    except TimeoutError:
        await end_group(process)
        raise BootFailed(f"Asterisk was not ready after {BOOT_LIMIT:.0f} s.") from None
    except BaseException:
        await end_group(process)
        raise
    if errors:
        await end_group(process)
        raise BootFailed("Asterisk started with errors:\n" + "\n".join(errors))
    tasks.start(_read_on(process), name="asterisk console")
    return AsteriskProcess(process)


async def _until_ready(process: asyncio.subprocess.Process) -> list[str]:
    """The ERROR lines up to the ready line; raises `BootFailed` if Asterisk ends before it."""
    assert process.stdout is not None
    seen: list[str] = []
    async for raw in process.stdout:
        line = raw.decode("utf-8", "replace").rstrip()
        if READY in line:
            return [text for text in seen if " ERROR[" in text]
        seen.append(line)
    raise BootFailed("Asterisk ended while it started:\n" + "\n".join(seen[-5:]))


async def _read_on(process: asyncio.subprocess.Process) -> None:
    """Keep the console's pipe empty; what matters stands in Asterisk's own log."""
    assert process.stdout is not None
    while await process.stdout.read(65536):
        pass


async def wait_until(ready: Callable[[], bool], limit: float, what: str) -> None:
    """Wait for a condition that nothing announces; `TimeoutError` names it."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limit
    while not ready():
        if loop.time() > end:
            raise TimeoutError(f"{what}: not within {limit:.0f} s")
        await asyncio.sleep(0.05)
