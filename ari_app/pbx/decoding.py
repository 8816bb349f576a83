"""From ARI's JSON to the classes of `events.py`, by their type hints.

An event that has no class, or not the shape its class promises, becomes `Unknown`:
no surprise of Asterisk may end the task that reads the socket.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from ari_app.pbx import events

T = TypeVar("T")
Decode = Callable[[Any], Any]

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event without a class, or with an unexpected shape."""

    type: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Connected:
    """The event socket is open (again). Whatever happened before is not told: compare. `reborn`:
    Asterisk is another process than at the last connection, so all that was up in it is gone."""

    reborn: bool = False


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The event socket is lost; until `Connected` nothing is heard."""

    reason: str


News = events.Event | Unknown | Connected | Disconnected


def decode(kind: type[T], raw: Any) -> T:
    """`raw` JSON as an instance of a class of `events.py`; ValueError if it does not fit."""
    made: T = _decoder(kind)(raw)
    return made


def event(raw: Mapping[str, Any]) -> events.Event | Unknown:
    """The event in a message of the socket."""
    name = str(raw.get("type"))
    kind = _KINDS.get(name)
    if kind is None:
        return Unknown(name, raw)
    try:
        return decode(kind, raw)
    except ValueError:
        return Unknown(name, raw)


def subjects(news: News) -> set[str]:
    """Ids of the channels and bridges that an event is about."""
    if isinstance(news, Unknown):
        return {str(part["id"]) for part in news.raw.values() if _has_id(part)}
    if isinstance(news, events.Event):
        parts = (getattr(news, field.name) for field in fields(news))
        return {ident for part in parts if (ident := _subject(part))}
    return set()


def _has_id(part: Any) -> bool:
    return isinstance(part, Mapping) and "id" in part


def _subject(part: Any) -> str:
    if isinstance(part, events.Channel | events.Bridge):
        return part.id
    if isinstance(part, events.Playback | events.LiveRecording):
        return part.target_uri.partition(":")[2]
    return ""


def _record(kind: type[Any]) -> Decode:
    hints = typing.get_type_hints(kind)
    plan = [(field.name, _decoder(hints[field.name])) for field in fields(kind)]

    def read(raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            raise ValueError(f"{kind.__name__} expected")
        return kind(**{name: make(raw.get(name, _MISSING)) for name, make in plan})

    return read


def _scalar(kind: type[Any]) -> Decode:
    def read(raw: Any) -> Any:
        if not isinstance(raw, kind):
            raise ValueError(f"{kind.__name__} expected")
        return raw

    return read


def _instant(raw: Any) -> datetime:
    if not isinstance(raw, str):
        raise ValueError("instant expected")
    return datetime.fromisoformat(raw)


def _many(item: Decode) -> Decode:
    def read(raw: Any) -> Any:
        if not isinstance(raw, list):
            raise ValueError("list expected")
        return tuple(item(entry) for entry in raw)

    return read


def _optional(inner: Decode) -> Decode:
    def read(raw: Any) -> Any:
        return None if raw is None or raw is _MISSING else inner(raw)

    return read


_decoders: dict[Any, Decode] = {datetime: _instant}


def _decoder(hint: Any) -> Decode:
    if hint not in _decoders:
        _decoders[hint] = _build(hint)
    return _decoders[hint]


def _build(hint: Any) -> Decode:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        return _optional(_decoder(arguments[0]))
    if origin is tuple:
        return _many(_decoder(arguments[0]))
    if origin is not None:
        return _scalar(origin)
    return _record(hint) if hint.__module__ == events.__name__ else _scalar(hint)


_KINDS: dict[str, type[events.Event]] = {
    name: kind
    for name, kind in vars(events).items()
    if isinstance(kind, type) and issubclass(kind, events.Event)
}
