"""The agent's page in a real browser: live, saved field by field, nothing typed ever lost."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Page, Route, expect

from claims_store import calls, reports
from claims_store.calls import CallOpened
from tests.ari_app.desk.house import CALL, House, driver, fill, finish_call, ring
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PLACE = "#cl-f-loss_place"
STORY = "#cl-f-narrative"


async def talk(visit: Visit) -> str:
    """Ring and answer while the page is open; the report's number."""
    number = visit.house.store.run_now(ring)
    visit.house.floor.offer("agent1", CALL)
    await visit.page.wait_for_selector(".cl-band-offer")
    visit.house.floor.answer("agent1")
    await visit.page.wait_for_selector(".cl-band-ask")
    await visit.page.wait_for_selector("#cl-report fieldset:not([disabled])")
    return number


def kept(house: House, number: str, field: str) -> str:
    found = house.store.run_now(reports.state, number).values.get(field)
    return found.value if found else ""


async def saved(page: Page, field: str) -> None:
    await expect(page.locator(f"[data-field={field}][data-unsaved]")).to_have_count(0)


async def until_kept(page: Page, house: House, number: str, field: str, value: str) -> None:
    for _ in range(100):
        if kept(house, number, field) == value:
            return
        await page.wait_for_timeout(50)
    assert kept(house, number, field) == value


async def test_an_offer_comes_by_itself_and_one_geometry_stays(visit: Visit) -> None:
    page, house = visit.page, visit.house
    number = house.store.run_now(ring)
    await page.wait_for_selector("#cl-ready")
    before = await page.locator("#cl-form").bounding_box()
    house.floor.offer("agent1", CALL)
    customer, _ = house.store.run_now(driver)
    await expect(page.locator(".cl-band-offer")).to_contain_text(customer.name)
    await expect(page.locator(".cl-band-offer")).to_contain_text("接起话机 201")
    await expect(page.locator("#cl-report-number")).to_have_text(number)
    await expect(page.locator("#cl-report fieldset[disabled]")).to_have_count(1)
    assert await page.title() == f"● 来电 {customer.name}"
    assert await page.locator("#cl-form").bounding_box() == before
    house.floor.answer("agent1")
    await expect(page.locator("#cl-ask")).to_have_text("“什么时候发生的？”")
    await expect(page.locator("#cl-report fieldset:not([disabled])")).to_have_count(1)
    assert await page.locator("#cl-form").bounding_box() == before


async def test_a_call_answered_while_its_form_is_on_the_way_opens_the_form(visit: Visit) -> None:
    page, floor = visit.page, visit.house.floor
    visit.house.store.run_now(ring)
    asked, answered = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        stale = await route.fetch()
        asked.set()
        await answered.wait()
        await route.fulfill(response=stale)

    await page.route(re.compile("/desk/region/form"), hold, times=1)
    floor.offer("agent1", CALL)
    await asked.wait()
    floor.answer("agent1")
    await page.wait_for_selector(".cl-band-ask")
    answered.set()
    await page.wait_for_selector("#cl-report fieldset:not([disabled])")
    await expect(page.locator("#cl-send")).to_be_visible()


async def test_what_is_typed_is_saved_by_itself_and_survives_a_reload(visit: Visit) -> None:
    page, number = visit.page, await talk(visit)
    await page.fill("#cl-f-loss_time", "今天 8:20")
    await page.press("#cl-f-loss_time", "Tab")
    await until_kept(page, visit.house, number, "loss_time", "2026-11-24T08:20+08:00")
    await expect(page.locator("#cl-ask")).to_contain_text("哪个城市")
    await expect(page.locator("#cl-f-loss_time")).to_have_value(re.compile("08:20"))
    await page.type(STORY, "被后车追尾")
    await until_kept(page, visit.house, number, "narrative", "被后车追尾")
    await page.click("[data-field=third_party] label:has-text('是')")
    await until_kept(page, visit.house, number, "third_party", "yes")
    await expect(page.locator("[data-field=other_plate]")).to_be_visible()
    await page.reload()
    await expect(page.locator(STORY)).to_have_value("被后车追尾")
    await expect(page.locator("[data-field=third_party] input[value=yes]")).to_be_checked()


async def test_text_nobody_can_read_is_kept_and_asked_for_again(visit: Visit) -> None:
    page, number = visit.page, await talk(visit)
    await page.fill("#cl-f-loss_time", "有一天")
    await page.press("#cl-f-loss_time", "Tab")
    await expect(page.locator("[data-field=loss_time] .cl-hint")).to_contain_text("看不懂这个时间")
    await page.reload()
    await expect(page.locator("#cl-f-loss_time")).to_have_value("有一天")
    assert kept(visit.house, number, "loss_time") == ""


async def test_a_lost_line_loses_nothing(visit: Visit) -> None:
    page, number = visit.page, await talk(visit)
    reports_path = re.compile("/api/reports/")

    async def cut(route: Route) -> None:
        await route.abort()

    await page.route(reports_path, cut)
    await page.fill(PLACE, "张杨路")
    await page.press(PLACE, "Tab")
    await expect(page.locator("[data-field=loss_place]")).to_have_attribute("data-unsaved", "")
    await expect(page.locator(".cl-saved")).to_contain_text("1 项等待上传")
    await page.reload()
    await expect(page.locator(PLACE)).to_have_value("张杨路")
    await expect(page.locator("[data-field=loss_place]")).to_have_attribute("data-unsaved", "")
    await page.unroute(reports_path)
    await until_kept(page, visit.house, number, "loss_place", "张杨路")
    await saved(page, "loss_place")


async def test_the_page_says_that_the_line_is_lost_and_that_it_is_back(visit: Visit) -> None:
    page = visit.page
    await talk(visit)
    await visit.context.set_offline(True)
    await page.fill(PLACE, "源深路")
    await page.press(PLACE, "Tab")
    await expect(page.locator("[data-field=loss_place]")).to_have_attribute("data-unsaved", "")
    await visit.context.set_offline(False)
    await saved(page, "loss_place")


async def test_a_broken_stream_is_told_and_comes_back_with_what_was_missed(
    visit: Visit,
) -> None:
    page, house = visit.page, visit.house

    async def cut(route: Route) -> None:
        await route.abort()

    await visit.context.route(re.compile("/api/(feed|me$)"), cut)
    await page.reload()
    await expect(page.locator("#cl-line")).to_contain_text("打的字都留着", timeout=10_000)
    house.store.run_now(ring)
    house.floor.offer("agent1", CALL)
    await visit.context.unroute(re.compile("/api/(feed|me$)"))
    await expect(page.locator(".cl-band-offer")).to_be_visible(timeout=10_000)
    visit.complaints.clear()  # the broken stream itself


async def test_what_moves_elsewhere_never_touches_the_field_in_hand(visit: Visit) -> None:
    page, house, number = visit.page, visit.house, await talk(visit)
    await page.click(STORY)
    await page.type(STORY, "等红灯")
    await page.keyboard.press("ArrowLeft")
    house.store.run_now(
        reports.answer, number, "drivable", "no", by="line", source="line", at=house.now
    )
    for kind, key in (("report", number), ("agent", "agent1"), ("call", CALL), ("waiting", "")):
        house.floor.tell(kind, key)
    await expect(page.locator("[data-field=drivable] input[value=no]")).to_be_checked()
    state = await page.evaluate(
        "() => [document.activeElement.id, document.activeElement.value,"
        " document.activeElement.selectionStart]"
    )
    assert state == ["cl-f-narrative", "等红灯", 2]


async def test_two_tabs_stay_in_step_and_neither_overwrites_the_other(visit: Visit) -> None:
    page, number = visit.page, await talk(visit)
    other = await visit.tab("/desk")
    await other.fill(PLACE, "张杨路")
    await other.press(PLACE, "Tab")
    await expect(page.locator(PLACE)).to_have_value("张杨路")
    await page.click(PLACE)
    await page.evaluate("document.querySelector('[data-field=loss_place]').dataset.version = '0'")
    await page.fill(PLACE, "源深路")
    await page.press(PLACE, "Tab")
    box = page.locator("[data-field=loss_place] .cl-other")
    await expect(box).to_contain_text("张杨路")
    assert kept(visit.house, number, "loss_place") == "张杨路"
    await expect(page.locator(PLACE)).to_have_value("源深路")
    await box.locator("[data-settle=mine]").click()
    await until_kept(page, visit.house, number, "loss_place", "源深路")
    await expect(other.locator(PLACE)).to_have_value("源深路")


async def test_one_stream_serves_all_tabs(visit: Visit) -> None:
    page = visit.page
    await page.wait_for_selector("#cl-ready")
    tabs = [await visit.tab("/desk") for _ in range(6)]
    visit.house.store.run_now(ring)
    visit.house.floor.offer("agent1", CALL)
    for tab in (page, *tabs):
        await expect(tab.locator(".cl-band-offer")).to_be_visible()
    await page.close()
    visit.house.floor.answer("agent1")
    for tab in tabs:
        await expect(tab.locator(".cl-band-ask")).to_be_visible()


async def test_the_keys_of_the_call(visit: Visit) -> None:
    page, number = visit.page, await talk(visit)
    await page.keyboard.press("Enter")
    await expect(page.locator("#cl-f-loss_time")).to_be_focused()
    await page.keyboard.press("F3")
    await expect(page.locator("#cl-f-loss_region")).to_be_focused()
    await page.keyboard.press("Shift+F3")
    await expect(page.locator("#cl-f-loss_time")).to_be_focused()
    await page.click("[data-field=third_party] label:has-text('是')")
    await page.click("#cl-f-other_plate")
    await page.keyboard.press("F8")
    await until_kept(page, visit.house, number, "other_plate", "unknown")
    await page.click(STORY)
    composing = "new KeyboardEvent('keydown', {key: 'F8', isComposing: true, bubbles: true})"
    await page.evaluate(f"document.activeElement.dispatchEvent({composing})")
    assert kept(visit.house, number, "narrative") == ""


async def test_pausing_and_unmasking_are_one_click(visit: Visit) -> None:
    page = visit.page
    await talk(visit)
    await page.click("#cl-pause")
    await expect(page.locator("#cl-count")).to_contain_text("已停录")
    found = visit.house.floor.call_of("agent1")
    assert found is not None and found.paused
    customer, _ = visit.house.store.run_now(driver)
    await page.click("[data-act$='/reveal']")
    await expect(page.locator("#cl-left dd").first).to_contain_text(customer.phone[-8:-4])


async def test_send_wrap_up_and_ready_again(visit: Visit) -> None:
    page, number = visit.page, await talk(visit)
    await expect(page.locator("#cl-send")).to_be_disabled()
    visit.house.store.run_now(fill, number)
    visit.house.floor.tell("report", number)
    await expect(page.locator("#cl-send")).to_be_enabled()
    await page.keyboard.press("Control+Enter")
    claim = number.replace("BA", "CL")
    await expect(page.locator("#cl-foot")).to_contain_text(claim)
    visit.house.floor.hang_up("agent1", wrap_s=30)
    band = page.locator(".cl-band-wrap")
    await expect(band).to_contain_text(claim)
    await expect(band.locator("text")).to_have_text(re.compile("^(30|29|28)$"))
    await page.keyboard.press("F2")
    await expect(page.locator(".cl-state-ready")).to_be_visible()
    await expect(page.locator("#cl-ready")).to_be_visible()


async def test_a_call_without_a_report_begins_one_with_the_first_answer(visit: Visit) -> None:
    page, house = visit.page, visit.house
    opened = CallOpened("n1-2.2", "n1", "s", "", "5550100", house.now, 1)
    house.store.run_now(calls.open_call, opened)
    house.floor.offer("agent1", "n1-2.2")
    house.floor.answer("agent1")
    await page.wait_for_selector("#cl-report fieldset:not([disabled])")
    await page.click("[data-field=line] label:has-text('车险')")
    await expect(page.locator("#cl-report-number")).to_have_text(re.compile("^BA-"))
    await expect(page.locator("[data-field=drivable]")).to_be_visible()
    number = await page.locator("#cl-report-number").inner_text()
    await page.click("[data-field=drivable] label:has-text('否')")
    await until_kept(page, house, number, "drivable", "no")


async def test_signed_out_elsewhere_hides_the_page_at_once(visit: Visit) -> None:
    await talk(visit)
    other = await visit.tab("/me")
    await other.click("form[action='/sign-out'] button")
    await other.wait_for_selector("#cl-login")
    await expect(visit.page.locator("#cl-login")).to_be_visible()


async def test_hostile_names_are_text(visit: Visit) -> None:
    page, number = visit.page, await talk(visit)
    nasty = "<img src=x onerror=\"document.title='taken'\">"
    for field in ("narrative", "loss_place", "reporter_name"):
        visit.house.store.run_now(
            reports.answer, number, field, nasty, by=nasty, source="agent", at=visit.house.now
        )
    visit.house.floor.tell("report", number)
    await expect(page.locator(PLACE)).to_have_value(nasty)
    finish_call(visit.house, number)
    for path in ("/desk", f"/calls/{CALL}", "/calls"):
        await page.goto(visit.base + path)
        assert await page.title() != "taken"
        assert await page.locator("img[src=x]").count() == 0
