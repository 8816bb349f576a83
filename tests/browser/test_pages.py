"""Record pages in a real browser, and every page in both languages under the eye of axe."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.ari_app.desk.house import CALL, fill, finish_call, ring
from tests.browser.conftest import Visit
from tests.browser.pictures import pictures

pytestmark = pytest.mark.browser


async def played(page: Page, past: float) -> float:
    """Where the player is once it is past a second."""
    at = 0.0
    for _ in range(100):
        at = await page.evaluate("document.querySelector('audio').currentTime")
        if at > past:
            break
        await page.wait_for_timeout(50)
    assert at > past
    return at


async def test_a_click_plays_the_second(visit: Visit) -> None:
    page, house = visit.page, visit.house
    number = house.store.run_now(ring)
    house.store.run_now(fill, number)
    finish_call(house, number)
    await page.goto(f"{visit.base}/calls/{CALL}")
    await page.click(".cl-answers [data-play-at='5.5']")
    assert 4.4 < await played(page, 4.4) < 6.5
    await expect(page.locator("[data-from='4.4']")).to_have_attribute("data-playing", "")
    await page.keyboard.press("Escape")
    ink = await page.evaluate(
        "() => { const c = document.querySelector('canvas');"
        " return c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
        ".some((n) => n > 0); }"
    )
    assert ink


async def test_a_second_clicked_on_the_claim_plays_on_the_call(visit: Visit) -> None:
    page, house = visit.page, visit.house
    number = house.store.run_now(ring)
    house.store.run_now(fill, number)
    finish_call(house, number)
    await page.goto(f"{visit.base}/claims/{number.replace('BA', 'CL')}")
    await page.click(".cl-answer-confirmed a")
    assert await played(page, 4.4) < 6.5


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_no_text_is_cut_and_nothing_bars_anybody_on_any_page(
    running: Browser, tmp_path_factory: pytest.TempPathFactory, language: str
) -> None:
    shown = await pictures(tmp_path_factory.mktemp("pictures"), language, running)
    assert len(shown) == 16
    assert {each.file.name: each.cut for each in shown if each.cut} == {}
    assert {each.file.name: each.barriers for each in shown if each.barriers} == {}
    assert all(each.file.stat().st_size > 10_000 for each in shown)
