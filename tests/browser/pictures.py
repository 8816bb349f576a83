"""Paints every page with the demo's people in both languages into a folder, and tells what is cut.

python -m tests.browser.pictures FOLDER [dark]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page

from ari_app.desk.floor import WaitingView
from ari_app.desk.language import COOKIE
from claims_store import assignment, callbacks, moves, outbox, reports, tasks
from claims_store.rules.stages import Actor
from claims_store.store import Session
from tests.ari_app.desk.house import CALL, NOW, House, fill, finish_call, ladder, ring, small_house
from tests.browser.chromium import browser

SIZE = {"width": 1440, "height": 900}
# Text that is wider than its box, or lies outside of the window, on a page that must not cut it.
CUT = """() => {
  const found = [];
  for (const e of document.querySelectorAll("body *")) {
    const style = getComputedStyle(e);
    if (!e.textContent.trim() || style.display === "none") continue;
    if (e.closest("[hidden], .cl-said, .cl-cut, textarea, select, svg, head, script")) continue;
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own) continue;
    const box = e.getBoundingClientRect();
    const wide = e.scrollWidth > e.clientWidth + 1 && style.display !== "inline";
    if (wide || box.right > innerWidth + 1 || box.left < -1) found.push(e.textContent.trim());
  }
  return found;
}"""


AXE = Path(__file__).with_name("vendor") / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BARRIERS = """async (rules) => {
  const found = await axe.run(document, { runOnly: rules });
  return found.violations.map((each) => `${each.id}: ${each.nodes[0].html.slice(0, 120)}`);
}"""


@dataclass(frozen=True)
class Shown:
    """One picture: where it lies, which texts are cut in it, and what axe finds."""

    file: Path
    cut: list[str]
    barriers: list[str]


@asynccontextmanager
async def served(house: House) -> AsyncIterator[str]:
    """The desk on a free port; its address."""
    server = TestServer(house.app())
    await server.start_server()
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        await server.close()


async def sign_in(page: Page, base: str, house: House, login: str) -> None:
    """As a person does it."""
    await page.goto(f"{base}/sign-in")
    await page.fill("#cl-login", login)
    await page.fill("#cl-password", house.password(login))
    await page.press("#cl-password", "Enter")
    await page.wait_for_selector(".cl-rail")


def work_to_do(s: Session, number: str) -> None:
    """A claim that has an owner and a promise, tasks, a callback, and something set aside."""
    handler = Actor("handler1", "handler")
    assignment.assign(s, number, NOW, "claim_reported")
    moves.move(s, number, "claim_filed", handler, NOW)
    moves.move(s, number, "call_promised", handler, NOW, due=NOW + timedelta(minutes=74))
    moves.move(s, number, "rejection_proposed", handler, NOW, reason="免责", clause="3.2")
    tasks.add(s, "missing_items", number, NOW, NOW + timedelta(hours=3))
    tasks.add(s, "deadline_missed", number, NOW, NOW - timedelta(minutes=40))
    due = NOW + timedelta(minutes=9)
    callbacks.add(s, CALL, "+8613800138009", "zh", NOW, due, queue="motor", reason="cut")
    outbox.put(s, "transcribe", f"transcribe:{CALL}", {"call_id": CALL}, NOW)
    row = next(each for each in outbox.due(s, NOW) if each.kind == "transcribe")
    outbox.set_aside(s, row.id, "no model for zh is installed")


async def pictures(
    folder: Path, language: str, running: Browser, *, dark: bool = False
) -> list[Shown]:
    """All pages in one language, in the order of a day."""
    with tempfile.TemporaryDirectory() as state, small_house(Path(state)) as house:
        async with served(house) as base:
            scheme = "dark" if dark else "light"
            context = await running.new_context(
                viewport=SIZE,  # type: ignore[arg-type]
                locale=language,
                color_scheme=scheme,  # type: ignore[arg-type]
            )
            await context.add_cookies([{"name": COOKIE, "value": language, "url": base}])
            page = await context.new_page()
            painter = _Painter(folder, language, base, page, house)
            return await painter.all()


class _Painter:
    def __init__(self, folder: Path, language: str, base: str, page: Page, house: House) -> None:
        self._folder, self._language, self._base = folder, language, base
        self._page, self._house = page, house
        self._shown: list[Shown] = []
        self._axe = AXE.read_text("utf-8")

    async def all(self) -> list[Shown]:
        house, floor = self._house, self._house.floor
        await self._take("sign-in", "/sign-in")
        await sign_in(self._page, self._base, house, "agent1")
        number = house.store.run_now(ring, language=self._language)
        waiting = house.now - timedelta(seconds=48)
        floor.wait(*(WaitingView(f"n1-{i}", "motor", waiting, i) for i in (1, 2, 3)))
        await self._take("desk-ready", "/desk")
        needs = (
            {"zh": "车险 8，需要 6", "en": "motor 8, needs 6"},
            {"zh": "普通话", "en": "Mandarin"},
        )
        floor.offer("agent1", CALL, why=ladder(floor), needs=needs)
        await self._take("desk-offer", "/desk")
        floor.answer("agent1")
        await self._take("desk-talk-begun", "/desk")
        house.store.run_now(fill, number)
        house.store.run_now(
            reports.answer, number, "other_phone", "", by="agent1", source="agent", at=house.now
        )
        await self._take("desk-talk", "/desk")
        floor.hang_up("agent1")
        finish_call(house, number)
        await self._take("desk-wrap-up", "/desk")
        await self._take("calls", "/calls")
        await self._take("call", f"/calls/{CALL}")
        await self._take("me", "/me")
        await self._of_handlers(number.replace("BA", "CL"))
        await self._again("admin")
        await self._take("users", "/security/users")
        await self._take("backlog", "/backlog")
        return self._shown

    async def _of_handlers(self, number: str) -> None:
        self._house.store.run_now(work_to_do, number)
        await self._again("handler1")
        await self._take("claims", "/claims")
        await self._take("claim", f"/claims/{number}")
        await self._page.click("#cl-more")
        await self._page.wait_for_selector("#cl-sheet details")
        await self._page.click("#cl-sheet summary >> nth=2")
        await self._shoot("claim-acts")
        await self._again("supervisor")
        await self._take("tasks", "/tasks?whose=team")
        await self._take("callbacks", "/callbacks")

    async def _again(self, login: str) -> None:
        await self._page.goto(f"{self._base}/me")
        await self._page.click("form[action='/sign-out'] button")
        await self._page.wait_for_url(f"{self._base}/sign-in")
        await sign_in(self._page, self._base, self._house, login)

    async def _take(self, name: str, path: str) -> None:
        await self._page.goto(self._base + path)
        await self._shoot(name)

    async def _shoot(self, name: str) -> None:
        await self._page.evaluate("document.fonts.ready")
        await self._page.wait_for_timeout(300)
        file = self._folder / f"{name}-{self._language}.png"
        await self._page.screenshot(path=file)
        cut = await self._page.evaluate(CUT)
        await self._page.evaluate(self._axe)
        barriers = await self._page.evaluate(BARRIERS, RULES)
        self._shown.append(Shown(file, cut, barriers))


async def _main(folder: Path, *more: str) -> None:
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with browser() as running:
        for language in ("zh", "en"):
            for shown in await pictures(folder, language, running, dark="dark" in more):
                print(shown.file, *(f"\n   cut: {text[:80]}" for text in shown.cut))
                print(*(f"   {barrier}\n" for barrier in shown.barriers), end="")


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), *sys.argv[2:]))
