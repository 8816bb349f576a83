"""An Asterisk for the client's tests: one process, no sound, and it lies on request.

It keeps the contract of `ari_contract.py`, which runs against the real Asterisk as well.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from aiohttp import WSCloseCode, WSMsgType, web

from ari_app.pbx.client import Server

WHEN = "2026-11-24T07:43:46.123+0000"
Reply = tuple[int, Any]


@dataclass
class FakeChannel:
    """A channel: where it is and what the app does with it."""

    id: str
    caller: str = ""
    args: list[str] = field(default_factory=list)
    in_app: bool = False
    offered: bool = False
    playing: list[str] = field(default_factory=list)
    recording: str = ""
    name: str = ""
    exten: str = "100"
    context: str = "from-trunk"
    created: str = WHEN

    def json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "protocol_id": "",
            "name": self.name or f"PJSIP/trunk-{self.id}",
            "state": "Up",
            "caller": {"name": "", "number": self.caller},
            "connected": {"name": "", "number": ""},
            "accountcode": "",
            "dialplan": {
                "context": self.context,
                "exten": self.exten,
                "priority": 2,
                "app_name": "StasisBroadcast" if self.in_app else "Dial",
                "app_data": "",
            },
            "creationtime": self.created,
            "language": "en",
        }


class FakeAri:
    """Channels, playbacks and recordings of one Asterisk with one app."""

    def __init__(self) -> None:
        self.channels: dict[str, FakeChannel] = {}
        self.playbacks: dict[str, str] = {}
        self.recordings: dict[str, str] = {}
        self.variables: dict[tuple[str, str], str] = {}
        self.bridges: list[tuple[str, ...]] = []
        self.dialled = "100"
        self.watched: set[str] = set()
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.silenced: list[str] = []
        self.frozen = False
        self.mute = False
        """Obeys what comes over the socket, but its answers are lost."""
        self.born = WHEN
        self._told = 0
        self.connections = 0
        self._socket: web.WebSocketResponse | None = None
        self._app = ""
        self._calls = 0

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """The event socket, with requests over it; a newer one takes the place of an older."""
        if self._socket is not None and not self._socket.closed:
            await self._event({"type": "ApplicationReplaced"})
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._socket, self._app = socket, request.query["app"]
        self.connections += 1
        async for message in socket:
            if message.type is WSMsgType.TEXT and not self.frozen:
                await self._over_socket(socket, json.loads(message.data))
        return socket

    async def _over_socket(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> None:
        query = {item["name"]: item["value"] for item in asked.get("query_strings", [])}
        body = json.loads(asked.get("message_body", "{}"))
        status, answer = await self.answer(asked["method"], asked["uri"], query, body)
        if self.mute:
            return
        await socket.send_json(
            {
                "type": "RESTResponse",
                "transaction_id": asked["transaction_id"],
                "request_id": asked["request_id"],
                "status_code": status,
                "reason_phrase": "OK" if status < 300 else "No",
                "uri": asked["uri"],
                "message_body": "" if answer is None else json.dumps(answer),
            }
        )

    async def http(self, request: web.Request) -> web.Response:
        """The same requests over HTTP."""
        uri = request.rel_url.raw_path.removeprefix("/ari/")
        body = await request.json() if request.can_read_body else {}
        status, answer = await self.answer(request.method, uri, dict(request.query), body)
        if isinstance(answer, bytes):
            return web.Response(status=status, body=answer)
        return web.json_response(answer, status=status)

    async def answer(
        self, method: str, uri: str, query: dict[str, str], body: Mapping[str, Any]
    ) -> Reply:
        """Status and JSON for one request."""
        self.requests.append((method, uri, query))
        match [method, *(unquote(part) for part in uri.split("/"))]:
            case ["GET", "asterisk", "info"]:
                return 200, {"status": {"startup_time": self.born, "last_reload_time": WHEN}}
            case ["GET", "asterisk", "ping"]:
                return 200, {"ping": "pong", "asterisk_id": "02", "timestamp": WHEN}
            case ["PUT", "asterisk", "modules", _]:
                return 204, None
            case ["POST", "events", "claim"]:
                return await self._claim(query["channelId"])
            case ["PUT", "applications", name, "eventFilter"]:
                self.silenced = [entry["type"] for entry in body["disallowed"]]
                return 200, self._application(name)
            case [_, "applications", name, *rest]:
                return self._of_application(method, name, rest, query)
            case ["GET", "bridges"]:
                return 200, [bridge_of(pair) for pair in self.bridges]
            case ["GET", "channels"]:
                return 200, [channel.json() for channel in self.channels.values()]
            case [_, "playbacks", name]:
                return await self._of_playback(method, name)
            case [_, "recordings", *rest]:
                return await self._of_recording(method, rest)
            case ["POST", "channels", ident] if "endpoint" in query:
                return await self._originate(ident, query)
            case [_, "channels", ident, *rest]:
                return await self._of_channel(method, ident, rest, query)
        return 404, {"message": "Invalid path"}

    async def _claim(self, ident: str) -> Reply:
        channel = self.channels.get(ident)
        if channel is None:
            return 404, {"message": "Channel not found"}
        if not channel.offered:
            return 409, {"message": "Channel already claimed"}
        channel.offered, channel.in_app = False, True
        await self._event({"type": "StasisStart", "args": channel.args}, channel)
        return 204, None

    def _application(self, name: str) -> dict[str, Any]:
        inside = [channel.id for channel in self.channels.values() if channel.in_app]
        return {"name": name, "channel_ids": inside, "bridge_ids": [], "endpoint_ids": []}

    def _of_application(
        self, method: str, name: str, rest: list[str], query: dict[str, str]
    ) -> Reply:
        if name != self._app:
            return 404, {"message": "Application not found"}
        if rest == ["subscription"]:
            ident = query["eventSource"].partition(":")[2]
            if ident not in self.channels:
                return 422, {"message": "Event source does not exist"}
            self.watched.add(ident)
        return 200, self._application(name)

    async def _of_playback(self, method: str, name: str) -> Reply:
        if name not in self.playbacks:
            return 404, {"message": "Playback not found"}
        if method == "DELETE":
            await self.finish_playback(name)
            return 204, None
        return 200, self._playback(name, "playing")

    async def _of_recording(self, method: str, rest: list[str]) -> Reply:
        match [method, *rest]:
            case ["GET", "live", name] if any(c.recording == name for c in self.channels.values()):
                return 200, self._recording(name, "", "recording")
            case ["POST", "live", name, "stop"] if name in self.recordings.values():
                await self._end_recording(name)
                return 204, None
        return 404, {"message": "Recording not found"}

    async def _end_recording(self, name: str) -> None:
        channel = next(c for c in self.channels.values() if c.recording == name)
        channel.recording = ""
        recording = self._recording(name, channel.id, "done") | {"duration": 1}
        await self._event({"type": "RecordingFinished", "recording": recording})

    async def _originate(self, ident: str, query: dict[str, str]) -> Reply:
        if not query["endpoint"].endswith("@trunk"):
            return 500, {"message": "Allocation failed"}
        channel = FakeChannel(ident, query.get("callerId", ""), [], in_app=True)
        self.channels[ident] = channel
        self.watched.add(ident)
        await self._event({"type": "StasisStart", "args": []}, channel)
        return 200, channel.json()

    async def _of_channel(
        self, method: str, ident: str, rest: list[str], query: dict[str, str]
    ) -> Reply:
        channel = self.channels.get(ident)
        if channel is None:
            return 404, {"message": "Channel not found"}
        match [method, *rest]:
            case ["GET"]:
                return 200, channel.json()
            case ["DELETE"]:
                await self.hang_up(ident)
                return 204, None
            case ["GET", "variable"]:
                return self._variable(ident, query["variable"])
            case ["POST", "variable"]:
                self.variables[ident, query["variable"]] = query["value"]
                return 204, None
        if not channel.in_app:
            return 409, {"message": "Channel not in Stasis application"}
        return await self._in_app(method, channel, rest, query)

    async def _in_app(
        self, method: str, channel: FakeChannel, rest: list[str], query: dict[str, str]
    ) -> Reply:
        match [method, *rest]:
            case ["POST", "continue"]:
                channel.in_app, channel.context = False, query["context"]
                await self._event({"type": "StasisEnd"}, channel)
                return 204, None
            case ["POST", "play", name]:
                return await self._play(channel, name)
            case ["POST", "record"]:
                return await self._record(channel, query)
            case ["POST", "snoop", name]:
                self.channels[name] = FakeChannel(name, in_app=True)
                await self._event({"type": "StasisStart", "args": []}, self.channels[name])
                return 200, self.channels[name].json()
        return 204, None

    async def _play(self, channel: FakeChannel, name: str) -> Reply:
        self.playbacks[name] = channel.id
        channel.playing.append(name)
        playing = self._playback(name, "playing")
        await self._event({"type": "PlaybackStarted", "playback": playing})
        return 201, self._playback(name, "queued")

    async def _record(self, channel: FakeChannel, query: dict[str, str]) -> Reply:
        name = query["name"]
        if name in self.recordings and query.get("ifExists", "fail") == "fail":
            return 409, {"message": "Recording exists"}
        channel.recording = name
        self.recordings[name] = name
        recording = self._recording(name, channel.id, "recording")
        await self._event({"type": "RecordingStarted", "recording": recording})
        return 201, self._recording(name, channel.id, "queued")

    def _variable(self, ident: str, name: str) -> Reply:
        value = self.variables.get((ident, name))
        if value is None:
            return 404, {"message": "Provided variable was not found"}
        return 200, {"value": value}

    def _playback(self, name: str, state: str) -> dict[str, Any]:
        target = f"channel:{self.playbacks[name]}"
        return {
            "id": name, "media_uri": "sound:x", "target_uri": target, "language": "en",
            "state": state,
        }  # fmt: skip

    def _recording(self, name: str, ident: str, state: str) -> dict[str, Any]:
        return {"name": name, "format": "wav", "target_uri": f"channel:{ident}", "state": state}

    async def _event(self, event: dict[str, Any], channel: FakeChannel | None = None) -> None:
        self._told += 1
        at = datetime.fromisoformat(WHEN) + timedelta(milliseconds=self._told)
        event |= {"timestamp": at.isoformat(), **event}
        event |= {"application": self._app, "asterisk_id": "02"}
        if channel is not None:
            event["channel"] = channel.json()
        if self._socket is not None and not self._socket.closed:
            await self._socket.send_json(event)

    # What the tests make happen.

    async def call(
        self, caller: str = "+8613800138000", args: tuple[str, ...] = (), comes: str = "in"
    ) -> str:
        """A call is offered to the app, or (`comes` full) one too many; its channel id."""
        self._calls += 1
        ident = f"n1-{self._calls}.0"
        came = [comes, f"{ident}%40fake", *args]
        channel = FakeChannel(ident, caller, came, offered=True, exten=self.dialled)
        self.channels[ident] = channel
        offer = {"type": "CallBroadcast", "caller": caller, "called": "100"}
        await self._event(offer, channel)
        return ident

    async def comes_back(self, ident: str, *args: str) -> None:
        """The dialplan sends a channel into the app again."""
        channel = self.channels[ident]
        channel.offered, channel.in_app, channel.args = True, False, list(args)
        await self._event({"type": "CallBroadcast", "caller": "", "called": ""}, channel)

    async def tell(self, kind: str, channel: str = "", **fields: Any) -> None:
        """An event of that type, about a channel where one is named."""
        await self._event({"type": kind, **fields}, self.channels.get(channel))

    async def press(self, ident: str, keys: str) -> None:
        for key in keys:
            event = {"type": "ChannelDtmfReceived", "digit": key, "duration_ms": 100}
            await self._event(event, self.channels[ident])

    async def finish_playback(self, name: str) -> None:
        done = self._playback(name, "done")
        self.channels[self.playbacks.pop(name)].playing.remove(name)
        await self._event({"type": "PlaybackFinished", "playback": done})

    async def hang_up(self, ident: str) -> None:
        channel = self.channels[ident]
        for name in list(channel.playing):
            await self.finish_playback(name)
        del self.channels[ident]
        if channel.in_app:
            await self._event({"type": "ChannelHangupRequest", "cause": 16}, channel)
            await self._event({"type": "StasisEnd"}, channel)
        if ident in self.watched:
            event = {"type": "ChannelDestroyed", "cause": 16, "cause_txt": "Normal Clearing"}
            await self._event(event, channel)

    async def say(self, text: str) -> None:
        """Send something of no or an unexpected shape."""
        assert self._socket is not None
        await self._socket.send_str(text)

    async def drop(self) -> None:
        """Close the event socket."""
        assert self._socket is not None
        await self._socket.close(code=WSCloseCode.GOING_AWAY)


def bridge_of(channels: tuple[str, ...]) -> dict[str, Any]:
    """A bridge in which these channels talk."""
    return {
        "id": "-".join(channels), "technology": "simple_bridge", "bridge_type": "mixing",
        "bridge_class": "basic", "creator": "", "name": "", "channels": list(channels),
        "creationtime": WHEN,
    }  # fmt: skip


@asynccontextmanager
async def fake_ari(
    port: int = 0, fake: FakeAri | None = None
) -> AsyncIterator[tuple[FakeAri, Server]]:
    """A running fake, and where it is."""
    fake = fake or FakeAri()
    app = web.Application()
    app.router.add_get("/ari/events", fake.socket)
    app.router.add_route("*", "/ari/{path:.*}", fake.http)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield fake, Server("127.0.0.1", port, "app", "secret")
    finally:
        await asyncio.shield(runner.cleanup())
