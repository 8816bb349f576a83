"""The app is killed under calls in all stages: another one leads them on."""

from __future__ import annotations

import asyncio

import pytest

from ari_app import tasks
from ari_app.calls.arrivals import ARM_EVERY
from ari_app.outside.phone import NOBODY
from ari_app.render import DEAD_MAN
from claims_store import calls as ledger
from tests.faults.breaking import restarted
from tests.faults.stages import gave, goes_on, in_menu, in_notice, waiting
from tests.real import listening, plan
from tests.real.caller import Caller
from tests.real.evidence import sealed
from tests.real.house import Desk, House
from tests.real.talks import (
    HIGH,
    LOW,
    WITH_REPORT,
    Talking,
    both_say,
    calls,
    had,
    hear_each_other,
    is_served,
    lasting,
    names,
    talk,
)

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]

NOT_THERE = plan.SINGLE[-1]
"""The desk whose agent has not come yet."""
REPLACED_WITHIN = DEAD_MAN - ARM_EVERY
GAP_S = 0.1
"""Seconds by which packets may be late on a busy machine."""


async def test_a_killed_app_is_replaced_and_every_call_goes_on(house: House) -> None:
    """One talks, one is rung for, one waits, one is in the menu, one reports a loss."""
    async with house.pair() as (desk, _), house.pair() as (deaf, spare):
        deaf.phone.manner = NOBODY
        nobody = plan.hotline(NOT_THERE)
        talking, (waits, wait_id), menu, notice, rung = await asyncio.gather(
            talk(house, desk, WITH_REPORT), waiting(house, nobody), in_menu(house, nobody),
            in_notice(house, nobody), calls(house, plan.pair_hotline(deaf.phone.number), after=5),
        )  # fmt: skip
        await deaf.phone.call(20)
        before = await house.store.run(ledger.get, wait_id)
        prompts = len(talking.caller.customer.sound)
        speaking = tasks.start(
            both_say(talking.caller.customer, talking.leg, LOW, HIGH, 9), name="both speak"
        )
        await asyncio.sleep(0.5)
        seconds = await restarted(house)
        assert seconds < REPLACED_WITHIN, seconds
        await house.state_of(desk.agent.name, "talking")
        await asyncio.gather(
            is_in_the_menu_again(menu), is_asked_again(house, notice),
            is_saved_ringing(house, rung, spare), resumes_waiting(house, waits, before),
            is_not_cut(talking, speaking, prompts),
        )  # fmt: skip
        call = await house.closed(talking.caller)
    assert await house.outcome(talking.call_id) == "talked"
    assert call["talk_s"] == pytest.approx(lasting(call, "answered", "returned"), abs=0.3)
    assert call["agent"] == desk.agent.name
    assert not (await sealed(house, talking.call_id)).recording.partial


async def is_not_cut(talking: Talking, speaking: asyncio.Task[None], prompts: int) -> None:
    """Neither side misses a bit of what the other one says; then the line has the caller again."""
    await speaking
    gaps = [
        listening.longest_gap(listening.read(talking.leg.heard()), LOW),
        listening.longest_gap(listening.read(talking.caller.customer.heard())[prompts:], HIGH),
    ]
    assert max(gaps) <= GAP_S, gaps
    await talking.leg.hang_up()
    await is_served(talking.caller)


async def is_in_the_menu_again(menu: Caller) -> None:
    await goes_on(menu, "menu-main")
    await menu.hangs_up()


async def is_asked_again(house: House, notice: Caller) -> None:
    """The open question, and what he had answered is there once."""
    await goes_on(notice, "ask-safe")
    await notice.presses("1")
    await notice.hears("confirm-phone-caller")
    await notice.hangs_up()
    call_id = (await house.closed(notice))["call_id"]
    given = await gave(house, call_id)
    assert given["any_injury"] == ("no", 1) and given["safe_place"][0] == "yes", given
    assert "fallback-sorry" not in notice.heard_names()


async def is_saved_ringing(house: House, rung: Caller, spare: Desk) -> None:
    """Nobody answered the phone that rang when the app was killed: the next agent takes him."""
    leg = await spare.phone.answered_call(30)
    await hear_each_other(rung, leg)
    await leg.hang_up()
    await rung.hears_whole("goodbye")
    call = await house.closed(rung)
    assert had(call) == [spare.agent.name]
    offered = [each["agent"] for each in call["events"] if each["event"] == "offered"]
    assert offered[-1] == spare.agent.name


async def resumes_waiting(house: House, waits: Caller, before: ledger.Call | None) -> None:
    """He waits with his old place, and is served once his agent comes."""
    assert before is not None
    now = await house.store.run(ledger.get, before.call_id)
    assert now is not None and now.waiting_since == before.waiting_since
    assert "fallback-sorry" not in waits.heard_names()
    phone = house.world.phone(NOT_THERE)
    await phone.register()
    leg = await phone.answered_call(20)
    await hear_each_other(waits, leg)
    await leg.hang_up()
    await waits.hears_whole("goodbye")
    call = await house.closed(waits)
    await phone.unregister()
    assert names(call, "queued", "app_restarted", "answered") == [
        "queued", "app_restarted", "answered",
    ]  # fmt: skip
