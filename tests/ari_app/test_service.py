"""The app as a whole: calls from their broadcast to the ledger, and what a restart finds."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from ari_app import service, tasks
from ari_app.boot import wait_until
from ari_app.calls import arrivals, reconciling
from ari_app.calls.floor import CallFloor
from ari_app.desk.floor import Change
from ari_app.planning import DEMO_PLAN, read_plan
from ari_app.secrets_file import Secrets
from ari_app.service import Published, Service, serve
from ari_app.settings import Ports, Settings, choose_ports
from claims_store import callbacks, calls, migrate, moves, people, plans, recordings
from claims_store.calls import Call, CallOpened
from claims_store.people import Agent
from claims_store.store import Store
from tests.fakes.ami_server import fake_ami
from tests.fakes.ari_server import FakeChannel, fake_ari
from tests.fakes.dialplan import Dialplan, Door

pytestmark = pytest.mark.unit

TEXT = DEMO_PLAN.read_text("utf-8")
SECRETS = Secrets(ari="secret", ami="secret", trunk="secret")
AGENT = Agent(
    "agent1", {"zh": "甲", "en": "A"}, "201", {"line.motor": 8, "language.en": 9}, ("en",), ()
)
CALLER = "+8613800138000"


@dataclass
class World:
    """An Asterisk, and the app's store."""

    ari: Dialplan
    ami: Door
    store: Store
    settings: Settings
    ports: Ports

    async def row(self, call_id: str) -> Call:
        found = await self.store.run(calls.get, call_id)
        assert found is not None
        return found

    async def ended(self, call_id: str) -> Call:
        """The call once the ledger says that it is over."""

        async def over() -> bool:
            row = await self.store.run(calls.get, call_id)
            return row is not None and row.ended is not None

        await until(over, f"the end of {call_id}: {self.ari.heard}")
        return await self.row(call_id)

    async def agent(self) -> Agent:
        found = await self.store.run(people.agent, "agent1")
        assert found is not None
        return found

    async def events(self, call_id: str) -> list[str]:
        return [each.event for each in await self.store.run(calls.events, call_id)]


async def until(true: Callable[[], object], what: str, limit: float = 10) -> None:
    """Wait for a condition that the store knows."""
    async with asyncio.timeout(limit):
        while True:
            found = true()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.01)


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    settings = Settings(state=tmp_path, ready_when_registered=True)
    migrate.upgrade(settings.database_url)
    store = await Store.open(settings.database_url, settings.keys / "keys.db", settings.zone)
    await store.run(plans.publish, TEXT, "admin", "first", datetime.now(UTC))
    await store.run(people.put_agent, AGENT)
    ari = Dialplan()
    async with fake_ari(fake=ari) as (_, server), fake_ami(fake=Door(ari)) as (ami, login):
        assert isinstance(ami, Door)
        ami.devices["PJSIP/201"] = "NOT_INUSE"
        ports = choose_ports().model_copy(update={"ari": server.port, "ami": login.port})
        yield World(ari, ami, store, settings, ports)
    await store.close()


@asynccontextmanager
async def serving(world: World) -> AsyncIterator[Service]:
    """The app from its ready line to its end."""
    plan = Published(read_plan(TEXT), 1)
    app = Service(world.settings, world.ports, SECRETS, world.store, plan)
    ready = asyncio.Event()
    running = tasks.start(app.run(ready.set), name="app")
    try:
        async with asyncio.timeout(10):
            waits = tasks.start(ready.wait(), name="ready")
            await asyncio.wait({running, waits}, return_when=asyncio.FIRST_COMPLETED)
            waits.cancel()
        if running.done():
            running.result()
        yield app
    finally:
        running.cancel()
        await asyncio.wait({running})


async def agent_is(world: World, state: str) -> None:
    async def so() -> bool:
        return (await world.agent()).state == state

    await until(so, state)


# Calls


async def test_a_caller_is_led_to_an_agent_and_the_ledger_has_it_all(world: World) -> None:
    world.ari.keys = {"menu-main": "0"}
    async with serving(world):
        await agent_is(world, "ready")
        call = await world.ari.call(CALLER)
        row = await world.ended(call)
        await agent_is(world, "wrap_up")
    assert (row.outcome, row.agent, row.consent) == ("talked", "agent1", "given")
    assert row.plan_revision == 1 and row.caller == CALLER
    assert row.sip_call_id == f"{call}@fake"
    assert world.ari.heard[call][-1] == "goodbye"
    told = await world.events(call)
    assert [e for e in told if e in ("offered", "answered", "returned")] == [
        "offered", "answered", "returned",
    ]  # fmt: skip


@pytest.mark.parametrize("shown", ["anonymous", "", "12", "+86138001380000000000000"])
async def test_a_caller_without_a_number_is_nobody(world: World, shown: str) -> None:
    world.ari.keys = {"menu-main": "0"}
    async with serving(world):
        await agent_is(world, "ready")
        row = await world.ended(await world.ari.call(shown))
    assert row.caller == ""


async def test_a_caller_for_whom_there_is_no_room_is_told_and_written_down(world: World) -> None:
    async with serving(world):
        call = await world.ari.call("13800138000", comes="full")
        row = await world.ended(call)
    assert (row.outcome, row.caller) == ("turned_away", CALLER)
    assert world.ari.heard[call] == ["emergency-short", "lines-full"]


async def test_a_caller_who_hangs_up_is_closed_in_the_ledger(world: World) -> None:
    world.ari.silent = {"menu-main"}
    async with serving(world) as app:
        call = await world.ari.call(CALLER)
        await wait_until(lambda: "menu-main" in world.ari.heard.get(call, []), 5, "the menu")
        await world.ari.hang_up(call)
        assert (await world.ended(call)).outcome == "hung_up"
        assert not app._arrivals.lines and not app._arrivals.calls


async def test_when_asterisk_dies_its_callers_are_rung_back_and_agents_are_free(
    world: World,
) -> None:
    world.ari.statuses = {"201": "HOLDS"}
    async with serving(world) as app:
        await agent_is(world, "ready")
        world.ari.keys = {"menu-main": "0"}
        talks = await world.ari.call(CALLER)
        await agent_is(world, "offered")
        world.ari.keys, world.ari.silent = {}, {"menu-main"}
        menu = await world.ari.call("+8613800138077")
        await wait_until(lambda: "menu-main" in world.ari.heard.get(menu, []), 5, "the menu")
        world.ari.channels.clear()
        world.ari.playbacks.clear()
        world.ari.born = "2026-11-24T08:00:00.000+0000"
        await world.ari.drop()
        rows = [await world.ended(call) for call in (talks, menu)]
        await agent_is(world, "ready")
        assert not app._arrivals.lines and not app._board.engine.calls()
    assert [row.outcome for row in rows] == ["cut", "cut"]
    backs = await world.store.run(callbacks.listing)
    assert {back.call_id for back in backs} == {talks, menu}


async def test_a_call_that_another_app_took_is_left_alone(world: World) -> None:
    async with serving(world) as app:
        channel = FakeChannel("n1-7.0", CALLER, ["in", "100"])
        world.ari.channels["n1-7.0"] = channel
        await world.ari.tell("CallBroadcast", "n1-7.0", caller=CALLER, called="100")
        await wait_until(lambda: ("POST", "events/claim") in
                         {(m, u) for m, u, _ in world.ari.requests}, 5, "the claim")  # fmt: skip
        await wait_until(lambda: not app._arrivals.lines, 5, "the books")
    assert await world.store.run(calls.get, "n1-7.0") is None


async def test_an_agent_who_does_not_answer_is_away_and_the_caller_may_choose(
    world: World,
) -> None:
    world.ari.keys = {"menu-main": "0", "wait-retry": "2"}
    world.ari.statuses["201"] = "NOANSWER"
    async with serving(world):
        await agent_is(world, "ready")
        row = await world.ended(await world.ari.call(CALLER))
        await agent_is(world, "away")
    assert row.outcome == "served" and row.agent is None


# What others change


async def test_a_new_plan_is_in_force_for_new_calls(world: World) -> None:
    async with serving(world) as app:
        changed = TEXT.replace("patience       = 600", "patience       = 500")
        await world.store.run(plans.publish, changed, "admin", "", datetime.now(UTC))
        await wait_until(lambda: app._board.plan.queue["motor"].patience == 500, 5, "the plan")
        assert app._published.revision == 2


async def test_an_agent_set_by_the_command_line_is_set_here(world: World) -> None:
    async with serving(world) as app:
        await agent_is(world, "ready")
        at = datetime.now(UTC) + timedelta(seconds=1)
        await world.store.run(people.set_state, "agent1", "away", "by_hand", at)
        await wait_until(lambda: _state(app) == "away", 5, "away")


def _state(app: Service) -> str:
    agent = app._board.agent("agent1")
    return agent.state if agent else ""


async def test_pages_hear_of_a_claim_that_others_moved(world: World) -> None:
    heard: set[Change] = set()

    async def listen(floor: CallFloor) -> None:
        async for change in floor.changes():
            heard.add(change)

    async with serving(world) as app:
        assert app._floor is not None
        listening = tasks.start(listen(app._floor), name="listening")
        at = datetime.now(UTC)
        await world.store.run(moves.open_claim, "CL-1", "motor", at, moves.SYSTEM)
        await wait_until(lambda: Change("claim", "CL-1") in heard, 5, "the claim")
        listening.cancel()


async def test_a_look_that_fails_is_told_and_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("ari_app.noticing.MOST", 0.01)
    async with serving(world) as app:

        def broken(_: object) -> None:
            raise OSError("the disk")

        monkeypatch.setattr(app._roster, "take", broken)
        await wait_until(lambda: caplog.text.count("could not look") > 1, 5, "the log")


async def test_a_phone_that_goes_takes_its_agent_out_and_brings_him_back(world: World) -> None:
    async with serving(world):
        await agent_is(world, "ready")
        await world.ami.tell("DeviceStateChange", Device="PJSIP/201", State="UNAVAILABLE")
        await agent_is(world, "offline")
        await world.ami.tell("DeviceStateChange", Device="PJSIP/201", State="NOT_INUSE")
        await agent_is(world, "ready")


async def test_the_desk_is_served_beside_the_calls(world: World) -> None:
    user = people.User("admin", "admin", {"zh": "管", "en": "Admin"}, None, "en")
    await world.store.run(people.add_user, user, "x", datetime.now(UTC))
    async with serving(world), aiohttp.ClientSession() as http:
        async with http.get(f"http://127.0.0.1:{world.ports.http}/sign-in") as page:
            assert page.status == 200


# After a restart


async def earlier(world: World, call_id: str, stage: str, **columns: object) -> None:
    """A call that an earlier process left in the ledger."""
    at = datetime.now(UTC) - timedelta(minutes=5)
    opened = CallOpened(call_id, "n1", "sip", CALLER, "5550101", at, 1)
    await world.store.run(calls.open_call, opened)
    await world.store.run(calls.change, call_id, stage=stage, language="en", **columns)


def stands(world: World, call_id: str, *, in_app: bool, context: str = "from-trunk") -> None:
    world.ari.channels[call_id] = FakeChannel(
        call_id, CALLER, in_app=in_app, context=context, exten="5550101",
        created="2020-01-01T00:00:00.000+0000",
    )  # fmt: skip


async def test_who_hung_up_while_no_app_was_there_was_not_cut(world: World) -> None:
    await earlier(world, "n1-50.0", "menu")
    await earlier(world, "n1-51.0", "talking")
    at = datetime.now(UTC)
    await world.store.run(calls.note, "n1-51.0", at, "answered", agent="agent1", first=True)
    async with serving(world):
        assert (await world.ended("n1-50.0")).outcome == "hung_up"
        assert (await world.ended("n1-51.0")).outcome == "talked"
    assert not await world.store.run(callbacks.listing)


async def test_a_call_that_died_with_its_asterisk_is_rung_back(world: World) -> None:
    await earlier(world, "n1-50.0", "menu")
    world.ari.born = datetime.now(UTC).isoformat()
    async with serving(world):
        assert (await world.ended("n1-50.0")).outcome == "cut"
    (back,) = await world.store.run(callbacks.listing)
    assert (back.call_id, back.phone, back.reason) == ("n1-50.0", CALLER, "cut")


async def test_who_waited_waits_on_with_his_place(world: World) -> None:
    since = datetime.now(UTC) - timedelta(minutes=4)
    await earlier(
        world, "n1-51.0", "waiting", queue="motor", waiting_since=since, rule_name="Motor",
        rule_reason="a motor matter",
    )  # fmt: skip
    stands(world, "n1-51.0", in_app=True)
    async with serving(world):
        row = await world.ended("n1-51.0")
    assert (row.outcome, row.agent, row.queue) == ("talked", "agent1", "motor")
    assert row.waited_s is not None and row.waited_s > 200, "counted from his arrival"
    assert "app_restarted" in await world.events("n1-51.0")


async def test_who_waited_as_an_emergency_is_one_still(world: World) -> None:
    since = datetime.now(UTC) - timedelta(minutes=4)
    await earlier(
        world, "n1-52.0", "waiting", queue="urgent", waiting_since=since, rule_name="emergency",
        rule_reason="asked",
    )  # fmt: skip
    await world.store.run(calls.note, "n1-52.0", since, "urgent", field="any_injury")
    stands(world, "n1-52.0", in_app=True)
    async with serving(world):
        assert (await world.ended("n1-52.0")).queue == "urgent"


async def test_who_was_in_the_middle_of_a_question_is_asked_it_again(world: World) -> None:
    await earlier(world, "n1-53.0", "notice", consent="given")
    stands(world, "n1-53.0", in_app=True)
    world.ari.silent.add("ask-any-injury")
    async with serving(world):
        await wait_until(
            lambda: "ask-any-injury" in world.ari.heard.get("n1-53.0", []), 5, "the question"
        )
        await world.ari.hang_up("n1-53.0")
        assert (await world.ended("n1-53.0")).outcome == "hung_up"
    assert world.ari.heard["n1-53.0"][0] == "sorry-fault"
    assert "greeting" not in world.ari.heard["n1-53.0"]


async def test_whom_a_process_claimed_and_did_not_write_down_comes_in_once_more(
    world: World,
) -> None:
    stands(world, "n1-60.0", in_app=True)
    world.ari.silent.add("greeting")
    async with serving(world):
        await wait_until(lambda: "greeting" in world.ari.heard.get("n1-60.0", []), 5, "greeting")
        await world.ari.hang_up("n1-60.0")
        assert (await world.ended("n1-60.0")).outcome == "hung_up"


async def test_without_ami_whom_an_earlier_process_led_is_taken_over_by_ari(world: World) -> None:
    await earlier(world, "n1-61.0", "menu", consent="given")
    stands(world, "n1-61.0", in_app=True)
    world.ami.deaf = True
    world.ari.silent.add("menu-main")
    async with serving(world):
        await wait_until(lambda: "menu-main" in world.ari.heard.get("n1-61.0", []), 8, "menu")
        await world.ari.hang_up("n1-61.0")


async def test_a_talk_is_followed_to_its_end(world: World) -> None:
    since = datetime.now(UTC) - timedelta(minutes=4)
    await earlier(
        world, "n1-54.0", "talking", queue="motor", waiting_since=since, rule_name="Motor",
        rule_reason="x", agent="agent1",
    )  # fmt: skip
    for event in ("offered", "answered"):
        await world.store.run(calls.note, "n1-54.0", since, event, agent="agent1", phone="201")
    stands(world, "n1-54.0", in_app=False, context="talk-20")
    world.ari.channels["n1-9.9"] = FakeChannel("n1-9.9", name="PJSIP/201-00000001")
    world.ari.bridges.append(("n1-54.0", "n1-9.9"))
    async with serving(world) as app:
        await agent_is(world, "talking")
        assert _state(app) == "talking"
        assert "n1-9.9" in world.ari.watched, "its hold and its end are heard again"
        await world.ari.comes_back("n1-54.0", "after", "ANSWER")
        row = await world.ended("n1-54.0")
    assert row.outcome == "talked" and row.talk_s is not None and row.talk_s > 200
    assert world.ari.heard["n1-54.0"] == ["goodbye"]


async def test_a_talk_that_rang_in_vain_goes_on_waiting(world: World) -> None:
    since = datetime.now(UTC) - timedelta(minutes=4)
    await earlier(
        world, "n1-55.0", "offered", queue="motor", waiting_since=since, rule_name="Motor",
        rule_reason="x",
    )  # fmt: skip
    await world.store.run(calls.note, "n1-55.0", since, "offered", agent="agent1", phone="201")
    stands(world, "n1-55.0", in_app=False, context="talk-20")
    world.ari.keys = {"wait-retry": "2"}
    async with serving(world):
        await wait_until(lambda: "n1-55.0" in world.ari.watched, 5, "the adoption")
        await world.ari.comes_back("n1-55.0", "after", "NOANSWER")
        row = await world.ended("n1-55.0")
    assert row.outcome in ("served", "talked")
    assert "returned" in await world.events("n1-55.0")


async def test_who_comes_back_by_himself_after_his_talk_hears_the_goodbye(world: World) -> None:
    """He was not yet back when the app looked, but is before it follows him."""
    since = datetime.now(UTC) - timedelta(minutes=4)
    async with serving(world):
        await earlier(world, "n1-57.0", "talking", queue="motor", waiting_since=since)
        for event in ("offered", "answered"):
            await world.store.run(calls.note, "n1-57.0", since, event, agent="agent1", phone="201")
        stands(world, "n1-57.0", in_app=False, context="talk-20")
        await world.ari.comes_back("n1-57.0", "after", "ANSWER")
        row = await world.ended("n1-57.0")
    assert row.outcome == "talked" and world.ari.heard["n1-57.0"] == ["goodbye"]


async def test_who_was_served_when_the_app_died_only_hears_the_goodbye(world: World) -> None:
    since = datetime.now(UTC) - timedelta(minutes=4)
    await earlier(world, "n1-59.0", "talking", queue="motor", waiting_since=since)
    for event in ("offered", "answered"):
        await world.store.run(calls.note, "n1-59.0", since, event, agent="agent1", phone="201")
    await world.store.run(calls.note, "n1-59.0", since, "returned", status="ANSWER")
    stands(world, "n1-59.0", in_app=True, context="talk-20")
    async with serving(world):
        row = await world.ended("n1-59.0")
    assert row.outcome == "talked" and world.ari.heard["n1-59.0"] == ["goodbye"]


async def test_an_answer_that_nobody_heard_is_written_down_at_the_end(world: World) -> None:
    since = datetime.now(UTC) - timedelta(minutes=4)
    async with serving(world):
        await earlier(
            world, "n1-57.0", "offered", queue="motor", waiting_since=since, rule_name="Motor",
            rule_reason="x",
        )  # fmt: skip
        await world.store.run(calls.note, "n1-57.0", since, "offered", agent="agent1", phone="201")
        stands(world, "n1-57.0", in_app=False, context="talk-20")
        await world.ari.comes_back("n1-57.0", "after", "ANSWER")
        row = await world.ended("n1-57.0")
    assert (row.outcome, row.agent) == ("talked", "agent1")
    assert row.talk_s is None and row.waited_s is None, "nobody knows when it began"


async def test_to_whom_the_dialplan_says_goodbye_has_talked(world: World) -> None:
    """He came back while no app was there."""
    since = datetime.now(UTC) - timedelta(minutes=4)
    await earlier(world, "n1-57.0", "talking", queue="motor", waiting_since=since)
    for event in ("offered", "answered"):
        await world.store.run(calls.note, "n1-57.0", since, event, agent="agent1", phone="201")
    stands(world, "n1-57.0", in_app=False, context="bye")
    world.ari.variables |= {("n1-57.0", "TALK"): "1", ("n1-57.0", "DIALSTATUS"): "ANSWER"}
    async with serving(world):
        await wait_until(lambda: "n1-57.0" in world.ari.watched, 5, "the adoption")
        await world.ari.hang_up("n1-57.0")
        row = await world.ended("n1-57.0")
    assert row.outcome == "talked" and row.talk_s is not None and row.talk_s > 200
    assert "returned" in await world.events("n1-57.0")


async def test_whom_a_process_took_back_from_his_talk_before_it_died_hears_the_goodbye(
    world: World,
) -> None:
    since = datetime.now(UTC) - timedelta(minutes=4)
    await earlier(world, "n1-59.0", "talking", queue="motor", waiting_since=since)
    for event in ("offered", "answered"):
        await world.store.run(calls.note, "n1-59.0", since, event, agent="agent1", phone="201")
    stands(world, "n1-59.0", in_app=True, context="talk-end")
    world.ari.variables |= {("n1-59.0", "TALK"): "1", ("n1-59.0", "DIALSTATUS"): "ANSWER"}
    async with serving(world):
        row = await world.ended("n1-59.0")
    assert row.outcome == "talked" and world.ari.heard["n1-59.0"] == ["goodbye"]


async def test_an_offer_that_did_not_reach_the_dialplan_is_made_again(world: World) -> None:
    """The talk before it was answered: how that one ended says nothing about this one."""
    since = datetime.now(UTC) - timedelta(minutes=4)
    await earlier(
        world, "n1-59.0", "offered", queue="motor", waiting_since=since, rule_name="Motor",
        rule_reason="x", consent="given",
    )  # fmt: skip
    for event in ("offered", "answered", "returned", "offered"):
        status = {"status": "LOST"} if event == "returned" else {}
        await world.store.run(calls.note, "n1-59.0", since, event, agent="agent1", **status)
    stands(world, "n1-59.0", in_app=True, context="talk-end")
    world.ari.variables |= {("n1-59.0", "TALK"): "1", ("n1-59.0", "DIALSTATUS"): "ANSWER"}
    async with serving(world):
        row = await world.ended("n1-59.0")
    assert (row.outcome, row.agent) == ("talked", "agent1")
    files = {each.file for each in await world.store.run(recordings.segments, "n1-59.0")}
    assert "n1-59.0-talk2-customer.wav" in files


async def test_who_cannot_be_led_on_is_handed_to_the_net_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await earlier(world, "n1-59.0", "menu")
    stands(world, "n1-59.0", in_app=True)
    monkeypatch.setattr(arrivals, "restored", lambda *_: 1 / 0)
    async with serving(world):
        await wait_until(lambda: world.ari.channels["n1-59.0"].context == "fallback", 5, "the net")


async def test_a_stranger_who_comes_back_is_handed_to_the_net(world: World) -> None:
    """The ledger does not know him: nothing can be gone on with."""
    async with serving(world):
        stands(world, "n1-58.0", in_app=False)
        await world.ari.comes_back("n1-58.0", "after", "ANSWER")
        await wait_until(lambda: world.ari.channels["n1-58.0"].context == "fallback", 5, "the net")


# Starting and ending


async def test_without_a_plan_it_says_how_to_publish_one(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path)
    migrate.upgrade(settings.database_url)
    with pytest.raises(RuntimeError, match="claimline plan publish FILE"):
        await serve(settings, choose_ports(), None)


async def test_serve_says_that_it_is_ready_and_ends_by_a_signal(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    (world.settings.state / "secrets.json").write_text(SECRETS.model_dump_json())
    running = tasks.start(serve(world.settings, world.ports, None), name="serve")
    said = ""

    def ready() -> bool:
        nonlocal said
        said += capsys.readouterr().out
        return service.READY_LINE in said

    await wait_until(ready, 10, "READY")
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(5):
        await running
    with socket.socket() as free:
        free.bind(("127.0.0.1", world.ports.http))
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().remove_signal_handler(sign)


# The dead-man's timer


async def test_only_callers_in_the_apps_hands_have_their_timers_pushed_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "ARM_EVERY", 0.02)
    world.ari.silent = {"menu-main"}
    world.ari.statuses["201"] = "HOLDS"
    async with serving(world):
        await agent_is(world, "ready")
        call = await world.ari.call(CALLER)
        await wait_until(lambda: armed(world, call) > 2, 5, "his timer")
        await wait_until(lambda: "menu-main" in world.ari.heard[call], 5, "the menu")
        await world.ari.press(call, "0")
        await wait_until(lambda: world.ari.channels[call].context == "talk-20", 5, "the talk")
        await asyncio.sleep(0.05)
        before = armed(world, call)
        await asyncio.sleep(0.1)
        assert armed(world, call) == before, "a talk has no timer"
        await world.ari.comes_back(call, "after", "ANSWER")
        await world.ended(call)


def armed(world: World, call: str) -> int:
    """How often his timer was set."""
    return sum(
        action["Action"] == "Setvar" and action["Channel"] == call for action in world.ami.actions
    )


async def test_after_a_freeze_whom_the_net_saved_is_not_armed_again(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(arrivals, "ARM_EVERY", 0.05)
    monkeypatch.setattr(arrivals, "LATE", -1.0)  # every turn of the loop comes late
    world.ari.silent = {"emergency"}
    async with serving(world) as app:
        saved, gone = await world.ari.call(CALLER), await world.ari.call(CALLER)
        await wait_until(lambda: len(world.ari.heard) == 2, 5, "the greeting")
        world.ari.channels[saved].in_app = False
        del world.ari.channels[gone]
        await wait_until(lambda: not app._arrivals.lines.get(gone), 5, "the one who is gone")
        await wait_until(lambda: not app._arrivals.lines[saved].armable, 5, "the one saved")
        count = armed(world, saved)
        await world.ari.hang_up(saved)
        assert (await world.ended(saved)).outcome == "fallback"
        assert (await world.ended(gone)).outcome == "hung_up"
        assert armed(world, saved) == count
    assert "was not served for some seconds" in caplog.text


@pytest.mark.parametrize("line", ["ari", "ami"])
async def test_after_a_break_of_a_line_calls_are_compared_again(
    world: World, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr(reconciling, "SECOND_LOOK", 0.05)
    async with serving(world) as app:
        await until(lambda: app._care.healings.plain()["looked"], "the first look")
        lost = CallOpened("n1-77.1", "n1", "x@y", "", "5550100", datetime.now(UTC), 1)
        await world.store.run(calls.open_call, lost)
        if line == "ari":
            await world.ari.drop()
        else:
            world.ami.drop()
        row = await world.ended("n1-77.1")
        assert row.outcome == "hung_up"

        async def noted() -> bool:
            return "set_right" in await world.events("n1-77.1")

        await until(noted, "the note")

        def told() -> bool:
            newest = app._care.healings.plain()["newest"]
            return ("row_without_channel", "n1-77.1") in [(e["fault"], e["about"]) for e in newest]

        await until(told, "what was healed")
