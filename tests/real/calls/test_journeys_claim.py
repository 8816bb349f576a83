""" "My claim" by real calls: nothing before the caller has proved who he is, then the status."""

from __future__ import annotations

import re

import pytest

from ari_app.calls import saying
from tests.real import hearing, transcribing
from tests.real.caller import Caller
from tests.real.house import House
from tests.real.together import together

pytestmark = pytest.mark.real

HOTLINE = "5550101"


async def asks_for_status(caller: Caller, hotline: str) -> None:
    await caller.dial(hotline)
    await caller.starts_with("2")
    await caller.hears("ask-claim-identify")


@together
async def test_given_the_whole_claim_number_when_keyed_by_anybody_then_its_status_is_spoken(
    house: House,
) -> None:
    _, claim = await house.claimant()
    caller = house.caller()
    await asks_for_status(caller, HOTLINE)
    await caller.presses(re.sub(r"\D", "", claim.number))
    await caller.hears("identify-ok")
    intro = await caller.hears("status-intro")
    menu = await caller.hears("status-menu")
    await caller.presses("1")
    await caller.hears("menu-main")
    await caller.hangs_up()
    spoken = await transcribing.words(caller.sound[intro.at : menu.at])
    digits = [f"digit-{digit}" for digit in range(10)]
    assert caller.said_after("status-intro", digits) == saying.number_tail(claim.number)
    assert re.search(r"surveyor.*next.*survey", spoken), spoken
    call = await house.closed(caller)
    assert [event["ok"] for event in call["events"] if event["event"] == "identification"] == [True]


@together
async def test_given_the_known_customer_when_he_keys_the_last_four_then_he_is_told(
    house: House,
) -> None:
    customer, claim = await house.claimant()
    caller = house.caller(customer.phone)
    await asks_for_status(caller, HOTLINE)
    await caller.presses(f"{claim.number[-4:]}#")
    await caller.hears("status-intro")
    await caller.hears("status-menu")
    assert caller.said_after("status-intro", hearing.pieces(), 6)[:4] == [
        f"digit-{digit}" for digit in claim.number[-4:]
    ]
    await caller.hangs_up()
    await house.closed(caller)


@together
async def test_given_three_wrong_tries_when_asking_for_a_claim_then_only_a_person_helps(
    house: House,
) -> None:
    caller = house.caller()
    async with house.agent() as desk:
        await asks_for_status(caller, desk.hotline)
        for wrong in ("0000#", "1234567890", "9999#"):
            await caller.presses(wrong)
            await caller.hears("identify-failed", "identify-locked")
            if wrong != "9999#":
                await caller.hears("ask-claim-identify")
        leg = await desk.phone.answered_call()
        heard = caller.heard_names()
        assert heard.count("identify-failed") == 2 and "identify-locked" in heard
        assert not [name for name in heard if name.startswith(("status-", "next-step"))]
        await caller.hangs_up()
        await leg.ended()
    call = await house.closed(caller)
    assert call["agent"] == desk.agent.name
    tries = [event["ok"] for event in call["events"] if event["event"] == "identification"]
    assert tries == [False] * 3
