"""Calls of an app that was killed, taken over by the next one from what the ledger knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta

import pytest

from ari_app.calls.house import House
from ari_app.calls.journey import Journey
from ari_app.calls.resuming import Known, destination, look_up, restored
from ari_app.pbx.line import Answers, Holds, Moves, Returns, TalkNews
from ari_app.planning import DEMO_PLAN
from claims_store import calls, claims, plans, recordings, reports
from claims_store.store import Session
from routing.stages import AgentState
from tests.fakes.line import FakeLine
from tests.scenes.conftest import HANGS_UP, Scene, answers, said
from tests.virtual_time import BEGINNING

pytestmark = pytest.mark.scene

CALL = "n1-1.7"
ARRIVED = BEGINNING - timedelta(seconds=40)
PLAN = DEMO_PLAN.read_text("utf-8")
Leads = Callable[[Journey, Known], Awaitable[str]]


def ledger(s: Session, *events: tuple[str, Mapping[str, object]], stage: str, plan: str) -> None:
    """A call that began a minute ago, as the process before left it."""
    plans.publish(s, plan, "tests", "", BEGINNING)
    opened = calls.CallOpened(
        CALL, "n1", "sip", "+8613800138000", "5550101", BEGINNING - timedelta(seconds=60), 1
    )
    calls.open_call(s, opened)
    s.flush()
    number = reports.start(s, CALL, "+8613800138000", "en", BEGINNING)
    calls.change(
        s, CALL, stage=stage, language="en", consent="given", queue="general",
        waiting_since=ARRIVED, rule_name="Everything else", report_number=number,
    )  # fmt: skip
    recordings.begin(s, CALL, 1, "customer", f"{CALL}-talk1-customer.wav", ARRIVED)
    for place, (name, data) in enumerate(events):
        calls.note(s, CALL, BEGINNING - timedelta(seconds=20 - place), name, **data)


def take_over(scene: Scene, line: FakeLine, lead: Leads) -> str:
    """Lead the call on, in virtual time; the outcome."""

    async def _lead(line: FakeLine, house: House) -> str:
        assert scene.board is not None
        line.call_id = CALL
        known = scene.store.run_now(look_up, CALL)
        assert known is not None
        call = restored(house, line, known, scene.plan)
        outcome = await lead(Journey(call, scene.board, known.talks), known)
        scene.store.run_now(calls.close, CALL, house.clock.now(), outcome)
        return outcome

    setattr(scene, "_lead", _lead)  # noqa: B010 - the scene leads a new call otherwise
    return scene.play(line)


def test_given_a_caller_who_waited_when_taken_over_then_his_wait_counts_from_his_arrival(
    scene: Scene,
) -> None:
    scene.ready = ("agent2",)
    scene.store.run_now(ledger, ("queued", {}), stage="waiting", plan=PLAN)
    line = FakeLine()

    async def lead(journey: Journey, known: Known) -> str:
        to = destination(journey.call, known.row)
        assert (to.queue, to.rule_name) == ("general", "Everything else")
        return await journey.wait_on(to)

    assert take_over(scene, line, lead) == "talked"
    shown = scene.shown(line)
    assert shown["waited_s"] == pytest.approx(42, abs=3)
    assert [event["event"] for event in shown["events"]][:3] == ["queued", "offered", "answered"]
    assert any("report-number" in said for said in line.heard)


def test_given_a_caller_who_talked_when_he_comes_back_then_he_hears_his_number_and_goodbye(
    scene: Scene,
) -> None:
    talked = (
        ("offered", {"agent": "agent2"}),
        ("answered", {"agent": "agent2", "phone": "202", "first": True}),
    )
    scene.store.run_now(ledger, *talked, stage="talking", plan=PLAN)
    line = FakeLine()

    async def lead(journey: Journey, known: Known) -> str:
        assert known.talk[0] == "agent2" and not known.served
        return await journey.say_goodbye(*known.talk)

    assert take_over(scene, line, lead) == "talked"
    assert scene.shown(line)["talk_s"] == pytest.approx(19, abs=0.1)
    assert line.heard[-1] == ("goodbye",)
    left = scene.store.run_now(recordings.segments, CALL)
    assert all(each.ended is not None for each in left)


@pytest.mark.parametrize("status", ["ANSWER", "TRANSFER", "NOANSWER"])
def test_given_a_talk_when_taken_over_then_it_is_followed_until_the_caller_returns(
    scene: Scene, status: str
) -> None:
    """Meanwhile its agent talks; who was transferred in vain, or sent back, waits on."""
    scene.ready = ("agent4",)
    talked = (
        ("offered", {"agent": "agent2"}),
        ("answered", {"agent": "agent2", "phone": "202", "first": True}),
    )
    scene.store.run_now(ledger, *talked, stage="talking", plan=PLAN)
    line, seen = FakeLine(), list[AgentState]()

    async def news() -> AsyncIterator[TalkNews]:
        await asyncio.sleep(5)
        assert scene.board is not None and (agent := scene.board.agent("agent2")) is not None
        seen.append(agent.state)
        yield Holds(True)
        yield Returns(status)

    async def lead(journey: Journey, known: Known) -> str:
        to = destination(journey.call, known.row)
        return await journey.talk_on(to, news(), *known.talk)

    assert take_over(scene, line, lead) == "talked"
    assert seen == ["talking"]
    shown = scene.shown(line)
    had = [event["agent"] for event in shown["events"] if event["event"] == "answered"]
    assert had == (["agent2"] if status == "ANSWER" else ["agent2", "agent4"])
    assert shown["talk_s"] >= 24


def test_given_a_ringing_phone_when_taken_over_and_answered_then_the_answer_counts(
    scene: Scene,
) -> None:
    offered = ("offered", {"agent": "agent2"})
    scene.store.run_now(ledger, offered, stage="offered", plan=PLAN)

    async def news() -> AsyncIterator[TalkNews]:
        yield Answers("leg-202", "202")
        yield Moves("blind", "204")
        await asyncio.sleep(10)
        yield Answers("leg-204", "204")
        yield Returns("ANSWER")

    async def lead(journey: Journey, known: Known) -> str:
        return await journey.talk_on(destination(journey.call, known.row), news(), *known.talk)

    line = FakeLine()
    assert take_over(scene, line, lead) == "talked"
    shown = scene.shown(line)
    assert (shown["agent"], shown["waited_s"]) == ("agent4", pytest.approx(40, abs=1))
    files = [each.file for each in scene.store.run_now(recordings.segments, CALL)]
    assert f"{CALL}-talk2-customer.wav" in files


def test_the_number_of_a_talk_follows_offers_and_transfers_to_phones(scene: Scene) -> None:
    told: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("offered", {"agent": "agent1"}),
        ("transferred", {"kind": "blind", "to": "202", "agent": "agent2"}),
        ("transferred", {"kind": "blind", "to": "700", "agent": None}),
        ("transferred", {"kind": "attended", "to": "203", "agent": "agent3"}),
        ("offered", {"agent": "agent4"}),
        ("returned", {"status": "ANSWER"}),
    )
    scene.store.run_now(ledger, *told, stage="talking", plan=PLAN)
    known = scene.store.run_now(look_up, CALL)
    assert known is not None
    assert (known.talks, known.served) == (3, True)


def test_given_no_such_call_when_looked_up_then_nothing(scene: Scene) -> None:
    assert scene.store.run_now(look_up, "n1-9.9") is None


CONSENTED: Mapping[str, object] = {"consent": "given"}


@pytest.mark.parametrize(
    ("stage", "columns", "first"),
    [
        ("greeting", {}, ["sorry-fault", "emergency", "recording-short"]),
        ("greeting", CONSENTED, ["sorry-fault", "menu-main"]),
        ("menu", CONSENTED, ["sorry-fault", "menu-main"]),
        ("identify", CONSENTED, ["sorry-fault", "ask-claim-identify"]),
        ("status", CONSENTED, ["sorry-fault", "ask-claim-identify"]),
        ("notice", CONSENTED, ["sorry-fault", "closed-hours", "ask-any-injury"]),
    ],
)
def test_given_a_caller_who_spoke_with_the_line_when_taken_over_then_at_the_same_step(
    scene: Scene, stage: str, columns: Mapping[str, object], first: list[str]
) -> None:
    line = FakeLine(caller="+8613900139000", reacts=answers({first[-1]: HANGS_UP}))
    scene.store.run_now(begun, stage, columns)
    assert take_over(scene, line, goes_on) == "hung_up"
    assert said(line)[: len(first)] == first


def begun(s: Session, stage: str, columns: Mapping[str, object]) -> None:
    """A call of somebody whom nobody knows."""
    plans.publish(s, PLAN, "tests", "", BEGINNING)
    began = BEGINNING - timedelta(seconds=60)
    calls.open_call(s, calls.CallOpened(CALL, "n1", "sip", "+8613900139000", "5550101", began, 1))
    s.flush()
    calls.change(s, CALL, stage=stage, language="en", **columns)


def test_given_half_an_entry_when_taken_over_then_all_of_it_is_asked_for_again(
    scene: Scene,
) -> None:
    line = FakeLine(caller="+8613900139000", reacts=answers({"ask-claim-identify": HANGS_UP}))
    line.press("4", "7")
    scene.store.run_now(begun, "identify", CONSENTED)
    assert take_over(scene, line, goes_on) == "hung_up"
    assert said(line) == ["sorry-fault", "ask-claim-identify"]


def test_given_a_caller_who_had_proved_who_he_is_when_taken_over_then_he_is_told_at_once(
    scene: Scene,
) -> None:
    scene.store.run_now(begun, "status", CONSENTED)
    claim = scene.store.run_now(claims.listing)[0]
    for ok, numbers in ((False, []), (True, [claim.number])):
        scene.store.run_now(calls.note, CALL, BEGINNING, "identification", ok=ok, claims=numbers)
    line = FakeLine(caller="+8613900139000", reacts=answers({"status-menu": HANGS_UP}))
    assert take_over(scene, line, goes_on) == "hung_up"
    assert said(line)[:2] == ["sorry-fault", "status-intro"]
    told = [each["claim"] for each in scene.shown(line)["events"] if each["event"] == "status_told"]
    assert told == [claim.number]


@pytest.mark.parametrize(
    ("stage", "ago", "goes"),
    [
        ("menu", (50, 30, 10), False),
        ("menu", (90, 30, 10), True),
        ("waiting", (50, 30, 10), True),
        ("survey", (), False),
    ],
)
def test_who_was_taken_over_again_and_again_while_he_spoke_is_better_off_in_the_net(
    scene: Scene, stage: str, ago: tuple[int, ...], goes: bool
) -> None:
    scene.store.run_now(begun, stage, CONSENTED)
    for seconds in ago:
        at = BEGINNING - timedelta(seconds=seconds)
        scene.store.run_now(calls.note, CALL, at, "app_restarted")
    known = scene.store.run_now(look_up, CALL)
    assert known is not None and known.can_go_on(BEGINNING) is goes


async def goes_on(journey: Journey, known: Known) -> str:
    return await journey.go_on(known.row.stage, filed=known.filed)


def test_given_answers_before_the_fault_when_taken_over_then_the_next_question_is_asked(
    scene: Scene,
) -> None:
    scene.store.run_now(begun, "notice", {"consent": "given"})
    scene.store.run_now(answered, {"any_injury": "no", "safe_place": "yes"})
    line = FakeLine(caller="+8613900139000", reacts=answers({"confirm-phone-caller": HANGS_UP}))
    assert take_over(scene, line, goes_on) == "hung_up"
    asked = [name for name in said(line) if name.startswith(("ask-", "confirm-", "notice-"))]
    assert asked == ["confirm-phone-caller"]
    report = scene.store.run_now(reports.state, scene.shown(line)["report_number"])
    assert {name: answer.value for name, answer in report.values.items()}["any_injury"] == "no"


def answered(s: Session, values: Mapping[str, str]) -> None:
    number = reports.start(s, CALL, "+8613900139000", "en", BEGINNING)
    for field, value in values.items():
        reports.answer(
            s, number, field, value, by="line", source="line", at=BEGINNING, call_id=CALL
        )
    calls.change(s, CALL, report_number=number)


def test_given_a_notice_that_was_through_when_taken_over_then_only_whether_there_is_more(
    scene: Scene,
) -> None:
    scene.store.run_now(begun, "notice", {"consent": "given"})
    scene.store.run_now(calls.note, CALL, BEGINNING, "report_finished", report="BA-1")
    line = FakeLine(caller="+8613900139000")
    assert take_over(scene, line, goes_on) == "served"
    assert said(line) == ["sorry-fault", "anything-else", "goodbye"]


def test_given_a_callback_that_was_taken_when_taken_over_then_the_goodbye(scene: Scene) -> None:
    scene.store.run_now(begun, "waiting", {"consent": "given"})
    scene.store.run_now(calls.note, CALL, BEGINNING, "callback_taken")
    line = FakeLine()

    async def lead(journey: Journey, known: Known) -> str:
        assert known.rung_back
        return await journey.take_leave()

    assert take_over(scene, line, lead) == "served"
    assert said(line) == ["goodbye"]
