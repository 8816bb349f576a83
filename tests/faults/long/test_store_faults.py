"""The database is locked for long, or its disk is full: whole notices are taken, none is heard to
suffer, and nothing is lost."""

from __future__ import annotations

import asyncio
import time

import pytest
from playwright.async_api import Locator, expect

from ari_app.calls.ledger import WRITE_LIMIT
from tests.browser.chromium import browser
from tests.faults import stores
from tests.faults.breaking import nothing_left
from tests.faults.reporting import USUAL, Reporter, reporter, whole
from tests.real.house import House

pytestmark = [pytest.mark.faults, pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]

LOCKED = 30.0
ROOM = 32 * 1024
"""Bytes: the journal has room, the database has not."""


async def test_a_locked_database_is_not_heard_and_loses_nothing(house: House) -> None:
    early = await reporter(house)
    await early.until("ask-loss-day")
    with stores.locked(house):
        began = time.monotonic()

        async def comes() -> Reporter:
            late = await reporter(house)
            await late.files()
            return late

        late, _ = await asyncio.gather(comes(), early.files())
        await asyncio.sleep(began + LOCKED - time.monotonic())
        assert stores.waiting(house), "steps wait"
    await stores.caught_up(house)
    for each in (early, late):
        await whole(house, each)
    assert early.gaps()[0][0] < WRITE_LIMIT + USUAL and early.gaps()[1][0] < USUAL
    assert late.gaps()[0][0] < USUAL, "once it is known to be away nobody waits for it"
    await nothing_left(house)


async def test_an_open_page_says_that_data_is_late_until_it_is_not(house: House) -> None:
    """A real browser at the agent's desk; the banner comes with the first write that fails."""
    found = house.endpoints
    password = next(user["password"] for user in found["users"] if user["role"] == "agent")
    async with house.agent() as desk, browser() as running:
        page = await running.new_page()
        await page.goto(f"{found['web']}/sign-in")
        await page.fill("#cl-login", desk.agent.name)
        await page.fill("#cl-password", password)
        await page.press("#cl-password", "Enter")
        banner = page.locator("#cl-late")
        await page.wait_for_selector(".cl-desk")
        await expect(banner).to_be_hidden()
        each = await reporter(house)
        await each.until("ask-safe")
        with stores.locked(house):
            began = time.monotonic()
            await asyncio.gather(each.until("ask-loss-day"), seen(banner))
            print(f"the banner is there {time.monotonic() - began:.1f} s after the lock")
        await expect(banner).to_be_hidden(timeout=1000 * stores.BACK_LIMIT)
        await each.caller.hangs_up()
        await whole(house, each)
    await nothing_left(house)


async def seen(banner: Locator) -> None:
    await expect(banner).to_be_visible(timeout=15_000)
    assert await banner.inner_text()


async def test_a_full_disk_is_not_heard_and_loses_nothing(house: House) -> None:
    each = await reporter(house)
    await each.until("ask-safe")
    with stores.full(house, ROOM):
        await each.until("ask-loss-time")
        await stores.noticed(house, 10)
        await each.until("ask-third-party")
        assert stores.waiting(house), "steps wait"
    await stores.caught_up(house)
    await each.files()
    await whole(house, each)
    await nothing_left(house)
