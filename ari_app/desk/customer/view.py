"""Puts where a claim stands into the words of the customer's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ari_app.desk import formats
from ari_app.desk.locales import Locale
from claims_store.rules import telling
from claims_store.rules.fields import field
from claims_store.rules.readings import say_text
from claims_store.rules.stages import SIX
from claims_store.standing import Standing, Until


@dataclass(frozen=True, slots=True)
class Step:
    """One of the six words: done, now or later."""

    word: str
    look: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened, and when."""

    at: str
    what: str


@dataclass(frozen=True, slots=True)
class View:
    """Everything the page says. `his`: the next step is the customer's own."""

    head: str
    which: str
    six: tuple[Step, ...]
    his: bool
    next: str
    missing: tuple[str, ...]
    until: str
    who: str
    promises: tuple[str, ...]
    events: tuple[Event, ...]


def build(stands: Standing, locale: Locale) -> View:
    """The page of one claim."""
    status, language = stands.status, locale.language
    closed = stands.closed is not None
    missing = tuple(telling.paper(stands.line, each, language) for each in status.missing)
    step = "documents" if missing else status.next_step
    who = locale.of(stands.who) if stands.who else ""
    return View(
        head=telling.head(status.next_step, len(missing), closed, language),
        which=_which(stands, locale),
        six=tuple(_step(place, name, status.progress, locale) for place, name in enumerate(SIX)),
        his=step in telling.HIS,
        next=telling.next_words(step, language),
        missing=missing,
        until="" if closed else _until(stands, locale),
        who=locale.say("c.who", name=who) if who and not closed else "",
        promises=tuple(_promise(each, locale) for each in stands.promises),
        events=tuple(
            Event(locale.moment(each.at), telling.EVENTS[each.event][language])
            for each in stands.events
        ),
    )


def when(until: Until, locale: Locale) -> str:
    """Until when, as people say it: a day, or a day and a time."""
    if not until.by_day:
        return locale.moment(until.at)
    last = locale.day(until.at - timedelta(seconds=1))
    return formats.day(last, locale.day(locale.now), locale.language)


def _until(stands: Standing, locale: Locale) -> str:
    """By when something is done; while papers are awaited, how long it takes after them."""
    until = stands.until
    if until is None:
        waits = stands.status.missing and stands.status.next_step == "documents"
        return locale.say("c.after_papers", days=stands.review_days) if waits else ""
    what = telling.promised(until.rule, locale.language)
    return locale.say("c.until", what=what, when=when(until, locale))


def _promise(until: Until, locale: Locale) -> str:
    over = until.state == "open" and until.at <= locale.now
    name = "over" if over else until.state
    what = telling.promised(until.rule, locale.language)
    return locale.say(f"c.promise_{name}", what=what, when=when(until, locale))


def _step(place: int, name: str, behind: int, locale: Locale) -> Step:
    look = "done" if place < behind else "now" if place == behind else "later"
    return Step(telling.SIX[name][locale.language], look)


def _which(stands: Standing, locale: Locale) -> str:
    """Which claim, for its owner alone: masked plate, what happened when, end of the number."""
    parts = [_masked(stands.plate)] if stands.plate else []
    kind = field(stands.line, "loss_kind")
    if stands.loss_kind and kind is not None:
        said = say_text(kind.kind, stands.loss_kind, locale.language, kind.choices)
        parts.append(f"{_day(stands.loss_time, locale)}{said}")
    parts.append(locale.say("c.tail", tail=stands.status.number[-4:]))
    return " · ".join(parts)


def _masked(plate: str) -> str:
    return f"{plate[:2]}·***{plate[-2:]}"


def _day(loss_time: str, locale: Locale) -> str:
    try:
        at = datetime.fromisoformat(loss_time).astimezone(locale.zone)
    except ValueError:
        return ""
    return f"{at.month} 月 {at.day} 日" if locale.language == "zh" else f"{at.day} {at:%b}, "
