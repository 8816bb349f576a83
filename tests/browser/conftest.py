"""A house that is served, and a real browser in front of it; a page that complains fails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page

from ari_app.desk.language import COOKIE
from tests.ari_app.desk.house import House, small_house
from tests.browser.chromium import browser
from tests.browser.pictures import SIZE, served, sign_in


@dataclass
class Visit:
    """One person's browser at the desk; `complaints` is what it wrote on its console."""

    base: str
    house: House
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    async def tab(self, path: str) -> Page:
        """Another tab of the same browser."""
        page = await self.context.new_page()
        self.watch(page)
        await page.goto(self.base + path)
        return page

    def watch(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda fault: self.complaints.append(str(fault)))

    def _hear(self, message: ConsoleMessage) -> None:
        # A refused answer is told by the page itself; the browser notes it on its console as well.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with small_house(tmp_path) as made:
        yield made


@pytest.fixture
async def running() -> AsyncIterator[Browser]:
    async with browser() as started:
        yield started


@pytest.fixture
async def visit(house: House, running: Browser) -> AsyncIterator[Visit]:
    """The first agent, signed in, in Chinese, on the desk."""
    async with served(house) as base:
        context = await running.new_context(viewport=SIZE, locale="zh")  # type: ignore[arg-type]
        await context.add_cookies([{"name": COOKIE, "value": "zh", "url": base}])
        page = await context.new_page()
        made = Visit(base, house, context, page)
        made.watch(page)
        await sign_in(page, base, house, "agent1")
        yield made
        assert not made.complaints
        await context.close()
