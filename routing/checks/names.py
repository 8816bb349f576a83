"""Names that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from routing.checks.draft import Draft
from routing.menus import STEPS
from routing.names import ISSUES, KINDS, LANGUAGES, LINES
from routing.plan import When
from routing.problems import Finding, Path, unknown
from routing.skills import OWN
from routing.words import Text

_HOURS = Text("营业时间", "hours")
_MENU = Text("菜单", "menu")
_QUEUE = Text("队列", "queue")
_SKILL = Text("技能", "skill")
_STEP = Text("去向", "step, menu or queue")
_REGION = re.compile(r"[0-9]{6}")
_VALUES = {"line": LINES, "issue": ISSUES, "language": LANGUAGES}


def check(draft: Draft) -> Iterator[Finding]:
    """References to hours, menus, queues, steps, skills and values that do not exist."""
    yield from _line(draft)
    yield from _menus(draft)
    for number, rule in draft.sound_rules():
        path: Path = ("rule", number)
        if rule.queue not in draft.queues:
            yield unknown((*path, "queue"), _QUEUE, rule.queue, draft.queues)
        yield from _when(draft, rule.when, (*path, "when"))
    for name, queue in draft.sound_queues():
        for number, step in enumerate(queue.step):
            for skill in step.need:
                yield from _need(skill, ("queue", name, "step", number, "need", skill))


def _line(draft: Draft) -> Iterator[Finding]:
    line = draft.line
    if line is None:
        return
    for entry, hours in (("hours", line.hours), ("handlers", line.handlers)):
        if hours not in draft.hours:
            yield unknown(("line", entry), _HOURS, hours, draft.hours)
    if line.menu not in draft.menus:
        yield unknown(("line", "menu"), _MENU, line.menu, draft.menus)
    if line.emergency not in draft.queues:
        yield unknown(("line", "emergency"), _QUEUE, line.emergency, draft.queues)


def _menus(draft: Draft) -> Iterator[Finding]:
    targets = {
        *STEPS,
        *(f"menu.{name}" for name in draft.menus),
        *(f"queue.{name}" for name in draft.queues),
    }
    for name, menu in draft.sound_menus():
        for key, target in menu.keys.items():
            if target not in targets:
                yield unknown(("menu", name, "keys", key), _STEP, target, targets)
        if menu.lost not in targets:
            yield unknown(("menu", name, "lost"), _STEP, menu.lost, targets)


def _when(draft: Draft, when: When, path: Path) -> Iterator[Finding]:
    for kind, right in _VALUES.items():
        for value in getattr(when, kind):
            if value not in right:
                yield unknown((*path, kind), KINDS[kind], value, right)
    for region in when.region:
        if not _REGION.fullmatch(region):
            yield _no_region((*path, "region"), region)
    for entry in ("open", "closed"):
        hours = getattr(when, entry)
        if hours is not None and hours not in draft.hours:
            yield unknown((*path, entry), _HOURS, hours, draft.hours)
    if draft.line is not None:
        for number in when.dialled:
            if number not in draft.line.numbers:
                yield unknown(
                    (*path, "dialled"),
                    Text("线路号码", "number of the line"),
                    number,
                    draft.line.numbers,
                )


def _need(skill: str, path: Path) -> Iterator[Finding]:
    kind, dot, value = skill.partition(".")
    if not dot and kind in OWN:
        return
    if dot and kind == "region":
        if not _REGION.fullmatch(value):
            yield _no_region(path, value)
        return
    if not dot or value not in _VALUES.get(kind, ()):
        right = [*OWN, *(f"{each}.{v}" for each, values in _VALUES.items() for v in values)]
        found = unknown(path, _SKILL, skill, right)
        yield Finding(found.path, found.sentence, found.hint, at_key=True)


def _no_region(path: Path, value: str) -> Finding:
    return Finding(
        path,
        Text(f"“{value}”不是地区代码", f"“{value}” is not the code of a region"),
        Text("六位行政区划代码,例如 310000", "Six digits of GB/T 2260, for example 310000."),
    )
