"""The surveyor's phone: an hour without a network in the middle, then everything in order, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from ari_app.desk.language import COOKIE
from claims_store import claims, surveys
from tests.ari_app.desk.house import House
from tests.ari_app.desk.test_surveyor import dispatched, token
from tests.browser.pictures import AXE, BARRIERS, CUT, RULES, served

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), summary")]
  .filter((e) => e.checkVisibility() && !e.closest(".cl-s-shot, fieldset"))
  .map((e) => [e.textContent || e.name, e.getBoundingClientRect().height])
  .filter(([, height]) => height < 52)"""


@dataclass
class Out:
    """A surveyor's phone with his survey open, and what his page complained of."""

    house: House
    claim: str
    survey: str
    base: str
    context: BrowserContext
    page: Page


@pytest.fixture
async def out(house: House, running: Browser) -> AsyncIterator[Out]:
    claim, survey, whom = house.store.run_now(dispatched, house, accept="")
    path = house.store.run_now(token, house, survey, whom)
    async with served(house) as server:
        context = await running.new_context(viewport=PHONE, has_touch=True)  # type: ignore[arg-type]
        page = await context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        await page.goto(server + path)
        yield Out(house, claim, survey, server + path, context, page)
        assert not faults
        await context.close()


async def press(page: Page, word: str) -> None:
    button = page.locator("#cl-s-next button")
    await expect(button).to_have_text(word)
    await button.click()


def photo(name: str) -> dict[str, Any]:
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": picture(name)}


def picture(name: str) -> bytes:
    """What the server takes for a photo; a phone's own picture cannot be read here."""
    return b"\xff\xd8\xff\xe0" + name.encode() * 2000


async def test_an_hour_without_a_network_in_the_middle(out: Out) -> None:
    page, house = out.page, out.house
    await press(page, "接单")
    await expect(page.locator("#cl-s-next button")).to_have_text("我出发了")
    await expect(page.locator("[data-act=declined]")).to_have_count(0)
    await page.wait_for_selector("html[data-ready=offline]")

    await out.context.set_offline(True)
    await press(page, "我出发了")
    await page.reload()
    await press(page, "我到了")
    await page.locator("#cl-s-near").fill("张杨路 500 号")
    await press(page, "我到了")
    await expect(page.locator("#cl-s-where")).to_be_hidden()
    for shot in ("scene", "front"):
        await page.set_input_files(f"[data-shot={shot}] input", photo(shot))  # type: ignore[arg-type]
        await expect(page.locator(f"[data-shot={shot}] .cl-s-state")).to_have_text("已存手机")
    await expect(page.locator("#cl-s-net")).to_have_text("没有网络。4 项已存手机，有网自动上传。")
    assert house.store.run_now(claims.state_of, out.claim).survey == "accepted"
    house.now += timedelta(hours=1)
    await page.reload()
    await expect(page.locator("#cl-s-pending li")).to_have_count(4)
    await expect(page.locator("#cl-s-next button")).to_contain_text("拍下一张：车尾")

    lost: list[str] = []

    async def lose(route: Route) -> None:
        """The server has it, but its answer does not come through; once for each address."""
        if route.request.url in lost:
            await route.continue_()
            return
        lost.append(route.request.url)
        await route.fetch()
        await route.abort()

    await out.context.route("**/acts", lose)
    await out.context.set_offline(False)
    await page.wait_for_function("() => document.querySelector('#cl-s-net').dataset.count === '3'")
    await page.evaluate("() => document.querySelector('#cl-s-retry').click()")
    await expect(page.locator("#cl-s-net")).to_be_hidden(timeout=20_000)
    for shot in ("scene", "front"):
        await expect(page.locator(f"[data-shot={shot}] .cl-s-state")).to_have_text("已收到")
    assert len(lost) == 1
    acts = [(each.act, each.result) for each in house.store.run_now(surveys.acts, out.survey)]
    assert acts == [("accepted", "done"), ("left", "done"), ("arrived", "done")]
    photos = house.store.run_now(surveys.photos, out.survey)
    assert [each.shot for each in photos] == ["scene", "front"]
    events = [each.event for each in house.store.run_now(claims.journal, out.claim)]
    assert events[-3:] == ["survey_accepted", "surveyor_left", "surveyor_arrived"]
    assert house.store.run_now(surveys.acts, out.survey)[-1].data == {"near": "张杨路 500 号"}
    kept = await page.evaluate(
        "async () => (await (await import(document.querySelector('script[src]').src.replace("
        "'surveyor.js', 'surveyor_store.js'))).all(location.pathname)).map((e) => e.blob ?? null)"
    )
    assert kept and set(kept) == {None}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_nothing_is_cut_or_small_or_bars_anybody(
    out: Out, language: str, tmp_path: Path
) -> None:
    page, house = out.page, out.house
    await out.context.add_cookies([{"name": COOKIE, "value": language, "url": out.base}])
    axe = AXE.read_text("utf-8")

    async def look(name: str) -> None:
        await page.goto(out.base)
        await page.wait_for_timeout(200)
        await page.screenshot(path=tmp_path / f"{name}-{language}.png", full_page=True)
        assert await page.evaluate(CUT) == [], name
        assert await page.evaluate(SMALL) == [], name
        await page.evaluate(axe)
        assert await page.evaluate(BARRIERS, RULES) == [], name

    def go(act: str, id: str, **data: str) -> None:
        whom = house.store.run_now(surveys.offers, out.survey)[-1].surveyor
        house.store.run_now(
            surveys.act, out.survey, act, house.now, house.now, id=id, by=whom, **data
        )

    await look("asked")
    for place, act in enumerate(("accepted", "left", "arrived")):
        go(act, f"act-0000{place}")
    go("line", "act-00008", line="line-0001", part="后保险杠", work="replace", amount="1200.50")
    await look("arrived")
    go("done", "act-00009")
    await look("over")
