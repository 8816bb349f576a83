"""`FakeAri` with a dialplan behind it and callers before it: whole calls, in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ari_app import tasks
from tests.fakes.ami_server import FakeAmi
from tests.fakes.ari_server import FakeAri, FakeChannel, Reply

TALK = "talk-"


class Dialplan(FakeAri):
    """Callers hear every prompt in no time and press `keys[PROMPT]`; phones are what `statuses`
    says of them (default: they answer and hang up)."""

    def __init__(self) -> None:
        super().__init__()
        self.dialled = "5550101"
        self.keys: dict[str, str] = {}
        self.statuses: dict[str, str] = {}
        self.heard: dict[str, list[str]] = {}
        self.silent: set[str] = set()
        """Prompts that go on until they are stopped."""
        self._legs = 0

    async def _of_channel(
        self, method: str, ident: str, rest: list[str], query: dict[str, str]
    ) -> Reply:
        done = await super()._of_channel(method, ident, rest, query)
        channel = self.channels.get(ident)
        if channel is not None and done[0] < 300:
            if rest[:1] == ["play"] and method == "POST":
                tasks.start(self._hear(channel, rest[1], query["media"]), name="caller hears")
            elif rest == ["continue"]:
                tasks.start(self._go(channel, query), name="dialplan")
            elif rest == ["record"]:
                tasks.start(self._end_recording(query["name"]), name="caller has spoken")
        return done

    async def _hear(self, channel: FakeChannel, playback: str, media: str) -> None:
        names = [each.rpartition("/")[2] for each in media.split(",")]
        self.heard.setdefault(channel.id, []).extend(names)
        for name in names:
            if name in self.keys and channel.id in self.channels:
                await self.press(channel.id, self.keys[name])
        if playback in self.playbacks and not self.silent & set(names):
            await self.finish_playback(playback)

    async def _go(self, channel: FakeChannel, query: Mapping[str, str]) -> None:
        context = query["context"]
        if context == "line-recorded":
            await self.comes_back(channel.id, "recording", "0x1")
        elif context.startswith(TALK):
            await self.ring(channel, query["extension"])
        elif context == "resumed":
            await self.comes_back(channel.id, "resumed", "")
        elif context == "leave":
            await self.hang_up(channel.id)

    async def comes_back(self, ident: str, *args: str) -> None:
        """As the dialplan does after a talk: it has counted it, and knows how it ended."""
        if args[0] == "after":
            self.variables.setdefault((ident, "TALK"), "1")
            self.variables[ident, "DIALSTATUS"] = args[1]
        await super().comes_back(ident, *args)

    async def ring(self, caller: FakeChannel, phone: str) -> None:
        """Dial one phone; the caller is back in the app at the end."""
        talks = int(self.variables.get((caller.id, "TALK"), "0"))
        self.variables[caller.id, "TALK"] = str(talks + 1)
        self._legs += 1
        leg = FakeChannel(f"n1-{self._legs}.9", name=f"PJSIP/{phone}-0000000{self._legs}")
        self.channels[leg.id] = leg
        status = self.statuses.get(phone, "ANSWER")
        told: dict[str, Any] = {"caller": caller.json(), "peer": leg.json()}
        await self.tell("Dial", **told, dialstatus="")
        if status == "ANSWER":
            await self.tell("Dial", **told, dialstatus="ANSWER")
        if status != "HOLDS":
            await self.comes_back(caller.id, "after", status)


class Door(FakeAmi):
    """An AMI by which callers are sent on in that dialplan."""

    def __init__(self, ari: Dialplan) -> None:
        super().__init__()
        self._ari = ari

    async def _answer(self, action: dict[str, str], writer: Any) -> None:
        self.channels = set(self._ari.channels)
        await super()._answer(action, writer)
        if action["Action"] == "Redirect":
            channel = self._ari.channels[action["Channel"]]
            channel.in_app, channel.context = False, action["Context"]
            await self._ari.tell("StasisEnd", channel.id)
            if action["Context"] == "resumed":
                await self._ari.comes_back(channel.id, "resumed", "")
            elif action["Context"] == "from-trunk":
                await self._ari.comes_back(channel.id, "in", self._ari.dialled)
