"""How many processors so many calls need: a rule from measured costs. Pure.

The costs are CPU milliseconds of Asterisk and the app on one core of the machine that
`docs/benchmarks.md` names; a machine that is twice as fast takes half of them.
"""

from __future__ import annotations

from dataclasses import dataclass

FULL = 0.7
"""Share of a processor that may be planned with: beyond it set-up times grow."""


@dataclass(frozen=True, slots=True)
class Costs:
    """In ms. Sound is counted for both directions of one caller."""

    call: float
    """Arrival, requests, events, an agent's ringing, the return: whatever each call has once."""
    sound_second: float
    """A second in which a caller hears prompts."""
    talk_second: float
    """A second of talk: two legs, relayed."""
    track_second: float
    """A second of one recorder's file."""
    waiting_second: float
    """A second of waiting with music."""
    app: float
    """The app's part of `call`: it is one process, so one core is all it can use."""


MEASURED = Costs(
    call=55.0, sound_second=2.0, talk_second=4.0, track_second=1.7, waiting_second=3.5, app=23.0
)
"""Of the machine in `docs/benchmarks.md`; `python -m benchmarks.calls` prints its own beside it."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What an average call is like, and how many come in a second; times in seconds."""

    calls: float
    talk: float
    prompts: float = 10.0
    waiting: float = 0.0
    tracks: float = 3.0
    """Files of the talk: the customer's, and two of the agent's leg."""


@dataclass(frozen=True, slots=True)
class Need:
    """What the traffic takes."""

    cores: float
    app: float
    """Share (0..1) of the one core the app can use; above `FULL` a second node is needed."""
    talks: float
    """Talks at once, on average."""


def per_call(costs: Costs, traffic: Traffic) -> float:
    """CPU ms of one call."""
    return (
        costs.call
        + traffic.prompts * costs.sound_second
        + traffic.waiting * costs.waiting_second
        + traffic.talk * (costs.talk_second + traffic.tracks * costs.track_second)
    )


def need(costs: Costs, traffic: Traffic) -> Need:
    """What so much traffic takes of machines like the measured one."""
    busy = traffic.calls * per_call(costs, traffic) / 1000
    app = traffic.calls * costs.app / 1000
    return Need(busy / FULL, app, traffic.calls * traffic.talk)


def most_calls(costs: Costs, traffic: Traffic, cores: float) -> float:
    """Calls a second that so many cores carry, whatever `traffic.calls` says."""
    by_cores = cores * FULL * 1000 / per_call(costs, traffic)
    return min(by_cores, FULL * 1000 / costs.app)
