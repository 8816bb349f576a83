"""Whether and when a person is written to: what he declined, hours in which he is left alone, how
much is enough. And by what a repetition is known."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

Reaches = Literal["phone", "mail"]
DAY = timedelta(hours=24)
NOTICES = ("progress", "feedback", "follow_up")
"""Topics of messages that nobody has just asked for: what STOP ends and START begins again."""
PAUSES_S = (5.0, 300.0)
"""First and longest pause between tries over a channel that does not work."""


@dataclass(frozen=True, slots=True)
class Way:
    """A channel as the rules see it."""

    name: str
    reaches: Reaches = "phone"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator chose. `quiet`: from when to when, by the clock on the wall."""

    quiet: tuple[time, time] | None = None
    a_day: int = 5
    at_most: int = 20
    patience: timedelta = timedelta(minutes=10)
    give_up: timedelta = timedelta(hours=24)
    zone: ZoneInfo = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Wants:
    """What a person chose: ways in his order (none: the operator's), a language, topics that he
    does not want to hear of, a mail address."""

    channels: tuple[str, ...] = ()
    language: str = ""
    off: frozenset[str] = field(default_factory=frozenset)
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why he is written to. `answers`: he has just asked for it, or it was tried by hand."""

    topic: str
    answers: bool


@dataclass(frozen=True, slots=True)
class Later:
    """Not before then, for this reason."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Never:
    """Not at all, for this reason."""

    why: str


Verdict: TypeAlias = Later | Never | None


def decide(
    occasion: Occasion, wants: Wants, rules: Rules, notices: int, messages: int, now: datetime
) -> Verdict:
    """None: write to him. `notices` and `messages` are those of the last 24 hours, the former
    without what he asked for."""
    if occasion.topic in wants.off:
        return Never("declined")
    if messages >= rules.at_most:
        return Never("too_many")
    if occasion.answers:
        return None
    if notices >= rules.a_day:
        return Never("enough_today")
    until = quiet_until(rules, now)
    return Later(until, "quiet_hours") if until else None


def quiet_until(rules: Rules, now: datetime) -> datetime | None:
    """The end of the quiet hours that it is now; None outside of them."""
    if rules.quiet is None or rules.quiet[0] == rules.quiet[1]:
        return None
    begin, end = rules.quiet
    local = now.astimezone(rules.zone)
    at = local.time()
    within = begin <= at < end if begin < end else at >= begin or at < end
    if not within:
        return None
    day = local.date() + timedelta(days=1) if begin > end and at >= begin else local.date()
    until = datetime.combine(day, end, rules.zone).astimezone(now.tzinfo)
    # In the hour that is there twice the end may lie behind us.
    return max(until, now + timedelta(minutes=1))


def ways_for(wants: Wants, ways: Sequence[Way], only: str = "") -> tuple[Way, ...]:
    """The ways to this person, the first to try first; ways without an address of his are out."""
    open_ = [way for way in ways if way.reaches == "phone" or wants.mail]
    if only:
        return tuple(way for way in open_ if way.name == only)
    chosen = [way for name in wants.channels for way in open_ if way.name == name]
    return tuple(chosen or open_)


def after(ways: Sequence[Way], name: str) -> Way | None:
    """The next way when `name` does not work."""
    names = [way.name for way in ways]
    if name not in names:
        return ways[0] if ways else None
    rest = ways[names.index(name) + 1 :]
    return rest[0] if rest else None


def pause(tries: int) -> timedelta:
    """Until a channel that does not work is tried again, after so many tries."""
    least, most = PAUSES_S
    return timedelta(seconds=min(most, least * float(2 ** min(tries - 1, 10))))


def reference(key: str, part: int) -> int:
    """Our own two octets by which the other side may name a part: the same at each try."""
    octets = hashlib.sha256(f"{key}:{part}".encode("utf-8", "replace")).digest()
    return int.from_bytes(octets[:2], "big")
