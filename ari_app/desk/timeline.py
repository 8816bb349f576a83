"""One timeline of everything about a claim, newest first, under heads of days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from ari_app.desk.caller import sentence
from ari_app.desk.locales import Locale
from claims_store.calls import Call, CallEvent
from claims_store.claims import ClaimEvent
from claims_store.promises import CALL
from claims_store.reports import ReportState
from claims_store.rules.stages import FLAGS, MOVES
from claims_store.tasks import Task

_ICONS = {
    "claim_reported": "file-text",
    "handler_assigned": "user-check",
    "call_promised": "clock",
    "promise_kept": "check",
    "documents_requested": "message-2",
    "survey_dispatched": "map-pin",
    "claim_paid": "check",
    "claim_closed": "check",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: a sentence, and one line of detail."""

    at: datetime
    time: str
    icon: str
    text: str
    detail: str = ""
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """The things of one day."""

    head: str
    entries: tuple[Entry, ...]


def timeline(
    journal: Sequence[ClaimEvent],
    taken: Sequence[Call],
    report: ReportState | None,
    promised: Sequence[Task],
    names: Mapping[str, str],
    locale: Locale,
) -> tuple[Day, ...]:
    """Everything, newest first."""
    # Of things of one moment the later comes first, as everywhere here.
    entries = [_event(each, names, locale) for each in reversed(journal)]
    entries += [_call(each, names, locale) for each in reversed(taken)]
    entries += [_task(each, names, locale) for each in promised if each.kind != CALL]
    if report is not None:
        text = locale.say("timeline.report_begun", number=report.number)
        entries.append(_entry(report.started, "list-check", text, locale))
    entries.sort(key=lambda each: each.at, reverse=True)
    days = groupby(entries, key=lambda each: locale.day(each.at))
    return tuple(_day(list(some), locale) for _, some in days)


def events_of_call(
    events: Sequence[CallEvent], names: Mapping[str, str], locale: Locale
) -> tuple[Entry, ...]:
    """A call's journal in order; an event without a sentence stands as it is written down."""
    return tuple(
        Entry(
            each.at,
            locale.clock(each.at, seconds=True),
            "",
            sentence(each.event, each.data, names, locale) or each.event,
        )
        for each in events
    )


def _day(entries: list[Entry], locale: Locale) -> Day:
    return Day(locale.day_head(entries[0].at), tuple(entries))


def _entry(at: datetime, icon: str, text: str, locale: Locale, detail: str = "") -> Entry:
    return Entry(at, locale.clock(at), icon, text, detail)


def _event(each: ClaimEvent, names: Mapping[str, str], locale: Locale) -> Entry:
    data = {**each.data, "by": names.get(each.by, each.by)}
    for name in ("handler", "surveyor"):
        if name in data:
            data[name] = names.get(str(data[name]), str(data[name]))
    move = MOVES.get(each.event)
    title = locale.of(move.title) if move else locale.say("timeline.other")
    text = sentence(f"claim.{each.event}", data, names, locale) or title[:1].upper() + title[1:]
    icon = _ICONS.get(each.event, "file-text")
    return _entry(each.at, icon, text, locale, _detail(data, locale))


def _detail(data: Mapping[str, Any], locale: Locale) -> str:
    """Until when, how much, what about and why: whatever came with a move."""
    parts = []
    if data.get("due"):
        parts.append(locale.say("claim.until", when=locale.moment(_instant(data["due"]))))
    if data.get("amount"):
        parts.append(locale.money(str(data["amount"])))
    if data.get("flag") in FLAGS:
        parts.append(locale.of(FLAGS[str(data["flag"])]))
    parts += [str(data[name]) for name in ("clause", "into", "claim") if data.get(name)]
    if reason := str(data.get("reason") or ""):
        parts.append(locale.maybe(f"assign.reason.{reason}", reason))
    return " · ".join(parts)


def _instant(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _call(each: Call, names: Mapping[str, str], locale: Locale) -> Entry:
    agent = names.get(each.agent or "", each.agent or "")
    talk = locale.span(each.talk_s)
    name = "timeline.call_with" if each.agent else "timeline.call_line"
    text = locale.say(name, agent=agent, talk=talk)
    detail = locale.say("timeline.waited", time=locale.span(each.waited_s)) if each.agent else ""
    return Entry(each.started, locale.clock(each.started), "phone-call", text, detail, each.call_id)


def _task(each: Task, names: Mapping[str, str], locale: Locale) -> Entry:
    what = locale.maybe(f"task.{each.kind}", locale.say("task.any"))
    if each.done is not None:
        by = names.get(each.done_by or "", each.done_by or "")
        return _entry(each.done, "check", locale.say("timeline.done", what=what, by=by), locale)
    text = locale.say("timeline.promised", what=what, due=locale.moment(each.due))
    return _entry(each.made, "clock", text, locale)
