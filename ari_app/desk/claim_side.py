"""The right column of the claim page: what runs against the clock, who has the claim and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ari_app.desk.locales import Locale
from ari_app.desk.move_forms import promise_title
from claims_store import clocks
from claims_store.clocks import Running
from claims_store.rules.simple import RULES

SOON = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class ClockView:
    """A deadline against its target: `percent` of its time is used."""

    title: str
    kind: str
    due: str
    left: str
    look: str
    percent: int
    state: str
    source: str


@dataclass(frozen=True, slots=True)
class PromiseView:
    """A promise: who keeps it, until when, and how it stands."""

    rule: str
    title: str
    due: str
    left: str
    look: str
    owner: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one candidate when the claim was given away."""

    name: str
    fate: str
    why: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Why:
    """Why the owner has the claim: the last time it was given away."""

    when: str
    by: str
    reason: str
    step: str
    fates: tuple[Fate, ...]


@dataclass(frozen=True, slots=True)
class Simple:
    """The rule by which the claim is simple, and where the rule comes from."""

    title: str
    source: str


def running(rows: Sequence[Running], locale: Locale) -> tuple[ClockView, ...]:
    """The deadlines that run or stand still, the first due first."""
    found = [row for row in rows if row.kind != "call" and row.ended is None]
    return tuple(_clock(row, locale) for row in found)


def ended(rows: Sequence[Running], locale: Locale) -> tuple[ClockView, ...]:
    """The deadlines that are over, met or not."""
    found = [row for row in rows if row.kind != "call" and row.ended and row.state != "void"]
    return tuple(_clock(row, locale) for row in found)


def promises(
    rows: Sequence[Running], names: Mapping[str, str], locale: Locale
) -> tuple[PromiseView, ...]:
    """Everything promised in calls, the open ones first."""
    found = [row for row in rows if row.kind == "call" and row.state != "void"]
    return tuple(_promise(row, names, locale) for row in found)


def why(found: Mapping[str, Any] | None, names: Mapping[str, str], locale: Locale) -> Why | None:
    """The last assignment, with every candidate's fate."""
    if found is None:
        return None
    fates = [
        Fate(
            name=names.get(each["name"], each["name"]),
            fate=_fate(each["fate"], locale),
            why=locale.of(each["words"]) if each["words"] else each["why"],
            chosen=each["fate"] == "chosen",
        )
        for each in found["candidates"]
    ]
    by = "" if found["by"] == "system" else names.get(found["by"], found["by"])
    step = locale.maybe(f"assign.step.{found['step']}", "") if found["step"] else ""
    reason = locale.maybe(f"assign.reason.{found['reason']}", found["reason"])
    return Why(locale.moment(found["at"]), by, reason, step, tuple(fates))


def simple(rule: str | None, locale: Locale) -> Simple | None:
    """The rule of simple claims that fired."""
    found = next((each for each in RULES if each.name == rule), None)
    return Simple(locale.of(found.title), found.source) if found else None


def _clock(row: Running, locale: Locale) -> ClockView:
    rule = clocks.rule_of(row)
    over = row.due is not None and (row.ended or locale.now) > row.due
    return ClockView(
        title=_first_up(locale.of(rule.title)),
        kind=locale.say(f"deadline.{row.kind}"),
        due=locale.moment(row.due) if row.due else "",
        left=_left(row, locale),
        look=_look(row, locale.now),
        percent=_used(row, locale.now),
        state=locale.say(f"deadline.state.{'late' if over and row.ended else row.state}"),
        source=rule.source,
    )


def _promise(row: Running, names: Mapping[str, str], locale: Locale) -> PromiseView:
    return PromiseView(
        rule=row.rule,
        title=promise_title(row.rule, locale),
        due=locale.moment(row.due) if row.due else "",
        left=_left(row, locale),
        look=_look(row, locale.now),
        owner=names.get(row.owner or "", row.owner or ""),
        is_open=row.state == "open",
    )


def _left(row: Running, locale: Locale) -> str:
    if row.state == "open" and row.due is not None:
        return locale.left(row.due)
    return locale.say(f"deadline.state.{row.state}")


def _look(row: Running, now: datetime) -> str:
    if row.state in ("late", "moved"):
        return "warn"
    if row.state != "open" or row.due is None:
        return "ok" if row.state == "met" else ""
    if row.due <= now:
        return "bad"
    return "warn" if row.due - now < SOON or _used(row, now) >= 80 else "accent"


def _used(row: Running, now: datetime) -> int:
    if row.due is None or row.due <= row.started:
        return 0
    share = ((row.ended or now) - row.started) / (row.due - row.started)
    return round(100 * min(1.0, max(0.0, share)))


def _fate(fate: str, locale: Locale) -> str:
    kind, _, place = fate.partition(" ")
    return locale.say(f"fate.{kind}", place=place)


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
