"""Connects a telephone's channel with the sound of this process: a bridge of its own and an
RTP stream.

These verbs are the outside's alone. In the app, whose calls share one event socket, moving
channels between bridges can block all of them; here each request goes by HTTP.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from ari_app.outside.media import Address
from ari_app.pbx import verbs
from ari_app.pbx.client import Client
from ari_app.pbx.results import Done, Gone
from ari_app.pbx.verbs import Verb


def _nothing(_: bytes) -> Done:
    return Done()


def _address(answer: bytes) -> Address:
    known: Mapping[str, str] = json.loads(answer)["channelvars"]
    return known["UNICASTRTP_LOCAL_ADDRESS"], int(known["UNICASTRTP_LOCAL_PORT"])


def external_media(channel: str, app: str, host: str, port: int) -> Verb[Address]:
    """A channel that carries RTP to `port`; where it listens itself."""
    query = {
        "channelId": channel,
        "app": app,
        "external_host": f"{host}:{port}",
        "format": "ulaw",
    }
    return Verb("POST", "/channels/externalMedia", _address, query=query, http=True)


def create_bridge(bridge: str) -> Verb[Done]:
    path, query = {"bridgeId": bridge}, {"type": "mixing"}
    return Verb("POST", "/bridges/{bridgeId}", _nothing, path, query, http=True)


def destroy_bridge(bridge: str) -> Verb[Done]:
    return Verb("DELETE", "/bridges/{bridgeId}", _nothing, {"bridgeId": bridge}, http=True)


def add_channel(bridge: str, channel: str) -> Verb[Done]:
    path, query = {"bridgeId": bridge}, {"channel": channel}
    template = "/bridges/{bridgeId}/addChannel"
    return Verb("POST", template, _nothing, path, query, http=True)


class Wiring:
    """The bridge and the RTP channel of one telephone."""

    def __init__(self, client: Client, channel: str) -> None:
        self._client = client
        # Not "CHANNEL-voice": Asterisk refuses to make a channel whose id begins another one's.
        self._bridge = f"bridge-{channel}"
        self.voice = f"voice-{channel}"
        self._channel = channel

    async def lay(self, host: str, port: int) -> Address | Gone:
        """Make ready before the call is answered; where to send sound. The caller waits for the
        `StasisStart` of `voice` before he connects."""
        await self._client.do(create_bridge(self._bridge))
        return await self._client.do(external_media(self.voice, self._client.app, host, port))

    async def connect(self) -> None:
        for channel in (self.voice, self._channel):
            await self._client.do(add_channel(self._bridge, channel))

    async def remove(self) -> None:
        await self._client.do(verbs.hang_up(self.voice))
        await self._client.do(destroy_bridge(self._bridge))
