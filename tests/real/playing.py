"""Runs `claimline demo --once --json FILE` as a person would, beside what else is tried."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ari_app.boot import end_group

LIMIT = 150.0


@dataclass(frozen=True, slots=True)
class Played:
    """How the demo ended: exit code, both outputs, and the file it wrote."""

    code: int
    said: str
    told: str
    file: str


async def play() -> Played:
    """The whole demo; TimeoutError when it does not end."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "demo.json")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ari_app.cli", "demo", "--once", "--json", str(file),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        try:
            async with asyncio.timeout(LIMIT):
                said, told = await process.communicate()
        finally:
            await end_group(process, 20)
        return Played(process.returncode or 0, said.decode(), told.decode(), _text(file))


def _text(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""
