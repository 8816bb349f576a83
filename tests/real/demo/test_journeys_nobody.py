"""Nobody can answer: closed hours, nobody logged in, all busy, and a bug in the product itself.

Most of it has a house of its own: here the plan is changed under way, and the fallback rings
every phone there is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ari_app import tasks
from ari_app.clock import SystemClock
from ari_app.demo import story
from claims_store import callbacks
from claims_store.callbacks import Callback
from tests.real import plan, transcribing
from tests.real.caller import Caller
from tests.real.house import BROKEN_CALLER, House, running_house, until
from tests.real.playing import Played
from tests.real.talks import PERSON, hear_each_other, talk
from tests.real.together import together

pytestmark = pytest.mark.real

HOTLINE = "5550101"
alone = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def night(played: asyncio.Task[Played]) -> AsyncIterator[House]:
    """A house in which nobody is logged in, and which begins closed; the demo plays next door."""
    async with running_house(plan.closed(SystemClock().now())) as running:
        yield running
        assert await until_empty(running), "channels were left over"


async def until_empty(house: House) -> bool:
    async def empty() -> bool:
        return not await house.channels()

    return await until(empty, 10)


async def _publish(house: House, text: str, folder: Path) -> None:
    """Put a plan to work in the running system, as an operator does."""
    file = folder / "plan.toml"
    file.write_text(text, "utf-8")
    code, said = await house.claimline("plan", "publish", str(file))
    assert code == 0, said


async def _callback(house: House, caller: Caller) -> Callback:
    call_id = await house.call_of(caller)
    found = await house.store.run(callbacks.listing)
    return next(each for each in found if each.call_id == call_id)


async def _takes_callback(house: House, caller: Caller) -> None:
    """He presses 2, is told so, and is on the list."""
    await caller.presses("2")
    await caller.hears("callback-taken")
    await caller.hears_whole("goodbye")
    await caller.ended()
    await house.closed(caller)
    row = await _callback(house, caller)
    assert (row.phone, row.reason, row.language) == (caller.number, "asked", "en")


@alone
async def test_given_closed_hours_when_calling_then_report_or_callback_is_offered(
    night: House, voice_report: asyncio.Task[None], tmp_path: Path
) -> None:
    await _publish(night, plan.closed(SystemClock().now()), tmp_path)
    reports, wants_back, leaves_report = (night.caller() for _ in range(3))

    async def report_by_line() -> None:
        await reports.dial(HOTLINE)
        await reports.starts_with("1")
        await reports.hears("closed-hours")
        await reports.answers({"ask-any-injury": "2"}, until="ask-safe")
        await reports.hangs_up()
        assert (await night.closed(reports))["report"]["any_injury"] == "no"

    async def person(caller: Caller) -> None:
        await caller.dial(HOTLINE)
        await caller.starts_with(PERSON)
        await caller.hears("closed-person")
        await caller.hears("wait-callback-offer")

    async def by_voice() -> None:
        await person(leaves_report)
        await leaves_report.presses("1")
        await leaves_report.hears("ask-any-injury")
        await leaves_report.hangs_up()

    async def later() -> None:
        await person(wants_back)
        await _takes_callback(night, wants_back)

    await asyncio.gather(report_by_line(), by_voice(), later())


@alone
async def test_given_nobody_logged_in_when_asking_for_a_person_then_he_is_told_at_once(
    night: House, tmp_path: Path
) -> None:
    await _publish(night, plan.text(), tmp_path)
    first, second = night.caller(), night.caller()

    async def person(caller: Caller) -> None:
        await caller.dial(HOTLINE)
        await caller.starts_with(PERSON)
        await caller.hears("agents-none")
        await caller.hears("wait-callback-offer")

    async def by_voice() -> None:
        await person(first)
        await first.presses("1")
        await first.hears("ask-any-injury")
        await first.hangs_up()

    async def later() -> None:
        await person(second)
        await _takes_callback(night, second)

    await asyncio.gather(by_voice(), later())


@together
async def test_given_all_agents_busy_when_waiting_then_a_callback_is_offered(
    house: House,
) -> None:
    async with house.agent() as desk:
        talking = await talk(house, desk)
        waits = house.caller()
        await waits.dial(desk.hotline)
        await waits.starts_with(PERSON)
        await waits.hears("person-next")
        await waits.hears("wait-next")
        await waits.hears("wait-callback-offer")
        await _takes_callback(house, waits)
        await talking.caller.hangs_up()
        await talking.leg.ended()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def voice_report(night: House) -> asyncio.Task[None]:
    """The caller who meets a bug, in the air while others are tried."""
    return tasks.start(_leaves_voice_report(night), name="voice report")


async def _leaves_voice_report(night: House) -> None:
    caller = night.caller(BROKEN_CALLER)
    await caller.dial(HOTLINE)
    sorry = await caller.hears_whole("fallback-sorry", limit=30)
    heard = await transcribing.words(caller.sound[sorry.at :])
    assert "sorry" in heard or "something" in heard, heard
    await caller.hears_whole("fallback-report")
    await caller.hears_whole("beep")
    await caller.customer.speak(story.sound("en", "customer-narrative"))
    await caller.presses("#")
    table = {"confirm-phone-keys": "1", "fallback-policy": "#", "ask-loss-day": "1",
             "ask-loss-time": "0001"}  # fmt: skip
    await caller.answers(table, until="fallback-thanks")
    await caller.ended()
    call = await night.closed(caller)

    async def imported() -> bool:
        found = await night.show(call["call_id"])
        return found["report"].get("narrative") == "" and found["report_number"] is not None

    await until(imported, 20)
    row = await _callback(night, caller)
    assert (row.phone, row.reason) == (BROKEN_CALLER, "voice_report")


@alone
async def test_given_a_bug_when_nobody_is_there_then_the_net_takes_a_voice_report(
    voice_report: asyncio.Task[None],
) -> None:
    await voice_report


@alone
async def test_given_a_bug_when_an_agent_is_there_then_he_gets_the_caller(
    night: House, voice_report: asyncio.Task[None]
) -> None:
    await asyncio.wait({voice_report})
    caller = night.caller(BROKEN_CALLER)
    async with night.agent() as desk:
        await caller.dial(HOTLINE)
        await caller.starts_with("2")  # no, not on with the report he may have left before
        await caller.hears_whole("fallback-sorry", limit=30)
        leg = await desk.phone.answered_call()
        await hear_each_other(caller, leg)
        await caller.hangs_up()
        await leg.ended()
    await night.closed(caller)
    assert await night.outcome(await night.call_of(caller)) == "fallback"
