"""Tells the story of a claim with a customer whose browser is a real one."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ari_app.demo.told.run import Wanted, told
from tests.browser.chromium import browser

LIMIT = 300.0
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True, slots=True)
class Storied:
    """What the story wrote, and what stood on the pages that were opened, each at its width."""

    claim: str
    seconds: float
    timeline: list[dict[str, Any]]
    pages: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Telling:
    """A story that is being told, in an installation in `state`."""

    state: Path
    task: asyncio.Task[Storied]


async def tell(folder: Path) -> Storied:
    """The whole story; TimeoutError when it does not end."""
    pages: list[tuple[str, int]] = []
    file, state = folder / "story.json", folder / "state"
    state.mkdir()
    async with asyncio.timeout(LIMIT), browser() as running:

        async def read(url: str) -> str:
            page = await running.new_page(viewport=PHONE)  # type: ignore[arg-type]
            await page.goto(url)
            said = await page.inner_text("main")
            wide = await page.evaluate("document.documentElement.scrollWidth")
            pages.append((said, wide))
            await page.close()
            return " ".join(said.split())

        await told(Wanted(once=True, json_file=str(file), language="en", read=read), state)
    found = json.loads(await asyncio.to_thread(file.read_text, "utf-8"))
    return Storied(found["claim"], found["seconds"], found["timeline"], pages)
