"""When people may be called, and what follows from how a call ended: rows of data, read by two
small functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from routing.calendar import working_day
from routing.hours import HORIZON, on_day, periods
from routing.plan import Hours

Then = Literal["over", "rest", "soon"]
TRIES = 3
WITHIN = 3
"""Working days, the first one included, after which nobody is called about the same any more."""
NOON = time(13)
"""Parts one half day from the next."""
REDIALS = 3
"""How often a busy number is dialled again before it counts like one that nobody answers."""
BUSY = timedelta(minutes=15)
SOON = (timedelta(seconds=20), timedelta(minutes=10))
"""First and longest pause after our own way into the network failed."""
GIVEN_UP = "given_up"
TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Window:
    """Hours in which calls begin. `spans`: by the clock on the wall; None: the handlers' hours.
    `free_mornings`: nobody is called in the morning of a day off. `rest`: pause after a try in
    vain; None waits for the next half day."""

    spans: tuple[tuple[time, time], ...] | None
    free_mornings: bool
    rest: timedelta | None


ALWAYS = ((time(0), time.max),)
WINDOWS: Mapping[str, Window] = {
    # What nobody waits for (`claims.md` 8).
    "service": Window(((time(9), time(12)), (time(14), time(20))), True, None),
    # What was promised for a time.
    "promised": Window(None, False, timedelta(minutes=15)),
    # Those who work for us and are on call.
    "any": Window(ALWAYS, False, timedelta(minutes=2)),
    # What a person asks for.
    "now": Window(ALWAYS, False, timedelta(minutes=1)),
}


@dataclass(frozen=True, slots=True)
class Follows:
    """What an outcome leads to. `counts`: whether it was a try."""

    then: Then
    counts: bool = True


OUTCOMES: Mapping[str, Follows] = {
    "no_answer": Follows("rest"),
    "refused": Follows("over"),
    "nobody": Follows("rest"),  # a machine, or somebody who presses nothing
    "hung_up": Follows("rest"),  # before he had heard it
    "later": Follows("rest"),
    "busy": Follows("rest", counts=False),
    "failed": Follows("soon", counts=False),
    "lost": Follows("soon", counts=False),
    "broken": Follows("soon", counts=False),  # our own fault, in mid-call
    "trunk_lost": Follows("soon", counts=False),
    "trunk_busy": Follows("soon", counts=False),
    "trunk_tried": Follows("soon", counts=False),
    "trunk_spent": Follows("soon", counts=False),
}
"""Of a try; what is not here is final: heard, accepted, wrong_person, no_such_number ..."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How far an order is: tries that count, and those in a row that do not."""

    tries: int
    redials: int
    most: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of an order: `at` is the next try; None: it is over, by `outcome`."""

    at: datetime | None
    tries: int
    redials: int
    outcome: str


def after(
    outcome: str, tried: Tried, window: str, now: datetime, hours: Hours, zone: ZoneInfo
) -> Next:
    """What follows from a try that ended by `outcome`."""
    follows = OUTCOMES.get(outcome, Follows("over"))
    busy_too_often = outcome == "busy" and tried.redials + 1 >= REDIALS
    counts = follows.counts or busy_too_often
    tries = tried.tries + counts
    redials = 0 if counts else tried.redials + 1
    if follows.then == "over":
        return Next(None, tries, 0, outcome)
    if tries >= tried.most:
        return Next(None, tries, 0, GIVEN_UP)
    at = first(window, _earliest(follows, counts, redials, window, now, zone), hours, zone)
    if at > tried.until:
        return Next(None, tries, 0, GIVEN_UP if tries else TOO_LATE)
    return Next(at, tries, redials, "")


def _earliest(
    follows: Follows, counts: bool, redials: int, window: str, now: datetime, zone: ZoneInfo
) -> datetime:
    if follows.then == "soon":
        least, most = SOON
        return now + min(most, least * float(2 ** min(redials - 1, 10)))
    if not counts:
        return now + BUSY
    rest = WINDOWS[window].rest
    return now + rest if rest is not None else _next_half_day(now, zone)


def _next_half_day(now: datetime, zone: ZoneInfo) -> datetime:
    local = now.astimezone(zone)
    if local.time() < NOON:
        return datetime.combine(local.date(), NOON, zone).astimezone(now.tzinfo)
    day = local.date() + timedelta(days=1)
    return datetime.combine(day, time(0), zone).astimezone(now.tzinfo)


def first(window: str, at: datetime, hours: Hours, zone: ZoneInfo) -> datetime:
    """The first moment from `at` on at which a call of this window may begin."""
    row = WINDOWS[window]
    if row.spans is None:
        found = next(iter(periods(hours, zone, at)), None)
        return max(at, found[0]) if found else at
    day = at.astimezone(zone).date()
    for _ in range(HORIZON):
        for begin, end in _instants(row, day, hours, zone):
            if at < end:
                return max(at, begin)
        day += timedelta(days=1)
    return at


def _instants(
    row: Window, day: date, hours: Hours, zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    free = row.free_mornings and not on_day(hours, day).working
    utc = ZoneInfo("UTC")
    return [
        (datetime.combine(day, begin, zone).astimezone(utc),
         datetime.combine(day, end, zone).astimezone(utc))
        for begin, end in row.spans or ()
        if not (free and begin < NOON)
    ]  # fmt: skip


def last(at: datetime, hours: Hours, zone: ZoneInfo) -> datetime:
    """When an order that begins at `at` is given up: at the end of its last working day."""
    yesterday = at.astimezone(zone).date() - timedelta(days=1)
    day = working_day(hours, yesterday, WITHIN) + timedelta(days=1)
    return datetime.combine(day, time(0), zone).astimezone(at.tzinfo)
