"""The customer's pages in a real browser: nothing bars anybody at the widths of small phones, at
twice the size of type, light and dark; and with scripts switched off everything can be done.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from claims_store import links, moves, reports
from claims_store.rules.stages import Actor
from claims_store.store import Session
from tests.ari_app.desk.house import NOW, House, driver, fill, ring
from tests.browser.pictures import AXE, BARRIERS, RULES, served

pytestmark = pytest.mark.browser

PAGES = ("", "/all", "/call", "/wishes", "/opinion")
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll('a, button, label, select, textarea, input')]
  .filter((e) => !e.closest('p') && e.type !== 'hidden')
  .filter((e) => !['radio', 'checkbox'].includes(e.type))
  .filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 90))"""


def claim(s: Session) -> tuple[str, str]:
    """A link, and the last four digits of whom it was sent to."""
    report = ring(s)
    fill(s, report)
    number = reports.state(s, report).claim_number
    assert number
    handler = Actor("handler1", "handler")
    moves.move(s, number, "claim_filed", handler, NOW)
    papers = ["doc_identity", "doc_invoice"]
    moves.move(s, number, "documents_requested", handler, NOW, missing=papers)
    phone = driver(s)[0].phone
    return links.make(s, "claim", number, NOW, whom=phone), phone[-4:]


async def barriers(page: Page, axe: str) -> list[str]:
    await page.evaluate(axe)
    found: list[str] = await page.evaluate(BARRIERS, RULES)
    return found


async def test_nothing_bars_a_customer_and_no_script_is_needed(
    house: House, running: Browser, tmp_path: Path
) -> None:
    token, digits = house.store.run_now(claim)
    axe = AXE.read_text("utf-8")
    looks = (
        {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "locale": "zh"},
        {"viewport": {"width": 320, "height": 568}, "color_scheme": "dark", "locale": "en"},
        # 200 % of 390: half as many pixels for the page, each twice as large.
        {"viewport": {"width": 195, "height": 422}, "device_scale_factor": 2, "locale": "zh"},
    )
    async with served(house) as base:
        for look in looks:
            context = await running.new_context(**look)  # type: ignore[arg-type]
            page = await context.new_page()
            await page.goto(f"{base}/c/{token}/wishes")
            assert await barriers(page, axe) == []
            await page.fill("[name=digits]", digits)
            await page.click("main button")
            for path in PAGES:
                await page.goto(f"{base}/c/{token}{path}")
                assert await page.evaluate(WIDE) <= 0, (look, path)
                assert await page.evaluate(SMALL) == [], (look, path)
                assert await barriers(page, axe) == [], (look, path)
            await page.goto(f"{base}/c/aaaaaaaaaaaaaaaa")
            assert await barriers(page, axe) == []
            await page.goto(f"{base}/c/{token}")
            await page.screenshot(path=tmp_path / "customer.png")
            await context.close()
        await _without_scripts(running, base, token)


async def _without_scripts(running: Browser, base: str, token: str) -> None:
    context = await running.new_context(java_script_enabled=False, locale="zh")
    page = await context.new_page()
    await page.goto(f"{base}/c/{token}")
    await page.click("text=English")
    assert "We need 2 things from you" in await page.inner_text("h1")
    await page.click("text=Call me back")
    await page.click("text=Ask for the call")
    assert "The call is promised" in await page.inner_text("[role=status]")
    await page.click("text=Your opinion")
    await page.check("[name=score][value='4']")
    await page.click("text=Send it")
    assert "We have it" in await page.inner_text("[role=status]")
    await context.close()
