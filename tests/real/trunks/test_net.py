"""The net under the app: frozen, killed, and replaced in mid-call; and a plan that is changed.

No caller is lost, no talk is cut, and an app that thaws leaves those alone whom the net has saved.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from ari_app import tasks
from ari_app.boot import wait_until
from ari_app.calls.roster import ON_PHONE
from ari_app.outside.phone import NOBODY, Manner, Phone, PhoneCall
from claims_store import callbacks, people, plans
from claims_store import calls as ledger
from tests.faults.breaking import pid_of, stopped
from tests.faults.stages import in_menu, waiting
from tests.real import plan
from tests.real.caller import Caller
from tests.real.evidence import sealed, tones
from tests.real.house import BROKEN_CALLER, House, until
from tests.real.talks import (
    HIGH,
    LOW,
    THIRD,
    hear_each_other,
    hears_tone,
    says,
)

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]

NOT_THERE = plan.SINGLE[-1]
"""The desk whose agent has not come yet."""
NET_LIMIT = 12.0
DEAD_MAN = 10.0


async def test_a_frozen_app_loses_nobody_and_leaves_the_saved_alone(quiet: House) -> None:
    house = quiet
    phones = [house.world.phone(number) for number in plan.PAIRS[0]]
    for phone, pause in zip(phones, (0.2, 1.5), strict=True):  # both ring for the first caller
        phone.manner = Manner(after=pause)
    menu, (waits, _), reporter = await asyncio.gather(
        in_menu(house, plan.hotline("219")), waiting(house, plan.hotline("220")), at_the_net(house)
    )
    saved = (menu, waits)
    with stopped(*(pid_of(house, name) for name in ("supervisor", "app"))):
        began = time.monotonic()
        reports = tasks.start(leaves_report(reporter), name="voice report")
        await asyncio.gather(*(phone.register() for phone in phones))
        unserved = tasks.start(gives_up_in_the_net(house), name="gives up")
        await asyncio.gather(*(each.hears("fallback-sorry", limit=15) for each in saved))
        seconds = time.monotonic() - began
        legs = await asyncio.gather(*(phone.answered_call(20) for phone in phones))
        await unserved
    assert seconds < NET_LIMIT, seconds
    await asyncio.gather(*(is_on_the_phone(house, phone.number) for phone in phones))
    await asyncio.sleep(DEAD_MAN + 1)  # what a thawed app had armed would fire by now
    pairs = await who_talks_to_whom(saved, legs)
    await asyncio.gather(*(hear_each_other(*pair, THIRD, LOW) for pair in pairs))
    await waits.hangs_up()
    had_first, had_second = [phones[legs.index(leg)] for _, leg in pairs]
    await goes_to_a_second_agent(menu, pairs[0][1], had_first, had_second)
    shown = [await house.closed(each) for each in saved]
    assert [await house.outcome(call["call_id"]) for call in shown] == ["fallback"] * 2
    assert shown[1]["agent"] == await agent_at(house, had_second.number)
    assert shown[0]["agent"] == await agent_at(house, had_second.number)
    assert [each["agent"] for each in shown[0]["events"] if each["event"] == "net_answered"] == [
        await agent_at(house, phone.number) for phone in (had_first, had_second)
    ]
    await everybody_is_on_tape(house, shown[0]["call_id"])
    await reports
    await imported(house, reporter)
    await asyncio.gather(*(phone.unregister() for phone in phones))


async def goes_to_a_second_agent(
    caller: Caller, leg: PhoneCall, had_first: Phone, had_second: Phone
) -> None:
    """The first agent of the net sends him back; another one takes him, and hangs up."""
    had_first.manner, had_second.manner = NOBODY, Manner(after=0.2)
    await leg.transfer("700")
    await caller.hears("fallback-sorry")
    second = await had_second.answered_call(30)
    await hear_each_other(caller, second, LOW, HIGH)
    await second.hang_up()
    await caller.hears_whole("goodbye")
    await caller.ended()


async def everybody_is_on_tape(house: House, call_id: str) -> None:
    """The customer in both talks, and each of the two agents once; nothing of the wait."""
    found = await sealed(house, call_id)
    assert found.recording.legs == 2
    assert len(tones(found.customer, THIRD)) == len(tones(found.customer, LOW)) == 1
    assert len(tones(found.agents, LOW)) == len(tones(found.agents, HIGH)) == 1


async def agent_at(house: House, number: str) -> str:
    found = await house.store.run(people.agent_by_phone, number)
    assert found is not None
    return found.name


async def is_on_the_phone(house: House, number: str) -> None:
    """Back again, the app shows that the agent has a call that is not its own."""

    async def shown() -> bool:
        found = await house.store.run(people.agent_by_phone, number)
        return found is not None and (found.state, found.state_reason) == ("away", ON_PHONE)

    await until(shown, 10)


async def gives_up_in_the_net(house: House) -> None:
    """He calls while the app is away, hears the announcement, and does not wait for an agent."""
    caller = house.caller()
    await caller.dial(plan.hotline("219"))
    await caller.hears("fallback-sorry", limit=5)
    await caller.hears_whole("recording-notice", limit=8)
    await caller.hangs_up()
    call = await house.closed(caller)
    assert (call["dialled"], call["language"]) == (plan.hotline("219"), "en")
    assert await house.outcome(call["call_id"]) == "fallback"
    found = await house.store.run(callbacks.listing)
    assert [(each.phone, each.reason) for each in found if each.call_id == call["call_id"]] == [
        (caller.number, "net")
    ]


async def who_talks_to_whom(
    callers: Sequence[Caller], legs: Sequence[PhoneCall]
) -> list[tuple[Caller, PhoneCall]]:
    """Which agent got whom in the fallback's queue: found by a tone of the first caller."""
    await says(callers[0].customer, HIGH)
    await wait_until(lambda: any(hears_tone(leg, HIGH) for leg in legs), 2, "the first caller")
    ordered = sorted(legs, key=lambda leg: not hears_tone(leg, HIGH))
    return list(zip(callers, ordered, strict=True))


async def at_the_net(house: House) -> Caller:
    """He met a bug while no phone was there: to the AGI script at once."""
    caller = house.caller(BROKEN_CALLER)
    await caller.dial(plan.hotline("219"))
    await caller.hears("fallback-report", limit=40)
    return caller


async def leaves_report(caller: Caller) -> None:
    """The script takes his words and his number."""
    await caller.hears_whole("beep")
    await says(caller.customer, LOW, 1.5)
    await caller.presses("#")
    table = {"confirm-phone-keys": "1", "fallback-policy": "#", "ask-loss-day": "1",
             "ask-loss-time": "0001"}  # fmt: skip
    await caller.answers(table, until="fallback-thanks")
    await caller.ended()


async def imported(house: House, caller: Caller) -> None:
    """The worker has made a draft, a callback and a recording of it."""
    call_id = await house.call_of(caller)

    async def there() -> ledger.Call | None:
        call = await house.store.run(ledger.get, call_id)
        return call if call and call.outcome == "voice_report" else None

    call = await until(there, 10)
    assert call is not None and call.report_number
    found = await house.store.run(callbacks.listing)
    assert [each.phone for each in found if each.call_id == call.call_id] == [caller.number]
    assert len(tones((await sealed(house, call.call_id)).customer, LOW)) == 1
    assert list(house.settings.report_spool.iterdir()) == []


async def test_a_changed_plan_is_in_force_for_new_calls_and_a_broken_one_is_not(
    quiet: House, tmp_path: Path
) -> None:
    house = quiet
    current = await house.store.run(plans.current)
    assert current is not None
    early, (code, said) = await asyncio.gather(
        in_menu(house, "5550101"),
        publish(house, tmp_path / "new.toml", current.text.replace(NUMBERS, NEW_NUMBER)),
    )
    assert code == 0, said
    newest = await house.store.run(plans.current)
    assert newest is not None and newest.revision == current.revision + 1
    refused = await asyncio.gather(
        publish(house, tmp_path / "a.toml", newest.text.replace(LAST_QUEUE, 'queue  = "nowhere"')),
        publish(house, tmp_path / "b.toml", newest.text + "\n[queue."),
    )
    assert [code for code, _ in refused] == [1, 1]
    assert all(".toml:" in said for _, said in refused), refused
    assert await house.store.run(plans.current) == newest
    late = house.caller()
    await late.dial("5550999")
    await late.hears("greeting")
    await late.hangs_up()
    await early.presses("*")
    await early.hears("menu-main")
    await early.hangs_up()
    revisions = [await house.store.run(ledger.get, (await house.closed(each))["call_id"])
                 for each in (early, late)]  # fmt: skip
    assert [row.plan_revision for row in revisions if row] == [current.revision, newest.revision]


LAST_QUEUE = 'queue  = "general"'
NUMBERS, NEW_NUMBER = '5550101 = "en"', '5550101 = "en", 5550999 = "en"'


async def publish(house: House, file: Path, text: str) -> tuple[int, str]:
    await asyncio.to_thread(file.write_text, text, "utf-8")
    return await house.claimline("plan", "publish", str(file))
