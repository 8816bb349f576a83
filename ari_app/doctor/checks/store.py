"""Database, keys, plan and users: what the installation remembers."""

from __future__ import annotations

import secrets as random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ari_app import days
from ari_app.doctor.check import Check
from ari_app.doctor.place import Place
from ari_app.doctor.verdicts import CannotTell, Verdict, fail, ok, warn
from ari_app.planning import PlanRefused, given, read_plan
from ari_app.render import Given
from claims_store import calendar, migrate, people, plans, probe
from claims_store.tables import REVISION
from routing.corrected import BadDays, swaps_known

SLOW_WRITE = 1.0
"""Seconds for one small transaction from which on callers wait for the disk."""


def given_of(place: Place) -> Given:
    """What the dialplan is made from: the published plan and the agents' phones."""
    with place.store() as store:
        current = store.run_now(plans.current)
        phones = [agent.phone for agent in store.run_now(people.agents)]
    if current is None:
        raise CannotTell(fail("plan.none"))
    try:
        return given(read_plan(current.text), phones)
    except PlanRefused as fault:
        raise CannotTell(fail("plan.refused", reason=str(fault).splitlines()[0])) from None


@dataclass(frozen=True, slots=True)
class Schema:
    """The database's revision and this program's; `other` are differences of the tables."""

    found: str | None
    wanted: str
    other: tuple[str, ...] = ()


def read_schema(place: Place) -> Schema:
    settings = place.settings
    if not settings.database and not (settings.state / "claimline.db").exists():
        raise CannotTell(fail("database.missing"))
    found = migrate.current(settings.database_url)
    other = tuple(migrate.check(settings.database_url)) if found == REVISION else ()
    return Schema(found, REVISION, other)


def decide_schema(fact: Schema) -> Sequence[Verdict]:
    if fact.found != fact.wanted:
        return [fail("database.behind", reason=f"{fact.found or '-'} / {fact.wanted}")]
    if fact.other:
        return [fail("database.other_tables", count=len(fact.other), first=fact.other[0][:120])]
    return [ok("database.revision", revision=fact.found)]


def read_write(place: Place) -> float:
    """Seconds that a real transaction took, to its place on disk; nothing of it stays."""
    with place.store() as store:
        began = time.perf_counter()
        store.run_now(probe.write, random.token_hex(8), place.now)
        return time.perf_counter() - began


def decide_write(seconds: float) -> Sequence[Verdict]:
    if seconds > SLOW_WRITE:
        return [warn("database.slow", seconds=f"{seconds:.1f}")]
    return [ok("database.writes", milliseconds=f"{seconds * 1000:.0f}")]


def read_keys(place: Place) -> bool:
    """Whether something was there to be opened; what does not open raises CannotTell."""
    with place.store() as store:
        return store.run_now(probe.opens)


def decide_keys(opened: bool) -> Sequence[Verdict]:
    return [ok("keys.open" if opened else "keys.unused")]


def decide_plan(made: Given) -> Sequence[Verdict]:
    numbers = [number.number for number in made.numbers]
    if not numbers:
        return [fail("plan.no_number")]
    if not made.phones:
        return [warn("plan.no_agents", numbers=numbers)]
    return [ok("plan.published", numbers=numbers, count=len(made.phones))]


def read_admins(place: Place) -> int:
    with place.store() as store:
        return sum(each.role == "admin" and each.active for each in store.run_now(people.users))


def decide_admins(count: int) -> Sequence[Verdict]:
    return [ok("users.admins", count=count)] if count else [warn("users.no_admin")]


def read_newest(place: Place) -> tuple[datetime | None, datetime]:
    """When the newest call began, and now."""
    with place.store() as store:
        return store.run_now(probe.newest_call), place.now


def decide_newest(fact: tuple[datetime | None, datetime]) -> Sequence[Verdict]:
    newest, now = fact
    if newest is not None and newest - now > timedelta(minutes=1):
        return [fail("clock.behind", newest=newest.isoformat(timespec="minutes"))]
    return [ok("clock.forward")]


@dataclass(frozen=True, slots=True)
class Swaps:
    """The country whose calendar handlers work by, and the years whose make-up working days are
    not known: this one, and from November on the next."""

    country: str
    unknown: tuple[int, ...]


def read_swaps(place: Place) -> Swaps:
    try:
        known = days.read(place.settings.state)
    except BadDays as fault:
        raise CannotTell(fail("calendar.unreadable", file=days.FILE, reason=str(fault))) from None
    with place.store() as store:
        country = store.run_now(calendar.handlers_hours).holidays or ""
    today = place.now.astimezone(ZoneInfo(place.settings.zone)).date()
    years = [today.year, today.year + 1] if today.month >= 11 else [today.year]
    missing = [year for year in years if country and not swaps_known(country, year, known)]
    return Swaps(country, tuple(missing))


def decide_swaps(fact: Swaps) -> Sequence[Verdict]:
    years = [
        warn("calendar.swaps_unknown", year=year, country=fact.country, file=days.FILE)
        for year in fact.unknown
    ]
    return years or [ok("calendar.known")]


CHECKS: tuple[Check[Any], ...] = (
    Check("database.revision", "store", read_schema, decide_schema),
    Check("database.write", "store", read_write, decide_write),
    Check("database.keys", "store", read_keys, decide_keys),
    Check("plan.published", "store", given_of, decide_plan),
    Check("calendar.swaps", "store", read_swaps, decide_swaps),
    Check("users.admin", "store", read_admins, decide_admins),
    Check("clock.order", "machine", read_newest, decide_newest),
)
