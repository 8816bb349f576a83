"""The claim page and the lists that are worked off, by mouse and by keys, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import expect

from claims_store import claims, tasks
from claims_store.store import Session
from tests.ari_app.desk.house import CALL, NOW, fill, finish_call, ring
from tests.browser.conftest import Visit
from tests.browser.pictures import sign_in

pytestmark = pytest.mark.browser


async def test_a_claim_is_moved_on_its_page_and_another_tab_shows_it_at_once(visit: Visit) -> None:
    page, house = visit.page, visit.house
    report = house.store.run_now(ring)
    house.store.run_now(fill, report)
    finish_call(house, report)
    number = report.replace("BA", "CL")
    await visit.context.clear_cookies()
    await sign_in(page, visit.base, house, "handler1")
    await page.goto(f"{visit.base}/claims/{number}")
    other = await visit.tab(f"/claims/{number}")
    await page.click("#cl-primary")
    form = page.locator("#cl-sheet details[open] form")
    await form.locator("button").click()
    await expect(page.locator("#cl-sheet")).to_be_hidden()
    for each in (page, other):
        await expect(each.locator("#cl-primary")).to_have_text("派查勘")
        await expect(each.locator(".cl-timeline")).to_contain_text("已立案")

    await page.click("#cl-more")
    await page.click("#cl-sheet summary:has-text('撤案')")
    await page.click("#cl-sheet details[open] form button")
    await expect(page.locator("#cl-sheet details[open] [data-told]")).to_contain_text("缺少")
    await page.keyboard.press("Escape")
    await expect(page.locator("#cl-more")).to_be_focused()

    typed = other.locator("#cl-promise-due")
    await typed.fill("下午三")
    await page.click("#cl-chip-1")
    await expect(other.locator("#cl-kept-1")).to_be_visible()
    await expect(typed).to_have_value("下午三")
    await expect(typed).to_be_focused()
    await typed.press("Enter")
    await expect(other.locator("#cl-promises [data-told]")).to_contain_text("看不懂这个时间")
    await typed.fill("下午三点")
    await typed.press("Enter")
    await expect(page.locator("#cl-kept-2")).to_be_visible()
    assert house.store.run_now(claims.state_of, number).stage == "filed"


async def test_tasks_are_worked_off_by_keys_and_a_call_is_promised_in_the_talk(
    visit: Visit,
) -> None:
    page, house = visit.page, visit.house
    report = house.store.run_now(ring)
    house.floor.offer("agent1", CALL)
    await page.wait_for_selector(".cl-band-offer")
    house.floor.answer("agent1")
    await page.wait_for_selector("#cl-chip-1")
    await page.click("#cl-chip-1")
    await expect(page.locator(".cl-right")).to_contain_text("理赔员回电")
    (promised,) = house.store.run_now(tasks.listing, about=report)
    assert promised.due > house.now

    def more(s: Session) -> None:
        for minutes in (-5, 400):
            tasks.add(s, "missing_items", report, NOW, NOW + timedelta(minutes=minutes))

    house.store.run_now(more)
    await page.goto(f"{visit.base}/tasks")
    rows = page.locator("[data-row]")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(0).locator(".cl-chip-bad")).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await expect(rows.nth(1)).to_be_focused()
    await page.keyboard.press("k")
    await page.keyboard.press("x")
    await expect(rows.nth(0)).to_have_attribute("data-done", "")
    await expect(rows.nth(1)).not_to_have_attribute("data-done", "")
    assert len(house.store.run_now(tasks.listing, about=report)) == 2
