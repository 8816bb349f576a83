"""What the app may ask of Asterisk over ARI, as values; `Client.do` carries them out.

Every verb is in Asterisk's own API description (checked by a test). Setting a variable
and adding a channel to a bridge are missing on purpose: during a prompt either one blocks
the event socket, and with it all calls, until the prompt ends. Variables go by AMI
(`Ami.set_variable`); the one exception, the dead-man's timer, goes by HTTP.
Ids of channels, playbacks, recordings and snoops are chosen by the caller, who opens an
inbox for them first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from ari_app.pbx.decoding import decode
from ari_app.pbx.events import Application, Bridge, Channel, LiveRecording, Playback
from ari_app.pbx.results import Done

T = TypeVar("T")

GONE = frozenset({404, 409, 412, 422})


def _nothing(_: bytes) -> Done:
    return Done()


def _one(kind: type[T]) -> Callable[[bytes], T]:
    return lambda answer: decode(kind, json.loads(answer))


def _list(kind: type[T]) -> Callable[[bytes], tuple[T, ...]]:
    return lambda answer: tuple(decode(kind, item) for item in json.loads(answer))


def _value(answer: bytes) -> str:
    return str(json.loads(answer)["value"])


def _startup(answer: bytes) -> datetime:
    return datetime.fromisoformat(json.loads(answer)["status"]["startup_time"])


@dataclass(frozen=True, slots=True)
class Verb(Generic[T]):
    """One request: its path template and parameters are named as in Asterisk's description."""

    method: str
    template: str
    read: Callable[[bytes], T]
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    http: bool = False
    gone: frozenset[int] = GONE

    @property
    def uri(self) -> str:
        """The path with its ids, without a leading slash."""
        ids = {name: quote(value, safe="") for name, value in self.path.items()}
        return self.template.lstrip("/").format(**ids)


def _given(**query: str | int | None) -> dict[str, str]:
    return {name: str(value) for name, value in query.items() if value is not None}


def _channel(method: str, act: str, channel: str, **query: str | int | None) -> Verb[Done]:
    template = f"/channels/{{channelId}}/{act}".rstrip("/")
    return Verb(method, template, _nothing, {"channelId": channel}, _given(**query))


def ping() -> Verb[Done]:
    return Verb("GET", "/asterisk/ping", _nothing)


def born() -> Verb[datetime]:
    """When this Asterisk process began; asked before the event socket is open, so over HTTP."""
    query = _given(only="status")
    return Verb("GET", "/asterisk/info", _startup, query=query, http=True)


def claim(channel: str, app: str) -> Verb[Done]:
    """Take a call that a `CallBroadcast` offers; `Gone` if another was faster or it left."""
    query = _given(channelId=channel, application=app)
    return Verb("POST", "/events/claim", _nothing, query=query)


def answer(channel: str) -> Verb[Done]:
    return _channel("POST", "answer", channel)


def hang_up(channel: str, reason: str = "normal") -> Verb[Done]:
    return _channel("DELETE", "", channel, reason=reason)


def continue_(channel: str, context: str, exten: str, priority: int = 1) -> Verb[Done]:
    """Back to the dialplan. During a prompt the channel leaves only at its end: stop it first."""
    return _channel(
        "POST", "continue", channel, context=context, extension=exten, priority=priority
    )


def ring(channel: str) -> Verb[Done]:
    return _channel("POST", "ring", channel)


def start_music(channel: str, music_class: str | None = None) -> Verb[Done]:
    return _channel("POST", "moh", channel, mohClass=music_class)


def stop_music(channel: str) -> Verb[Done]:
    return _channel("DELETE", "moh", channel)


def start_silence(channel: str) -> Verb[Done]:
    """Send silent audio: without it an idle channel sends nothing and recordings stand still."""
    return _channel("POST", "silence", channel)


def hold(channel: str) -> Verb[Done]:
    return _channel("POST", "hold", channel)


def unhold(channel: str) -> Verb[Done]:
    return _channel("DELETE", "hold", channel)


def send_keys(channel: str, keys: str, *, between_ms: int, duration_ms: int) -> Verb[Done]:
    return _channel("POST", "dtmf", channel, dtmf=keys, between=between_ms, duration=duration_ms)


def refer(channel: str, endpoint: str) -> Verb[Done]:
    """Ask the far end to call `endpoint` instead (SIP REFER: a desk phone's blind transfer)."""
    return _channel("POST", "redirect", channel, endpoint=endpoint)


def play(
    channel: str, media: Sequence[str], *, playback: str, lang: str, offset_ms: int | None = None
) -> Verb[Playback]:
    """Play one list of media; a second `play` waits for the first to end."""
    path = {"channelId": channel, "playbackId": playback}
    query = _given(media=",".join(media), lang=lang, offsetms=offset_ms)
    return Verb("POST", "/channels/{channelId}/play/{playbackId}", _one(Playback), path, query)


def playback(playback: str) -> Verb[Playback]:
    return Verb("GET", "/playbacks/{playbackId}", _one(Playback), {"playbackId": playback})


def stop_playback(playback: str) -> Verb[Done]:
    return Verb("DELETE", "/playbacks/{playbackId}", _nothing, {"playbackId": playback})


def record(
    channel: str,
    name: str,
    *,
    max_seconds: int,
    max_silence_seconds: int = 0,
    terminate_on: str = "none",
    beep: bool = False,
    format: str = "wav",
    if_exists: str = "fail",
) -> Verb[LiveRecording]:
    """Record what the channel says; zero means no limit. `name` may hold folders. `if_exists` is
    fail, overwrite or append."""
    query = _given(
        name=name,
        format=format,
        maxDurationSeconds=max_seconds,
        maxSilenceSeconds=max_silence_seconds,
        terminateOn=terminate_on,
        beep=str(beep).lower(),
        ifExists=if_exists,
    )
    path = {"channelId": channel}
    return Verb("POST", "/channels/{channelId}/record", _one(LiveRecording), path, query)


def live_recording(name: str) -> Verb[LiveRecording]:
    """`Gone` once it has ended."""
    path = {"recordingName": name}
    return Verb("GET", "/recordings/live/{recordingName}", _one(LiveRecording), path)


def stop_recording(name: str) -> Verb[Done]:
    """End a live recording and keep it."""
    path = {"recordingName": name}
    return Verb("POST", "/recordings/live/{recordingName}/stop", _nothing, path)


def subscribe(app: str, channel: str) -> Verb[Done]:
    """Hear of a channel that is not in the app: before `continue_`, and of an agent's leg. The
    answer names all that the app hears of, which nobody reads."""
    path, query = {"applicationName": app}, {"eventSource": f"channel:{channel}"}
    template = "/applications/{applicationName}/subscription"
    return Verb("POST", template, _nothing, path, query)


def silence_events(app: str, types: Sequence[str]) -> Verb[Application]:
    """Ask Asterisk not to send these types; it forgets that with the last connection."""
    template = "/applications/{applicationName}/eventFilter"
    body = {"disallowed": [{"type": name} for name in types]}
    return Verb("PUT", template, _one(Application), {"applicationName": app}, body=body)


def application(app: str) -> Verb[Application]:
    path = {"applicationName": app}
    return Verb("GET", "/applications/{applicationName}", _one(Application), path)


def channels() -> Verb[tuple[Channel, ...]]:
    return Verb("GET", "/channels", _list(Channel))


def channel(channel: str) -> Verb[Channel]:
    return Verb("GET", "/channels/{channelId}", _one(Channel), {"channelId": channel})


def bridges() -> Verb[tuple[Bridge, ...]]:
    return Verb("GET", "/bridges", _list(Bridge))


def variable(channel: str, name: str) -> Verb[str]:
    """The value of a channel variable or function; `Gone` also when it is not set."""
    path, query = {"channelId": channel}, {"variable": name}
    return Verb("GET", "/channels/{channelId}/variable", _value, path, query)


def snoop(
    channel: str, *, snoop: str, app: str, spy: str = "none", whisper: str = "none"
) -> Verb[Channel]:
    """Listen to or speak into a channel by a second one that enters the app as `snoop`."""
    path = {"channelId": channel, "snoopId": snoop}
    query = _given(app=app, spy=spy, whisper=whisper)
    return Verb("POST", "/channels/{channelId}/snoop/{snoopId}", _one(Channel), path, query)


def originate(
    channel: str,
    endpoint: str,
    *,
    app: str,
    caller_id: str | None = None,
    timeout: int = 30,
    variables: Mapping[str, str] | None = None,
) -> Verb[Channel]:
    """Call `endpoint`; it enters the app when it answers. `Gone` if there is no such endpoint.

    By HTTP: it may wait for a resolver, and requests on the socket wait for each other.
    """
    query = _given(endpoint=endpoint, app=app, callerId=caller_id, timeout=timeout)
    body = {"variables": dict(variables or {})}
    path = {"channelId": channel}
    template = "/channels/{channelId}"
    return Verb("POST", template, _one(Channel), path, query, body, True, GONE | {500})


def dial(
    channel: str, endpoint: str, context: str, exten: str, *, timeout: int,
    caller_id: str | None = None, variables: Mapping[str, str] | None = None,
) -> Verb[Channel]:  # fmt: skip
    """Call `endpoint`; when it answers it goes to a place in the dialplan. By HTTP, and `Gone`, as
    `originate`."""
    query = _given(
        endpoint=endpoint, context=context, extension=exten, priority=1, callerId=caller_id,
        timeout=timeout,
    )  # fmt: skip
    body = {"variables": dict(variables or {})}
    path, template = {"channelId": channel}, "/channels/{channelId}"
    return Verb("POST", template, _one(Channel), path, query, body, True, GONE | {500})


def arm_timer(channel: str, seconds: int) -> Verb[Done]:
    """Set the dead-man's timer while AMI is away; by HTTP, where a prompt blocks only itself."""
    path = {"channelId": channel}
    query = _given(variable="TIMEOUT(absolute)", value=seconds)
    return Verb("POST", "/channels/{channelId}/variable", _nothing, path, query, http=True)


def reload_module(name: str) -> Verb[Done]:
    return Verb("PUT", "/asterisk/modules/{moduleName}", _nothing, {"moduleName": name})
