"""What the client and its callers rely on; the fake and the real Asterisk both keep it."""

from __future__ import annotations

import asyncio
from typing import Protocol, TypeVar

from ari_app import tasks
from ari_app.pbx import events, verbs
from ari_app.pbx.client import Client, Server
from ari_app.pbx.decoding import Connected, Disconnected
from ari_app.pbx.errors import Replaced
from ari_app.pbx.inbox import Inbox
from ari_app.pbx.results import Done, Gone

E = TypeVar("E")


class Caller(Protocol):
    """A caller whom the test has in its hands."""

    async def press(self, keys: str) -> None: ...
    async def leave(self) -> None: ...


class Stage(Protocol):
    """Where the contract plays. `news` collects what the client's general inbox would get."""

    client: Client
    server: Server
    prompt: str
    """A sound of a few seconds."""

    async def call(self) -> Caller:
        """Somebody dials the app's number."""


async def expect(inbox: Inbox, kind: type[E], limit: float = 5) -> E:
    """The next event of a kind; others before it are passed over."""
    async with asyncio.timeout(limit):
        while True:
            news = await inbox.get()
            if isinstance(news, kind):
                return news


async def arrive(stage: Stage) -> tuple[Caller, str, Inbox, events.StasisStart]:
    """A caller comes, is claimed, and stands in the app."""
    caller = await stage.call()
    offer = await expect(stage.client.news, events.CallBroadcast)
    inbox = stage.client.inbox(offer.channel.id)
    assert await stage.client.do(verbs.claim(offer.channel.id, stage.client.app)) == Done()
    start = await expect(inbox, events.StasisStart)
    await stage.client.do(verbs.answer(offer.channel.id))
    return caller, offer.channel.id, inbox, start


class AriContract:
    """Subclasses give the fixture `stage`."""

    async def test_a_call_is_offered_claimed_once_and_arrives(self, stage: Stage) -> None:
        caller, channel, inbox, start = await arrive(stage)
        assert start.args[0] == "in"
        assert start.channel.caller.number == "+8613800138000"
        second = await stage.client.do(verbs.claim(channel, stage.client.app))
        assert isinstance(second, Gone)
        inside = await stage.client.do(verbs.application(stage.client.app))
        assert inside and channel in inside.channel_ids
        await caller.leave()

    async def test_a_playback_starts_and_is_stopped_by_its_own_id(self, stage: Stage) -> None:
        caller, channel, inbox, _ = await arrive(stage)
        play = verbs.play(channel, [stage.prompt], playback=f"{channel}-p1", lang="en")
        made = await stage.client.do(play)
        assert made and made.id == f"{channel}-p1"
        started = await expect(inbox, events.PlaybackStarted)
        assert started.playback.target_uri == f"channel:{channel}"
        assert await stage.client.do(verbs.playback(made.id))
        assert await stage.client.do(verbs.stop_playback(made.id))
        ended = await expect(inbox, events.PlaybackFinished)
        assert ended.playback.id == made.id
        async with asyncio.timeout(1):  # Asterisk forgets it a moment after it has told its end
            while not isinstance(  # noqa: ASYNC110 - nothing announces it
                await stage.client.do(verbs.stop_playback(made.id)), Gone
            ):
                await asyncio.sleep(0.01)
        await caller.leave()

    async def test_keys_are_told_in_order(self, stage: Stage) -> None:
        caller, channel, inbox, _ = await arrive(stage)
        await stage.client.do(verbs.start_silence(channel))
        await caller.press("10*#")
        keys = [(await expect(inbox, events.ChannelDtmfReceived)).digit for _ in range(4)]
        assert keys == list("10*#")
        await caller.leave()

    async def test_a_recording_is_stopped_and_kept(self, stage: Stage) -> None:
        caller, channel, inbox, _ = await arrive(stage)
        name = f"{channel}-clip"
        assert await stage.client.do(verbs.record(channel, name, max_seconds=20))
        await expect(inbox, events.RecordingStarted)
        assert await stage.client.do(verbs.stop_recording(name))
        ended = await expect(inbox, events.RecordingFinished)
        assert (ended.recording.name, ended.recording.state) == (name, "done")
        assert isinstance(await stage.client.do(verbs.live_recording(name)), Gone)
        await caller.leave()

    async def test_the_end_is_told_to_who_subscribed(self, stage: Stage) -> None:
        caller, channel, inbox, _ = await arrive(stage)
        assert await stage.client.do(verbs.subscribe(stage.client.app, channel))
        await caller.leave()
        ended = await expect(inbox, events.ChannelDestroyed)
        assert (ended.channel.id, ended.cause) == (channel, 16)
        assert isinstance(await stage.client.do(verbs.channel(channel)), Gone)

    async def test_hanging_up_ends_the_channel(self, stage: Stage) -> None:
        _, channel, inbox, _ = await arrive(stage)
        await stage.client.do(verbs.subscribe(stage.client.app, channel))
        assert await stage.client.do(verbs.hang_up(channel))
        await expect(inbox, events.ChannelDestroyed)
        inside = await stage.client.do(verbs.channels())
        assert channel not in [there.id for there in inside or ()]

    async def test_a_channel_that_continues_leaves_the_app(self, stage: Stage) -> None:
        caller, channel, inbox, _ = await arrive(stage)
        assert await stage.client.do(verbs.continue_(channel, "wait", "s"))
        await expect(inbox, events.StasisEnd)
        play = verbs.play(channel, [stage.prompt], playback=f"{channel}-p9", lang="en")
        assert isinstance(await stage.client.do(play), Gone)
        there = await stage.client.do(verbs.channel(channel))
        assert there and there.dialplan.app_name != "StasisBroadcast"
        await caller.leave()

    async def test_a_snoop_enters_the_app_under_its_own_id(self, stage: Stage) -> None:
        caller, channel, _, _ = await arrive(stage)
        with stage.client.inbox(f"{channel}-ear") as inbox:
            snoop = verbs.snoop(channel, snoop=f"{channel}-ear", app=stage.client.app, spy="both")
            assert await stage.client.do(snoop)
            start = await expect(inbox, events.StasisStart)
            assert start.channel.id == f"{channel}-ear"
        await stage.client.do(verbs.hang_up(f"{channel}-ear"))
        await caller.leave()

    async def test_what_is_not_there_is_a_value(self, stage: Stage) -> None:
        for verb in (
            verbs.answer("nobody"),
            verbs.hang_up("nobody"),
            verbs.continue_("nobody", "wait", "s"),
            verbs.ring("nobody"),
            verbs.start_music("nobody"),
            verbs.stop_music("nobody"),
            verbs.start_silence("nobody"),
            verbs.send_keys("nobody", "1", between_ms=100, duration_ms=100),
            verbs.play("nobody", [stage.prompt], playback="p", lang="en"),
            verbs.record("nobody", "r", max_seconds=1),
            verbs.stop_recording("nothing"),
            verbs.playback("nothing"),
            verbs.variable("nobody", "CALLID"),
            verbs.arm_timer("nobody", 10),
            verbs.subscribe(stage.client.app, "nobody"),
            verbs.application("nothing"),
            verbs.claim("nobody", stage.client.app),
            verbs.snoop("nobody", snoop="s", app=stage.client.app, spy="in"),
            verbs.originate("lost", "PJSIP/1@nowhere", app=stage.client.app),
        ):
            assert isinstance(await stage.client.do(verb), Gone), verb

    async def test_variables_are_read_and_missing_ones_are_gone(self, stage: Stage) -> None:
        caller, channel, _, _ = await arrive(stage)
        assert await stage.client.do(verbs.arm_timer(channel, 60)) == Done()
        assert isinstance(await stage.client.do(verbs.variable(channel, "NO_SUCH")), Gone)
        await caller.leave()

    async def test_after_a_break_the_socket_is_back_and_calls_are_still_there(
        self, stage: Stage
    ) -> None:
        caller, channel, inbox, _ = await arrive(stage)
        await break_socket(stage.client)
        await expect(inbox, Disconnected)
        await expect(inbox, Connected)
        assert await stage.client.do(verbs.start_silence(channel)) == Done()
        await caller.press("5")
        assert (await expect(inbox, events.ChannelDtmfReceived)).digit == "5"
        await caller.leave()

    async def test_a_second_process_takes_the_name_over(self, stage: Stage) -> None:
        first, second = Client(stage.server, "twice"), Client(stage.server, "twice")
        running = tasks.start(first.run(), name="first")
        await first.wait_connected()
        other = tasks.start(second.run(), name="second")
        async with asyncio.timeout(5):
            outcome = await asyncio.gather(running, return_exceptions=True)
        assert isinstance(outcome[0], Replaced)
        other.cancel()
        await asyncio.wait([other])


async def break_socket(client: Client) -> None:
    link = client._link
    assert link is not None
    await link.close()
