"""Hours that overlap, contradict each other, or never come."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from routing.checks.draft import Draft
from routing.plan import Hours
from routing.problems import Finding, Path
from routing.spans import DAY, DAYS, Span, weekdays
from routing.words import Text

WEEK = 7 * DAY


def check(draft: Draft) -> Iterator[Finding]:
    """Overlapping spans, dates named twice, hours that are never open."""
    for name, hours in draft.sound_hours():
        path: Path = ("hours", name)
        yield from _week(hours, (*path, "weekly"))
        yield from _dates(hours, path)
        if not any(hours.weekly.values()) and not any(each.open for each in hours.exception):
            promised = draft.line is not None and draft.line.handlers == name
            yield Finding(
                path,
                Text(f"“{name}”从不营业", f"the hours “{name}” are never open"),
                Text("在 weekly 中加一段时间", "Add a span to weekly."),
                stops=promised,
                at_key=True,
            )


def _week(hours: Hours, path: Path) -> Iterator[Finding]:
    """Spans on one line from Monday 00:00; the last may run into the first."""
    placed = sorted(
        (day * DAY + span.start, day * DAY + span.end, name, str(span))
        for name, spans in hours.weekly.items()
        for day in weekdays(name)
        for span in spans
    )
    told: set[tuple[str, str]] = set()
    if placed:
        start, end, name, text = placed[0]
        placed.append((start + WEEK, end + WEEK, name, text))
    for (_, end, name, text), (start, _, other, other_text) in pairwise(placed):
        if start < end and (other, other_text) not in told:
            told.add((other, other_text))
            day = DAYS[start % WEEK // DAY]
            yield _overlap((*path, other), f"{text} ({name})", f"{other_text} ({other})", day)


def _dates(hours: Hours, path: Path) -> Iterator[Finding]:
    seen = {}
    for number, each in enumerate(hours.exception):
        place: Path = (*path, "exception", number)
        if each.on in seen:
            yield _twice((*place, "on"), str(each.on))
        seen[each.on] = number
        ordered: list[Span] = sorted(each.open, key=lambda span: span.start)
        for one, other in pairwise(ordered):
            if other.start < one.end:
                yield _overlap((*place, "open"), str(one), str(other), str(each.on))
    for number, day in enumerate(hours.make_up):
        if day in seen or day in hours.make_up[:number]:
            yield _twice((*path, "make_up", number), str(day))


def _overlap(path: Path, one: str, other: str, day: str) -> Finding:
    return Finding(
        path,
        Text(f"{day}:{one} 与 {other} 重叠", f"{day}: {one} and {other} overlap"),
        Text("合并或错开这两段时间", "Join them, or set them apart."),
    )


def _twice(path: Path, day: str) -> Finding:
    return Finding(
        path,
        Text(f"{day} 写了两次", f"{day} is given twice"),
        Text("每个日期只写一次", "Give each date once."),
    )
