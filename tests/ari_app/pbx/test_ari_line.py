"""One caller's channel, verb by verb, against an Asterisk that a test moves by hand."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
import pytest_asyncio

from ari_app import tasks
from ari_app.boot import wait_until
from ari_app.pbx import events, persisting, sounds, verbs
from ari_app.pbx.ami import Ami
from ari_app.pbx.ari_line import AriLine
from ari_app.pbx.client import Client, Pace
from ari_app.pbx.line import (
    Answers,
    Holds,
    LastTalk,
    Moves,
    Presses,
    RecordedBy,
    Returns,
    Rings,
    SaidBy,
    TalkNews,
)  # fmt: skip
from ari_app.pbx.scope import CallCut, CallerHungUp, CallerTaken
from tests.fakes.ami_server import FakeAmi, fake_ami
from tests.fakes.ari_contract import expect
from tests.fakes.ari_server import FakeAri, FakeChannel, fake_ari

pytestmark = pytest.mark.unit

T = TypeVar("T")
QUICK = Pace(limit=0.5, beat=0.05, beat_limit=0.3, first_wait=0.001, longest_wait=0.01)


@dataclass
class Stage:
    """A caller in the app, and both doors into his Asterisk."""

    ari: FakeAri
    ami: FakeAmi
    client: Client
    line: AriLine
    came: tuple[str, ...]

    @property
    def call(self) -> str:
        return self.line.call_id

    def asked(self, path: str) -> list[dict[str, str]]:
        """The queries of the requests to a path."""
        return [query for _, uri, query in self.ari.requests if path in uri]

    async def seen(self, true: Any, what: str = "it") -> None:
        await wait_until(true, 3, what)

    async def playing(self) -> str:
        """The playback that runs now."""
        await self.seen(lambda: self.ari.channels[self.call].playing, "a prompt")
        return self.ari.channels[self.call].playing[0]

    async def left(self) -> None:
        """The channel has left the app for the dialplan."""
        await self.seen(lambda: not self.ari.channels[self.call].in_app, "leaving")

    async def dial(self, number: str, ident: str, status: str = "") -> None:
        """The dialplan's Dial tells of an agent's phone."""
        caller, peer = self.ari.channels[self.call].json(), self.leg(number, ident)
        await self.ari.tell("Dial", caller=caller, peer=peer, dialstatus=status)

    def leg(self, number: str, ident: str) -> dict[str, Any]:
        """An agent's channel."""
        channel = FakeChannel(ident, name=f"PJSIP/{number}-0000002a")
        self.ari.channels[ident] = channel
        return channel.json()


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    async with fake_ari() as (ari, server), fake_ami() as (ami, login):
        client, door = Client(server, "claimline", QUICK), Ami(login, limit=0.3)
        running = [tasks.start(client.run(), name="ARI"), tasks.start(door.run(), name="AMI")]
        await client.wait_connected()
        await door.wait_connected()
        ident = await ari.call()
        ami.channels.add(ident)
        await expect(client.news, events.CallBroadcast)
        line = AriLine(client, door, ident, "+8613800138000", "5550101", "en")
        running.append(tasks.start(line.pump(), name="pump"))
        came = await line.claim()
        assert came is not None
        yield Stage(ari, ami, client, line, came)
        for task in running:
            task.cancel()
        await asyncio.wait(running)


def begin(work: Awaitable[T]) -> asyncio.Task[T]:
    async def run() -> T:
        return await work

    return tasks.start(run(), name="verb")


async def within(work: Awaitable[T]) -> T:
    async with asyncio.timeout(3):
        return await work


# Coming in


async def test_a_call_is_claimed_with_what_it_comes_with(stage: Stage) -> None:
    assert stage.came[0] == "in"
    assert stage.call in stage.ari.watched, "or its end outside the app would not be heard"


async def test_a_call_that_another_app_has_is_left_alone(stage: Stage) -> None:
    other = await stage.ari.call()
    stage.ari.channels[other].offered = False
    line = AriLine(stage.client, stage.line._ami, other, "", "5550101", "en")
    assert await line.claim() is None


async def test_a_call_is_answered(stage: Stage) -> None:
    await stage.line.ring()
    await stage.line.answer()
    posted = [uri.rpartition("/")[2] for method, uri, _ in stage.ari.requests if method == "POST"]
    assert posted[-2:] == ["ring", "answer"]


async def test_while_he_is_waited_for_silence_is_sent(stage: Stage) -> None:
    def begun() -> int:
        return len(stage.asked("/silence"))

    await stage.line.answer()
    assert await stage.line.key(0) is None and begun() == 0
    for _ in range(2):
        assert await stage.line.key(0.01) is None and begun() == 1, "it goes on"
    saying = begin(stage.line.say(["greeting"]))
    await stage.ari.finish_playback(await stage.playing())
    await within(saying)
    assert begun() == 1, "the next thing is played in a moment"
    await stage.line.key(0.01)
    assert begun() == 2
    await stage.line.music(True)
    await stage.line.key(0.01)
    assert begun() == 2
    await stage.line.music(False)
    await recorded(stage, duration=1)
    assert begun() == 3


# Speaking and keys


async def test_a_prompt_is_heard_whole(stage: Stage) -> None:
    saying = begin(stage.line.say(["greeting", "emergency"]))
    await stage.ari.finish_playback(await stage.playing())
    assert await within(saying) is SaidBy.WHOLE
    query = stage.asked("/play/")[0]
    assert query["media"] == "sound:cl/greeting,sound:cl/emergency" and query["lang"] == "en"


async def test_a_key_ends_a_prompt_and_answers_what_comes_next(stage: Stage) -> None:
    saying = begin(stage.line.say(["menu-main"]))
    await stage.playing()
    await stage.ari.press(stage.call, "1")
    assert await within(saying) is SaidBy.KEY
    assert stage.ari.channels[stage.call].playing == [], "the prompt has been stopped"
    assert await stage.line.say(["ask-line"]) is SaidBy.KEY, "keyed ahead: not even begun"
    assert stage.line.keys_waiting()
    assert await stage.line.key(1) == "1"
    assert await stage.line.key(0.01) is None


async def test_a_prompt_without_barge_in_is_heard_whole_and_the_key_kept(stage: Stage) -> None:
    saying = begin(stage.line.say(["recording-notice"], barge_in=False))
    name = await stage.playing()
    await stage.ari.press(stage.call, "9")
    await stage.seen(stage.line.keys_waiting)
    assert not saying.done()
    await stage.ari.finish_playback(name)
    assert await within(saying) is SaidBy.WHOLE
    assert await stage.line.key(0) == "9"


async def test_keys_can_be_put_back_and_forgotten(stage: Stage) -> None:
    await stage.ari.press(stage.call, "12")
    assert await stage.line.key(1) == "1"
    stage.line.put_back("1")
    assert await stage.line.key(1) == "1"
    await stage.seen(stage.line.keys_waiting)
    stage.line.forget_keys()
    assert await stage.line.key(0.01) is None


async def test_a_prompt_that_does_not_play_does_not_stop_the_call(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    saying = begin(stage.line.say(["greeting"]))
    name = await stage.playing()
    playback = {
        "id": name, "media_uri": "sound:cl/greeting", "target_uri": f"channel:{stage.call}",
        "language": "en", "state": "failed",
    }  # fmt: skip
    await stage.ari.tell("PlaybackFinished", playback=playback)
    assert await within(saying) is SaidBy.WHOLE
    assert "a prompt did not play" in caplog.text


async def test_a_prompt_that_is_given_up_is_stopped_before_the_channel_moves(
    stage: Stage,
) -> None:
    saying = begin(stage.line.say(["wait-busy"]))
    await stage.playing()
    saying.cancel()
    await asyncio.wait({saying}, timeout=3)
    assert saying.cancelled() and stage.ari.channels[stage.call].playing == []


async def test_his_own_words_are_played_back(stage: Stage) -> None:
    saying = begin(stage.line.replay("n1-1.0-narrative"))
    await stage.ari.finish_playback(await stage.playing())
    assert await within(saying) is SaidBy.WHOLE
    assert stage.asked("/play/")[0]["media"] == "recording:n1-1.0-narrative"


async def test_after_a_break_a_prompt_that_ended_meanwhile_has_been_heard(stage: Stage) -> None:
    saying = begin(stage.line.say(["greeting"]))
    name = await stage.playing()
    stage.ari.channels[stage.call].playing.remove(name)
    del stage.ari.playbacks[name]
    await stage.ari.drop()
    assert await within(saying) is SaidBy.WHOLE


# Recording


async def recorded(stage: Stage, **fields: Any) -> Any:
    clip = f"{stage.call}-narrative"
    recording = begin(stage.line.record("narrative", max_seconds=20, max_silence=3))
    await stage.seen(lambda: clip in stage.ari.recordings, "the recorder")
    told = {"name": clip, "format": "wav", "target_uri": f"channel:{stage.call}"}
    kind = "RecordingFailed" if fields.get("state") == "failed" else "RecordingFinished"
    await stage.ari.tell(kind, recording={**told, "state": "done", **fields})
    return await within(recording)


@pytest.mark.parametrize(
    ("fields", "seconds", "by"),
    [
        ({"duration": 7}, 7, RecordedBy.SILENCE),
        ({"duration": 20}, 20, RecordedBy.LENGTH),
        ({"state": "failed"}, 0, RecordedBy.FAILED),
    ],
)
async def test_a_recording_says_why_it_ended(
    stage: Stage, fields: dict[str, Any], seconds: float, by: RecordedBy
) -> None:
    clip = await recorded(stage, **fields)
    assert (clip.name, clip.seconds, clip.ended_by) == (f"{stage.call}-narrative", seconds, by)


async def test_a_key_ends_a_recording(stage: Stage) -> None:
    await stage.ari.press(stage.call, "#")
    await stage.seen(stage.line.keys_waiting)
    assert (await recorded(stage, duration=2)).ended_by is RecordedBy.KEY


async def test_a_recording_in_which_no_packet_comes_is_ended_all_the_same(stage: Stage) -> None:
    clip = await within(stage.line.record("narrative", max_seconds=-1, max_silence=3))
    assert clip.ended_by is RecordedBy.LENGTH


# Music


async def test_music_is_begun_and_ended_once(stage: Stage) -> None:
    for on in (True, True, False, False):
        await stage.line.music(on, "calm")
    posts = [(method, query) for method, uri, query in stage.ari.requests if uri.endswith("/moh")]
    assert posts == [("POST", {"mohClass": "calm"}), ("DELETE", {})]


# Through the dialplan and back


async def test_the_recorder_starts_in_the_dialplan_and_is_ended_by_its_id(stage: Stage) -> None:
    starting = begin(stage.line.start_recorder())
    await stage.left()
    assert stage.asked("/continue")[0] == {
        "context": "line-recorded", "extension": "s", "priority": "1",
    }  # fmt: skip
    await stage.ari.comes_back(stage.call, "recorded", "0x77")
    await within(starting)
    assert stage.line.armable
    await stage.line.stop_recorder()
    await stage.line.stop_recorder()
    stops = [each for each in stage.ami.actions if each["Action"] == "StopMixMonitor"]
    assert [each["MixMonitorID"] for each in stops] == ["0x77"]


async def test_a_recorder_that_cannot_be_ended_does_not_stop_the_call(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    starting = begin(stage.line.start_recorder())
    await stage.left()
    await stage.ari.comes_back(stage.call, "recorded", "0x77")
    await within(starting)
    stage.ami.deaf = True
    await stage.line.stop_recorder()
    assert "a recorder goes on" in caplog.text


async def test_who_is_recorded_in_his_talks_alone_needs_no_recorder(stage: Stage) -> None:
    await stage.line.record_talks()
    assert [each["Variable"] for each in stage.ami.actions if each["Action"] == "Setvar"] == [
        "__RECORD"
    ]
    assert stage.ari.channels[stage.call].in_app


async def test_while_ami_is_away_that_is_told_by_a_way_through_the_dialplan(stage: Stage) -> None:
    stage.ami.deaf = True
    starting = begin(stage.line.record_talks())
    await stage.left()
    await stage.ari.comes_back(stage.call, "recorded", "0x77")
    await within(starting)
    assert stage.asked("/continue")[0]["context"] == "line-recorded"


class Talk:
    """A talk under way, with its news as they come."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.news: list[TalkNews] = []
        self._reading = begin(self._read())

    async def _read(self) -> None:
        async for news in self.stage.line.talk("201", 20):
            self.news.append(news)

    async def until(self, count: int) -> list[TalkNews]:
        await self.stage.seen(lambda: len(self.news) >= count, f"{count} news: {self.news}")
        return self.news

    async def ended(self, status: str) -> list[TalkNews]:
        await self.stage.ari.comes_back(self.stage.call, "after", status)
        await within(self._reading)
        return self.news


async def talk(stage: Stage) -> Talk:
    """Agent 201 rings."""
    talking = Talk(stage)
    await stage.left()
    await stage.dial("201", "n1-5.0")
    await talking.until(1)
    stage.ami.channels.add("n1-5.0")
    return talking


async def test_a_talk_is_told_from_the_first_ring_to_the_return(stage: Stage) -> None:
    await stage.line.music(True)
    talking = await talk(stage)
    assert stage.asked("/continue")[0]["context"] == "talk-20"
    assert not stage.line.armable, "the talk must not depend on this process"
    await stage.dial("201", "n1-5.0", "RINGING")
    await stage.dial("201", "n1-5.0", "ANSWER")
    await stage.ari.tell("ChannelHold", "n1-5.0")
    await stage.ari.tell("ChannelUnhold", "n1-5.0")
    await stage.ari.press("n1-5.0", "*")
    news = await talking.ended("ANSWER")
    assert news == [
        Rings("n1-5.0", "201"), Answers("n1-5.0", "201"), Holds(True), Holds(False),
        Presses("*"), Returns("ANSWER"),
    ]  # fmt: skip
    assert stage.line.armable
    deleted = [uri for method, uri, _ in stage.ari.requests if method == "DELETE"]
    assert any(uri.endswith("/moh") for uri in deleted), "the music has ended"


async def test_the_callers_keys_in_a_talk_are_not_the_agents(stage: Stage) -> None:
    talking = await talk(stage)
    await stage.ari.press(stage.call, "5")
    news = await talking.ended("ANSWER")
    assert Presses("5") not in news


async def test_transfers_are_told_and_the_new_leg_is_followed(stage: Stage) -> None:
    talking = await talk(stage)
    bridge = {"result": "Success", "is_external": True}
    await stage.ari.tell("BridgeBlindTransfer", stage.call, exten="202", context="talk", **bridge)
    legs = {
        "transferer_first_leg": stage.leg("201", "n1-5.0"),
        "transferer_second_leg": stage.leg("201", "n1-6.0"),
        "destination_type": "bridge",
        "transferee": stage.ari.channels[stage.call].json(),
    }
    target = stage.leg("203", "n1-7.0")
    await stage.ari.tell("BridgeAttendedTransfer", **legs, **bridge, transfer_target=target)
    await stage.ari.tell("BridgeAttendedTransfer", **legs, **bridge)
    await stage.ari.tell(
        "BridgeBlindTransfer", stage.call, exten="9", context="x", result="Fail", is_external=True
    )
    await talking.until(4)
    news = await talking.ended("ANSWER")
    assert [each for each in news if isinstance(each, Moves)] == [
        Moves("blind", "202"), Moves("attended", "203", "n1-7.0"), Moves("attended", ""),
    ]  # fmt: skip
    await stage.seen(lambda: "n1-7.0" in stage.ari.watched)


async def test_a_pause_silences_every_recorder_and_whoever_joins(stage: Stage) -> None:
    talking = await talk(stage)
    await stage.line.pause(True)
    mutes = [each for each in stage.ami.actions if each["Action"] == "MixMonitorMute"]
    assert {each["Channel"] for each in mutes} == {stage.call, "n1-5.0"}
    assert {(each["State"], each["Direction"]) for each in mutes} == {("1", "both")}
    stage.ami.actions.clear()
    stage.ami.channels.add("n1-6.0")
    await stage.dial("202", "n1-6.0")
    await talking.until(2)
    assert "MixMonitorMute" in stage.ami.asked
    assert stage.line.paused
    await talking.ended("ANSWER")
    assert not stage.line.paused, "a pause ends with its talk"


async def test_a_leg_that_is_gone_is_not_muted_any_more(stage: Stage) -> None:
    talking = await talk(stage)
    await stage.ari.tell("ChannelDestroyed", "n1-5.0", cause=16, cause_txt="Normal")
    await stage.seen(lambda: not stage.line._news.legs)
    await stage.line.pause(True)
    mutes = [each for each in stage.ami.actions if each["Action"] == "MixMonitorMute"]
    assert [each["Channel"] for each in mutes] == [stage.call]
    await talking.ended("ANSWER")


async def test_an_offer_can_be_taken_back(stage: Stage) -> None:
    talking = await talk(stage)
    await stage.line.stop_ringing()
    assert "n1-5.0" not in stage.ari.channels
    assert (await talking.ended("CHANUNAVAIL"))[-1] == Returns("CHANUNAVAIL")


@pytest.mark.parametrize("known", [True, False])
async def test_a_talk_of_an_earlier_process_is_followed(stage: Stage, known: bool) -> None:
    """Its answer is told only when nobody has heard it."""
    news = stage.line.adopt()
    peer = stage.leg("201", "n1-5.0")
    stage.ari.bridges.append((stage.call, "n1-5.0"))
    leg = events.Channel(
        id="n1-5.0", protocol_id="", name=peer["name"], state="Up",
        caller=events.CallerID(name="", number=""), connected=events.CallerID(name="", number=""),
        accountcode="", dialplan=events.DialplanCEP(
            context="x", exten="s", priority=1, app_name="", app_data=""),
        creationtime=events.datetime.fromisoformat("2026-11-24T07:43:46.123+00:00"), language="en",
    )  # fmt: skip
    await stage.line.follow([leg], known=known)
    assert not stage.line.armable
    if not known:
        assert await within(anext(news)) == Answers("n1-5.0", "201")
    await stage.ari.tell("ChannelHold", "n1-5.0")
    assert await within(anext(news)) == Holds(True)
    await stage.ari.comes_back(stage.call, "after", "ANSWER")
    assert await within(anext(news)) == Returns("ANSWER")


async def test_the_end_of_an_earlier_stay_says_nothing_of_this_one(stage: Stage) -> None:
    """Asterisk tells of a stay's end late: the channel may be back by then, or be claimed."""
    early = "2026-11-24T07:43:46.000+00:00"
    await stage.ari.tell("StasisEnd", stage.call, timestamp=early)
    saying = begin(stage.line.say(["greeting"]))
    await stage.ari.finish_playback(await stage.playing())
    await within(saying)
    assert stage.line.armable and stage.line.while_up().reason is None
    await stage.ari.tell("StasisEnd", stage.call)
    await stage.seen(lambda: not stage.line.armable, "the departure")


async def test_the_dialplan_knows_of_talks_that_nobody_heard(stage: Stage) -> None:
    assert await stage.line.last_talk() == LastTalk(0, "")
    for name, value in (("TALK", "2"), ("DIALSTATUS", "ANSWER")):
        stage.ari.variables[stage.call, name] = value
    assert await stage.line.last_talk() == LastTalk(2, "ANSWER")


# Ends


@pytest.mark.parametrize(
    ("asked", "status"), [({"cause": 1, "soft": True}, "LOST"), ({"cause": 16}, "ANSWER")]
)
async def test_a_phone_that_fell_silent_is_told_from_one_that_hung_up(
    stage: Stage, asked: dict[str, object], status: str
) -> None:
    async def last() -> TalkNews:
        found = [news async for news in stage.line.talk("201", 20)]
        return found[-1]

    talking = begin(last())
    await stage.left()
    await stage.dial("201", "n1-9.1")
    await stage.dial("201", "n1-9.1", "ANSWER")
    await stage.seen(lambda: stage.line._news.legs, "the leg")
    await stage.ari.tell("ChannelHangupRequest", "n1-9.1", **asked)
    await stage.ari.comes_back(stage.call, "after", "ANSWER")
    await stage.ari.tell("ChannelDestroyed", "n1-9.1", cause=44, cause_txt="")
    assert await within(talking) == Returns(status)


async def test_a_hang_up_ends_whatever_is_waited_for(stage: Stage) -> None:
    async def journey() -> None:
        async with stage.line.while_up():
            await stage.line.key(60)

    leading = begin(journey())
    await asyncio.sleep(0)
    await stage.ari.hang_up(stage.call)
    with pytest.raises(CallerHungUp):
        await within(leading)
    await within(stage.line.over())


async def test_a_call_is_cut_when_asterisk_is_another_one(stage: Stage) -> None:
    async def journey() -> None:
        async with stage.line.while_up():
            await stage.line.key(60)

    leading = begin(journey())
    await asyncio.sleep(0)
    stage.ari.channels.clear()
    stage.ari.born = "2026-11-24T08:00:00.000+0000"
    await stage.ari.drop()
    with pytest.raises(CallCut):
        await within(leading)
    await within(stage.line.over())
    stage.line.compare(None)
    assert stage.line.cut


async def test_who_leaves_the_app_unasked_has_been_taken_by_the_net(stage: Stage) -> None:
    async def journey() -> None:
        async with stage.line.while_up():
            await stage.line.key(60)

    leading = begin(journey())
    await asyncio.sleep(0)
    stage.ari.channels[stage.call].in_app = False
    await stage.ari.tell("StasisEnd", stage.call)
    with pytest.raises(CallerTaken):
        await within(leading)
    await stage.line.to_fallback()
    assert "Redirect" not in stage.ami.asked, "the net has him: hands off"


async def test_a_verb_that_finds_no_channel_waits_for_the_news_of_its_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persisting, "LEAVING_LIMIT", 0.05)

    async def journey() -> None:
        async with stage.line.while_up():
            await stage.line.ring()

    del stage.ari.channels[stage.call]
    with pytest.raises(CallerTaken):
        await within(begin(journey()))


# The timer while AMI is away


def timer(stage: Stage) -> str | None:
    return stage.ari.variables.get((stage.call, "TIMEOUT(absolute)"))


async def test_over_http_the_timer_of_a_quiet_line_is_armed_at_once(stage: Stage) -> None:
    await stage.line.arm_by_http(7)
    assert timer(stage) == "7"


async def test_a_prompt_is_broken_off_for_the_timer_and_gone_on_with_where_it_was(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    saying = begin(stage.line.say(["greeting", "emergency"], barge_in=False))
    first = await stage.playing()
    await stage.line.arm_by_http(60)
    assert timer(stage) is None, "there is time for another look"
    again = stage.ari._playback(first, "playing")
    await stage.ari.tell("PlaybackContinuing", playback=again)
    monkeypatch.setattr(sounds, "BACK", -1.5)  # as if the second one had been heard for 1.5 s
    await within(stage.line.arm_by_http(1))
    assert timer(stage) == "1"
    second = await stage.playing()
    assert second != first
    assert stage.asked("/play/")[-1]["media"] == "sound:cl/emergency"
    assert 1500 <= int(stage.asked("/play/")[-1]["offsetms"]) < 2500
    await stage.ari.finish_playback(second)
    assert await within(saying) is SaidBy.WHOLE


async def test_a_key_in_the_break_ends_the_prompt(stage: Stage) -> None:
    saying = begin(stage.line.say(["greeting"]))
    await stage.playing()
    await stage.ari.press(stage.call, "5")
    await stage.line.arm_by_http(1)
    assert await within(saying) is SaidBy.KEY
    assert stage.line.keys_waiting()


async def test_a_recording_is_broken_off_for_the_timer_and_its_file_goes_on(stage: Stage) -> None:
    recording = begin(stage.line.record("narrative", max_seconds=20, max_silence=3))
    clip = f"{stage.call}-narrative"
    await stage.seen(lambda: stage.ari.channels[stage.call].recording, "the recorder")
    await within(stage.line.arm_by_http(1))
    assert timer(stage) == "1"
    await stage.seen(lambda: len(stage.asked("/record")) == 2, "it goes on")
    assert [query["ifExists"] for query in stage.asked("/record")] == ["overwrite", "append"]
    assert stage.asked("/record")[1]["maxDurationSeconds"] == "19"
    await stage.ari._end_recording(clip)
    done = await within(recording)
    assert (done.name, done.seconds, done.ended_by) == (clip, 1.0, RecordedBy.SILENCE)


async def test_a_line_that_is_gone_is_not_armed(stage: Stage) -> None:
    del stage.ari.channels[stage.call]
    await stage.line.arm_by_http(7)
    assert timer(stage) is None


# Breaks of the socket in mid-verb


async def lost_answer(stage: Stage, path: str) -> None:
    """The socket breaks after Asterisk has obeyed, before it says so."""
    await stage.seen(lambda: stage.asked(path), "the request")
    stage.ari.mute = False
    await stage.ari.drop()


async def test_a_prompt_whose_answer_is_lost_is_not_said_twice(stage: Stage) -> None:
    stage.ari.mute = True
    saying = begin(stage.line.say(["greeting"]))
    await lost_answer(stage, "/play/")
    await stage.seen(lambda: stage.ari.connections == 2, "the second socket")
    await stage.ari.finish_playback(await stage.playing())
    assert await within(saying) is SaidBy.WHOLE
    assert len(stage.asked("/play/")) == 1


async def test_a_caller_who_has_left_already_is_not_taken_for_lost(stage: Stage) -> None:
    stage.ari.mute = True
    talk = stage.line.talk("201", 15)
    first = begin(anext(talk))
    await lost_answer(stage, "/continue")
    await stage.seen(lambda: stage.ari.connections == 2, "the second socket")
    await stage.seen(lambda: len(stage.asked("/continue")) == 2, "asked again")
    await stage.dial("201", "leg-1")
    assert isinstance(await within(first), Rings)


async def test_a_released_line_belongs_to_the_net(stage: Stage) -> None:
    stage.line.release()
    assert not stage.line.armable
    stage.line._news.leaving = True
    await stage.ari.comes_back(stage.call, "after", "ANSWER")
    await stage.line.diversion()  # a round trip: the offer was heard before its answer
    assert not stage.ari.channels[stage.call].in_app


async def test_the_caller_is_hung_up_on_by_the_dialplan(stage: Stage) -> None:
    await stage.line.hang_up()
    assert stage.asked("/continue")[0]["context"] == "leave"
    await stage.line.hang_up()  # gone already: no fault


async def test_the_fallback_comes_by_ami_and_without_it_by_ari(stage: Stage) -> None:
    await stage.line.to_fallback()
    redirect = stage.ami.actions[-1]
    assert (redirect["Action"], redirect["Context"]) == ("Redirect", "fallback")
    stage.ami.deaf = True
    await stage.line.to_fallback()
    assert stage.asked("/continue")[0]["context"] == "fallback"


async def test_after_a_freeze_the_line_takes_in_what_asterisk_says(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    channel = await stage.client.do(verbs.channel(stage.call))
    assert isinstance(channel, events.Channel)
    stage.line.compare(channel)
    assert stage.line.armable
    stage.line.compare(None)
    await within(stage.line.over())


async def test_a_caller_whom_the_net_took_during_a_freeze_is_dropped(stage: Stage) -> None:
    stage.ari.channels[stage.call].in_app = False
    channel = await stage.client.do(verbs.channel(stage.call))
    assert isinstance(channel, events.Channel)
    stage.line.compare(channel)
    assert not stage.line.armable
    assert isinstance(stage.line.while_up().reason, CallerTaken)


# What a break of the socket has swallowed is asked for


async def break_of_the_socket(stage: Stage) -> None:
    before = stage.ari.connections
    await stage.ari.drop()
    await stage.seen(lambda: stage.ari.connections > before, "the next socket")


async def test_the_end_of_a_recording_that_was_not_heard(stage: Stage) -> None:
    recording = begin(stage.line.record("narrative", max_seconds=20, max_silence=3))
    await stage.seen(lambda: stage.ari.channels[stage.call].recording, "the recorder")
    stage.ari.channels[stage.call].recording = ""
    await break_of_the_socket(stage)
    clip = await within(recording)
    assert clip.name == f"{stage.call}-narrative" and clip.ended_by is RecordedBy.SILENCE


async def test_the_answer_of_an_agent_that_was_not_heard(stage: Stage) -> None:
    talk = stage.line.talk("201", 15)
    news = begin(anext(talk))
    await stage.left()
    stage.leg("201", "leg-1")
    stage.ari.bridges = [(stage.call, "leg-1")]
    await break_of_the_socket(stage)
    assert await within(news) == Answers("leg-1", "201")
    hold = begin(anext(talk))
    await break_of_the_socket(stage)
    await stage.ari.tell("ChannelHold", "leg-1")
    assert await within(hold) == Holds(True), "he answered once"


async def test_a_return_that_was_not_heard(stage: Stage) -> None:
    talk = stage.line.talk("201", 15)
    news = begin(anext(talk))
    await stage.left()
    stage.ari.channels[stage.call].in_app = True  # the answer to our claim was the last we heard
    stage.ari.variables[stage.call, "DIALSTATUS"] = "NOANSWER"
    await break_of_the_socket(stage)
    assert await within(news) == Returns("NOANSWER")
    assert stage.line.armable


async def test_an_offer_that_was_not_heard_is_claimed(stage: Stage) -> None:
    talk = stage.line.talk("201", 15)
    news = begin(anext(talk))
    await stage.left()
    channel = stage.ari.channels[stage.call]
    channel.offered, channel.in_app, channel.args = True, True, ["after", "BUSY"]
    await break_of_the_socket(stage)
    assert await within(news) == Returns("BUSY")
