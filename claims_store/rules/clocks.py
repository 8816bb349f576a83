"""The clocks of one claim, from its journal: which deadlines run, stand still, were met or missed.

Nothing is kept between two looks: whatever the order of events, the journal says every deadline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Literal

from claims_store.rules.deadlines import DEADLINES, Deadline, due, working_days
from routing.plan import Hours

State = Literal["open", "paused", "met", "late", "void"]
TOUCHING = frozenset().union(
    *(row.trigger | row.stop | row.voids | {row.pause, row.resume} for row in DEADLINES.values())
) | {"estimated", "loss_surveyed", "simple_rule_fired"}
"""Moves after which a claim's clocks may stand otherwise."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a journal."""

    seq: int
    at: datetime
    event: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What limits depend on. `injury` and `at_scene` are yes, no or unknown; `place` is city,
    suburb or far; `simple` names the rule that fired; `law` is that of complaints."""

    line: str
    amount: Decimal | None = None
    injury: str = "unknown"
    at_scene: str = "unknown"
    place: str = "suburb"
    simple: str = ""
    law: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline of a claim. `due` is what the customer is told, `legal` the law's end; both
    are empty while the clock stands. `steps` are instants, in the order of the rule's steps."""

    rule: str
    seq: int
    started: datetime
    due: datetime | None
    legal: datetime | None
    steps: tuple[datetime, ...]
    ended: datetime | None
    state: State


@dataclass(slots=True)
class _Run:
    """A deadline while its journal is read."""

    seq: int
    started: datetime
    limit: int | None = None
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    since: datetime | None = None


def clocks(
    happened: Sequence[Happened], facts: Facts, hours: Hours, zone: tzinfo,
    rules: Mapping[str, Deadline] = DEADLINES,
) -> tuple[Clock, ...]:  # fmt: skip
    """Every clock that ran or runs, in the order of rules and starts."""
    return tuple(
        clock
        for rule in rules.values()
        if _concerns(rule, facts)
        for clock in _of_rule(rule, happened, facts, hours, zone)
    )


def _concerns(rule: Deadline, facts: Facts) -> bool:
    if rule.lines and facts.line not in rule.lines:
        return False
    return all(getattr(facts, name) == value for name, value in (rule.only or {}).items())


def _of_rule(
    rule: Deadline, happened: Iterable[Happened], facts: Facts, hours: Hours, zone: tzinfo
) -> Iterator[Clock]:
    run: _Run | None = None
    for each in happened:
        if run is None:
            run = _Run(each.seq, each.at) if each.event in rule.trigger else None
        elif each.event in rule.stop or each.event in rule.voids:
            yield _clock(rule, run, each, facts, hours, zone)
            run = None
        else:
            _stand(rule, run, each)
    if run is not None:
        yield _clock(rule, run, None, facts, hours, zone)


def _stand(rule: Deadline, run: _Run, each: Happened) -> None:
    if rule.longer is not None and each.event in rule.longer:
        run.limit = rule.longer[each.event]
    if each.event == rule.pause and run.since is None:
        run.since = each.at
    elif each.event == rule.resume and run.since is not None:
        run.pauses.append((run.since, each.at))
        run.since = None


def _clock(
    rule: Deadline, run: _Run, last: Happened | None, facts: Facts, hours: Hours, zone: tzinfo
) -> Clock:
    if last is not None and run.since is not None:
        run.pauses.append((run.since, last.at))
    if last is None and run.since is not None:
        return Clock(rule.name, run.seq, run.started, None, None, (), None, "paused")
    end, legal = _ends(rule, run, run.limit or limit_of(rule, facts), hours, zone)
    steps = tuple(run.started + (end - run.started) * step.share for step in rule.steps)
    ended = last.at if last else None
    return Clock(
        rule.name, run.seq, run.started, end, legal, steps, ended, _state(rule, last, legal)
    )


def _state(rule: Deadline, last: Happened | None, legal: datetime) -> State:
    if last is None:
        return "open"
    if last.event not in rule.stop:
        return "void"
    return "met" if last.at <= legal else "late"


def limit_of(rule: Deadline, facts: Facts) -> int:
    """How much time a deadline gives, in its own unit."""
    if rule.by_place is not None:
        return rule.by_place.get(facts.place, rule.limit)
    if facts.amount is not None:
        for upto, limit in rule.by_amount:
            if facts.amount < upto:
                return limit
    return rule.limit


def _ends(
    rule: Deadline, run: _Run, limit: int, hours: Hours, zone: tzinfo
) -> tuple[datetime, datetime]:
    """The instants after which it is late: told to the customer, and of the law."""
    if rule.unit == "minute":
        stood = sum((end - begin for begin, end in run.pauses), timedelta())
        end = run.started + timedelta(minutes=limit) + stood
        return end, end
    days = limit + sum(_days(rule, begin, end, hours, zone) for begin, end in run.pauses)
    found = due(rule, run.started.astimezone(zone).date(), hours, days)
    return _midnight(found.promised, zone), _midnight(found.legal, zone)


def _days(rule: Deadline, begin: datetime, end: datetime, hours: Hours, zone: tzinfo) -> int:
    first, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
    return working_days(hours, first, last) if rule.unit == "working_day" else (last - first).days


def _midnight(day: date, zone: tzinfo) -> datetime:
    """The end of a day: the first instant of the next one."""
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC)
