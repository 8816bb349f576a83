"""Waiting for an agent: who comes, who does not, and what there is instead."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from ari_app.pbx.line import Answers, Holds, Moves, Presses, Returns, Rings, TalkNews
from ari_app.planning import DEMO_PLAN, read_plan
from claims_store import callbacks, people, recordings
from routing import rules
from routing.facts import CallFacts
from tests.fakes.line import FakeLine, FakePhone
from tests.scenes.conftest import HANGS_UP, WHOLE, Scene, answers, events, said

pytestmark = pytest.mark.scene

STRANGER = "+8613800139999"
PERSON: dict[str, str | list[str]] = {"menu-main": "0"}
NOBODY = {f"20{n}": FakePhone("NOANSWER", after=60) for n in range(1, 9)}


def waits(scene: Scene, keys: dict[str, str | list[str]], **line: object) -> FakeLine:
    line.setdefault("caller", STRANGER)
    caller = FakeLine(reacts=answers({**PERSON, **keys}), **line)  # type: ignore[arg-type]
    scene.play(caller)
    return caller


def offered(scene: Scene, line: FakeLine) -> list[str]:
    return [event["agent"] for event in events(scene.shown(line), "offered")]


def plan_text(**changes: str) -> str:
    text = DEMO_PLAN.read_text("utf-8")
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    return text


# Nobody answers


def test_given_nobody_is_logged_in_then_it_is_said_at_once_with_a_choice(scene: Scene) -> None:
    line = waits(scene, {"agents-none": HANGS_UP})
    assert line.heard[-2:] == [("menu-main",), ("agents-none", "wait-callback-offer")]


def test_given_nobody_is_there_when_he_chooses_the_line_then_the_report_is_taken(
    scene: Scene,
) -> None:
    line = waits(scene, {**WHOLE, **PERSON, "wait-callback-offer": "1"})
    heard = said(line)
    assert "report-number" in heard and heard[-1] == "goodbye"
    assert scene.shown(line)["report"]["loss_region"] == "310000"


def test_given_a_report_by_the_line_when_he_leaves_it_then_what_he_said_is_filed(
    scene: Scene,
) -> None:
    keys = {**WHOLE, **PERSON, "wait-callback-offer": "1", "ask-loss-day": "0"}
    line = waits(scene, {**keys})
    heard = said(line)
    assert heard.index("report-draft-saved") < heard.index("report-number")
    assert scene.shown(line)["report"]["safe_place"] == "yes"


def test_given_a_callback_then_the_place_is_kept_and_the_number_is_his_own(scene: Scene) -> None:
    line = waits(scene, {"wait-callback-offer": "2"})
    assert said(line)[-2:] == ["callback-taken", "goodbye"]
    (kept,) = scene.store.run_now(callbacks.listing)
    assert kept.call_id == line.call_id
    assert (kept.phone, kept.queue) == (STRANGER, "general")
    assert kept.arrival < kept.due, "from when he began to wait"


def test_given_a_report_was_begun_when_he_wants_a_callback_then_it_rings_the_number_he_gave(
    scene: Scene,
) -> None:
    keys = {
        **WHOLE,
        "confirm-phone-caller": "2",
        "ask-phone": "13912345678#",
        "ask-policy": "*0",
        "wait-callback-offer": "2",
    }
    line = FakeLine(caller=STRANGER, reacts=answers({**keys}))
    scene.play(line)
    (kept,) = scene.store.run_now(callbacks.listing)
    assert kept.phone == "+8613912345678"
    assert kept.report_number == scene.shown(line)["report_number"]


def test_given_patience_is_over_then_he_is_called_back(scene: Scene) -> None:
    line = waits(scene, {})
    assert len(scene.store.run_now(callbacks.listing)) == 1
    waited = [act for act in line.acts if act == "music on"]
    assert len(waited) > 10


def test_given_patience_is_over_when_his_number_is_hidden_then_the_line_takes_the_report(
    scene: Scene,
) -> None:
    keys = {**WHOLE, **PERSON, "ask-phone": "13912345678#"}
    line = waits(scene, {**keys}, caller="")
    assert "report-number" in said(line)
    assert scene.store.run_now(callbacks.listing) == []


def test_given_a_key_without_a_meaning_then_the_choice_is_said_once(scene: Scene) -> None:
    line = waits(scene, {"wait-callback-offer": ["7", "7", "2"]})
    heard = said(line)
    assert heard.count("wrong-key") == 1 and heard[-1] == "goodbye"


# The line is closed


NIGHT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def closed(scene: Scene) -> None:
    scene.plan = read_plan(plan_text(**{'hours     = "always"': 'hours     = "office"'}))
    scene.beginning = NIGHT


def test_given_the_line_is_closed_then_nobody_waits_for_a_person(scene: Scene) -> None:
    closed(scene)
    scene.ready = ("agent2",)
    line = waits(scene, {"wait-callback-offer": "2"})
    assert "closed-person" in said(line) and "person-next" not in said(line)
    assert len(scene.store.run_now(callbacks.listing)) == 1
    assert offered(scene, line) == []


def test_given_the_line_is_closed_when_he_chooses_the_line_then_it_takes_the_report(
    scene: Scene,
) -> None:
    closed(scene)
    line = waits(scene, {**WHOLE, **PERSON, "wait-callback-offer": "1"})
    assert "report-number" in said(line)


def test_given_the_line_is_closed_when_somebody_is_hurt_then_a_person_is_rung(
    scene: Scene,
) -> None:
    closed(scene)
    scene.ready = ("agent2",)
    line = FakeLine(
        caller=STRANGER,
        reacts=answers({**WHOLE, "ask-any-injury": "1"}),
        phones={"202": FakePhone(talks=10)},
    )
    assert scene.play(line) == "talked"


# Agents


def test_given_an_agent_does_not_answer_then_the_next_one_is_rung_and_he_is_away(
    scene: Scene,
) -> None:
    scene.ready = ("agent2", "agent5")
    phones = {"202": FakePhone("NOANSWER", after=60), "205": FakePhone("NOANSWER", after=60)}
    first: list[str] = []

    class Watched(FakeLine):
        async def talk(self, phone: str, ring_s: int) -> AsyncIterator[TalkNews]:
            first.append(phone)
            if len(first) == 2:
                self.phones[phone] = FakePhone(talks=10)
            async for news in super().talk(phone, ring_s):
                yield news

    line = Watched(caller=STRANGER, reacts=answers({**PERSON}), phones=phones)
    assert scene.play(line) == "talked"
    names = offered(scene, line)
    assert len(names) == 2 and len(set(names)) == 2
    assert "wait-retry" in said(line)
    missed = scene.store.run_now(people.agent, names[0])
    assert missed is not None and (missed.state, missed.state_reason) == ("away", "missed_call")


def test_given_a_busy_phone_then_its_agent_is_not_blamed(scene: Scene) -> None:
    scene.ready = ("agent2",)
    line = waits(scene, {}, phones={"202": FakePhone("BUSY", later="ANSWER", after=1, talks=5)})
    assert offered(scene, line) == ["agent2", "agent2"]
    agent = scene.store.run_now(people.agent, "agent2")
    assert agent is not None and agent.state_reason != "missed_call"


def test_given_nobody_answers_then_the_ringing_does_not_make_the_wait_longer(
    scene: Scene,
) -> None:
    """Patience counts from the arrival, whoever was rung meanwhile."""
    scene.ready = tuple(f"agent{n}" for n in range(1, 9))
    began: list[float] = []

    class Watched(FakeLine):
        async def hang_up(self) -> None:
            began.append(asyncio.get_running_loop().time())

    line = Watched(caller=STRANGER, reacts=answers({**PERSON}), phones=dict(NOBODY))
    scene.play(line)
    assert len(scene.store.run_now(callbacks.listing)) == 1
    assert began[0] < 800
    assert said(line).count("wait-retry") <= 2


def test_given_others_wait_before_him_then_he_is_told_his_place_and_how_long(
    scene: Scene,
) -> None:
    scene.away = ("agent2",)
    leaves = iter(("n1-0.1", "n1-0.2"))

    async def react(line: FakeLine, prompts: tuple[str, ...]) -> None:
        board = scene.board
        assert board is not None
        if "menu-main" in prompts:
            for number in (1, 2):
                to = rules.choose(scene.plan, CallFacts(issue="other"), scene.beginning)
                before = scene.beginning - timedelta(minutes=3)
                board.arrive(f"n1-0.{number}", to, CallFacts(issue="other"), before)
            line.press("0")
        if "wait-position" in prompts:
            board.leave(next(leaves))
        if "wait-next" in prompts:
            line.vanish()

    line = FakeLine(caller=STRANGER, reacts=react)
    assert scene.play(line) == "hung_up"
    heard = said(line)
    places = [prompts[1] for prompts in line.heard if "wait-position" in prompts]
    assert places == ["num-2", "num-1"], "so many are ahead of him"
    assert "wait-minutes" in heard
    assert not [p for p in line.heard[:6] if "wait-callback-offer" in p], "only after a minute"


class Talks(FakeLine):
    """A phone whose news the test writes down."""

    news: tuple[TalkNews, ...] = ()

    async def talk(self, phone: str, ring_s: int) -> AsyncIterator[TalkNews]:
        self.acts.append(f"talk {phone}")
        news, self.news = self.news, (Rings("leg-9", phone), Answers("leg-9", phone), ENDED)
        for each in news:
            await asyncio.sleep(5)
            yield each


ENDED = Returns("ANSWER")
BEGIN = (Rings("leg-1", "202"), Answers("leg-1", "202"))


def talked(scene: Scene, *news: TalkNews, **keys: str) -> Talks:
    scene.ready = ("agent2", "agent5")
    line = Talks(caller=STRANGER, reacts=answers({**PERSON, **keys}))
    line.news = (*BEGIN, *news)
    assert scene.play(line) == "talked"
    return line


def journal(scene: Scene, line: FakeLine) -> list[str]:
    return [event["event"] for event in scene.shown(line)["events"]]


def test_given_a_talk_is_sent_back_then_he_is_served_again_with_his_place(scene: Scene) -> None:
    line = talked(scene, Returns("TRANSFER"))
    assert len(offered(scene, line)) == 2
    returned = [event["status"] for event in events(scene.shown(line), "returned")]
    assert returned == ["TRANSFER", "ANSWER"]
    assert scene.shown(line)["talk_s"] == 10, "both talks count"


def test_given_the_agents_phone_is_lost_then_he_hears_it_and_another_agent_has_him(
    scene: Scene,
) -> None:
    line = talked(scene, Returns("LOST"))
    assert len(offered(scene, line)) == 2
    returned = [event["status"] for event in events(scene.shown(line), "returned")]
    assert returned == ["LOST", "ANSWER"]
    assert ("talk-lost",) in line.heard


def test_given_a_hold_then_the_journal_has_it(scene: Scene) -> None:
    line = talked(scene, Holds(True), Holds(False), ENDED)
    assert [name for name in journal(scene, line) if "held" in name] == ["held", "unheld"]


def test_given_star_one_on_the_desk_phone_then_the_recording_pauses(scene: Scene) -> None:
    keyed = [Presses(key) for key in "2*1*1"]
    line = talked(scene, *keyed, ENDED)
    pauses = [act for act in line.acts if act.startswith("pause")]
    assert pauses == ["pause on", "pause off"]
    assert [n for n in journal(scene, line) if n.startswith("recording_")] == [
        "recording_paused", "recording_resumed",
    ]  # fmt: skip


def test_given_recording_was_refused_then_star_one_does_nothing(scene: Scene) -> None:
    line = talked(scene, *[Presses(key) for key in "*1"], ENDED, **{"recording-notice": "9"})
    assert not [act for act in line.acts if act.startswith("pause")]


def test_given_a_blind_transfer_then_the_other_agent_has_him_and_is_recorded(
    scene: Scene,
) -> None:
    news = (Moves("blind", "205"), Rings("leg-2", "205"), Answers("leg-2", "205"), ENDED)
    line = talked(scene, *news)
    shown = scene.shown(line)
    assert shown["agent"] == "agent5"
    assert events(shown, "transferred")[0]["agent"] == "agent5"
    assert [event["first"] for event in events(shown, "answered")] == [True, False]
    files = segments(scene, line)
    assert f"{line.call_id}-talk2-leg-2-agent.wav" in files
    assert f"{line.call_id}-talk2-customer.wav" in files


def segments(scene: Scene, line: FakeLine) -> set[str]:
    return {each.file for each in scene.store.run_now(recordings.segments, line.call_id)}


def test_given_a_blind_transfer_to_a_strange_phone_then_it_is_nobodys_talk(scene: Scene) -> None:
    line = talked(scene, Moves("blind", "+862161234567"), ENDED)
    assert events(scene.shown(line), "transferred")[0]["agent"] is None


def test_given_an_attended_transfer_then_the_consult_leg_belongs_to_the_recording(
    scene: Scene,
) -> None:
    line = talked(scene, Moves("attended", "205", "leg-3"), ENDED)
    assert scene.shown(line)["agent"] == "agent5"
    assert f"{line.call_id}-talk1-consult-leg-3-agent.wav" in segments(scene, line)


def test_given_a_report_when_the_talk_is_over_then_the_number_is_said(scene: Scene) -> None:
    scene.ready = ("agent2",)
    line = FakeLine(
        caller=STRANGER,
        reacts=answers({**WHOLE, "ask-any-injury": "1"}),
        phones={"202": FakePhone(talks=10)},
    )
    scene.play(line)
    heard = said(line)
    assert "report-number" in heard and heard[-1] == "goodbye"


# Menus


def test_given_silence_in_the_menu_then_it_is_said_again_and_then_a_person_helps(
    scene: Scene,
) -> None:
    scene.ready = ("agent2",)
    line = FakeLine(caller=STRANGER, phones={"202": FakePhone(talks=5)})
    assert scene.play(line) == "talked"
    heard = said(line)
    assert heard.count("menu-main") == 3 and heard.count("no-input") == 2


def test_given_the_menu_asks_again_then_nothing_is_wrong_with_that(scene: Scene) -> None:
    line = waits(scene, {"menu-main": ["*", HANGS_UP]})
    assert "wrong-key" not in said(line) and "no-input" not in said(line)


def test_given_a_menu_that_leads_into_a_queue_then_its_rule_is_told(scene: Scene) -> None:
    menu = '[menu.more]\nsay = "menu-main"\nkeys = { 5 = "queue.home", 6 = "back" }\n'
    changes = {
        '0 = "person"': '0 = "person", 9 = "menu.more"',
        "# Queues. A step": f"{menu}\n# Queues. A step",
    }
    scene.plan = read_plan(plan_text(**changes))
    scene.ready = ("agent3",)
    keys = {"menu-main": ["9", "6", "9", "5"]}
    line = waits(scene, {**keys}, phones={"203": FakePhone(talks=5)})
    assert scene.shown(line)["queue"] == "home"
    assert offered(scene, line) == ["agent3"]


def test_given_the_menu_leads_nowhere_again_and_again_then_a_person_helps(scene: Scene) -> None:
    keys = {"menu-main": "2", "ask-claim-identify": "*", "agents-none": HANGS_UP}
    line = waits(scene, {**keys})
    assert events(scene.shown(line), "wants_person")[-1]["why"] == "lost"
