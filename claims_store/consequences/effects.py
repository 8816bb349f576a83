"""What a consequence asks of the world outside the store, as values: the worker carries them out,
the simulation answers them, tests look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Message:
    """Send a text to a person; `key` makes it one message however often it is tried. With
    `channel` it goes over that one alone."""

    key: str
    to: str
    text: str
    values: Mapping[str, object]
    language: str
    report: str | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Follow:
    """Find out what became of the message with this key."""

    key: str


@dataclass(frozen=True, slots=True)
class Seal:
    """Join, check, hash and encrypt what was recorded of a call, then remove the plain files."""

    call_id: str


@dataclass(frozen=True, slots=True)
class Transcribe:
    """Write down what is said in a call's sealed recording."""

    call_id: str
    language: str


@dataclass(frozen=True, slots=True)
class Listen:
    """Write down a spoken remark: `clip` is its sealed file, `key` that of the feedback."""

    key: str
    clip: str
    language: str


@dataclass(frozen=True, slots=True)
class Push:
    """Tell a program of an event: the delivery with this id."""

    delivery: int


Effect: TypeAlias = Message | Follow | Seal | Transcribe | Listen | Push
