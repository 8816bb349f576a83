"""Legal moves of calls and agents. Every move there is stands in these tables and nowhere else."""

from __future__ import annotations

from typing import Literal

AgentState = Literal["offline", "ready", "offered", "talking", "wrap_up", "away"]
CallStage = Literal[
    "ringing",
    "greeting",
    "menu",
    "identify",
    "notice",
    "status",
    "ordered",
    "waiting",
    "offered",
    "talking",
    "survey",
    "ended",
]
Kind = Literal["agent", "call"]

# Where an agent goes when something happens to him. An agent who talks is not taken off the call:
# what is asked of him meanwhile (pause, log out) waits until the call is over.
AGENT: dict[str, dict[str, str]] = {
    "offline": {"ready": "ready", "away": "away", "talk": "talking", "offline": "offline"},
    "away": {"ready": "ready", "away": "away", "talk": "talking", "offline": "offline"},
    "ready": {
        "offer": "offered",
        "ready": "ready",
        "away": "away",
        "talk": "talking",
        "wrap_up": "wrap_up",
        "offline": "offline",
    },
    "offered": {
        "talk": "talking",
        "miss": "away",
        "busy": "ready",
        "withdraw": "ready",
        "away": "away",
        "offline": "offline",
    },
    "talking": {"talk": "talking", "end": "wrap_up"},
    "wrap_up": {
        "done": "ready",
        "ready": "ready",
        "wrap_up": "wrap_up",
        "away": "away",
        "talk": "talking",
        "offline": "offline",
    },
}

# The line's own part: from each of its stages the caller may be led to any other, to an agent, out.
_LINE_PART = {
    "menu": "menu",
    "identify": "identify",
    "notice": "notice",
    "status": "status",
    "wait": "waiting",
    "end": "ended",
}
CALL: dict[str, dict[str, str]] = {
    "ringing": {"greet": "greeting", "order": "ordered", "wait": "waiting", "end": "ended"},
    # Somebody whom we called; he may want a person too.
    "ordered": {"wait": "waiting", "end": "ended"},
    "greeting": _LINE_PART,
    "menu": _LINE_PART,
    "identify": _LINE_PART,
    "notice": _LINE_PART,
    "status": _LINE_PART,
    # A caller who waits may still leave his report or go back to the menu: nothing is a dead end.
    "waiting": {**_LINE_PART, "offer": "offered", "talk": "talking"},
    "offered": {"talk": "talking", "wait": "waiting", "end": "ended"},
    "talking": {"talk": "talking", "wait": "waiting", "survey": "survey", "end": "ended"},
    "survey": {"wait": "waiting", "end": "ended"},
    "ended": {},
}

_TABLES = {"agent": AGENT, "call": CALL}


class IllegalMove(ValueError):
    """There is no such move: a fault of the program, to be logged; no caller waits for it."""


def move(kind: Kind, start: str, event: str) -> str:
    """Where `event` leads from `start`; raises IllegalMove."""
    try:
        return _TABLES[kind][start][event]
    except KeyError:
        raise IllegalMove(f"{kind}: no move {event!r} from {start!r}") from None


def legal(kind: Kind, start: str, event: str) -> bool:
    """Whether `event` may happen in `start`."""
    return event in _TABLES[kind].get(start, {})
