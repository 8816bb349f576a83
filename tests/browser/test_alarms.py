"""What is wrong comes and goes on pages that are open, in every tab."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from ari_app.alarms import Alarm
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


async def test_an_open_page_shows_alarms_as_they_come_and_go(visit: Visit) -> None:
    page, house = visit.page, visit.house
    other = await visit.tab("/calls")
    alarm = ".cl-told:not([hidden])"
    for each in (page, other):
        await expect(each.locator(alarm)).to_have_count(0)
    house.alarms = (Alarm("recordings_failed"), Alarm("disk_low", {"free": 12}))
    house.floor.tell("alarm", "")
    for each in (page, other):
        await expect(each.locator(alarm)).to_have_count(2)
        await expect(each.locator("#cl-alarms")).to_contain_text("12%")
    house.alarms = ()
    house.floor.tell("alarm", "")
    for each in (page, other):
        await expect(each.locator(alarm)).to_have_count(0)
