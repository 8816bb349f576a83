"""Menus that hold a caller for ever, or that no caller ever reaches."""

from __future__ import annotations

from collections.abc import Iterator

from routing.checks.draft import Draft
from routing.plan import Menu
from routing.problems import Finding
from routing.words import Text

_INSIDE = ("again", "back")


def check(draft: Draft) -> Iterator[Finding]:
    """Menus without a way out by keys or by doing nothing, without a person, unreachable."""
    out = _with_way_out(draft)
    for name, menu in draft.sound_menus():
        if name not in out:
            yield _stuck(name)
        if menu.lost in _INSIDE or _circles(draft, name):
            yield _lost(name, menu)
        if "person" not in menu.keys.values() and not _queue_key(menu):
            yield _nobody(name)
    if draft.line is not None and draft.line.menu in draft.menus:
        for name in sorted(set(draft.menus) - _reachable(draft, draft.line.menu)):
            yield _unreached(name)


def _with_way_out(draft: Draft) -> set[str]:
    """Menus from which some keys lead out of all menus. A menu with a fault of its own may."""
    out = {name for name, menu in draft.menus.items() if menu is None or _leaves(menu)}
    grown = True
    while grown:
        more = {
            name
            for name, menu in draft.sound_menus()
            if name not in out and any(f"menu.{each}" in menu.keys.values() for each in out)
        }
        out |= more
        grown = bool(more)
    return out


def _leaves(menu: Menu) -> bool:
    return any(
        target not in _INSIDE and not target.startswith("menu.") for target in menu.keys.values()
    )


def _queue_key(menu: Menu) -> bool:
    return any(target.startswith("queue.") for target in menu.keys.values())


def _circles(draft: Draft, start: str) -> bool:
    """Whether a caller who presses nothing is led from menu to menu for ever."""
    seen: set[str] = set()
    name = start
    while name not in seen:
        seen.add(name)
        menu = draft.menus.get(name)
        if menu is None or not menu.lost.startswith("menu."):
            return False
        name = menu.lost.removeprefix("menu.")
    return True


def _reachable(draft: Draft, start: str) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        menu = draft.menus.get(name)
        if name in seen or name not in draft.menus:
            continue
        seen.add(name)
        targets = [*menu.keys.values(), menu.lost] if menu is not None else []
        todo += [each.removeprefix("menu.") for each in targets if each.startswith("menu.")]
    return seen


def _stuck(name: str) -> Finding:
    return Finding(
        ("menu", name, "keys"),
        Text(f"菜单“{name}”没有出口", f"no key leads out of the menu “{name}”"),
        Text('加一个按键,例如 0 = "person"', 'Add a key, for example 0 = "person".'),
    )


def _lost(name: str, menu: Menu) -> Finding:
    return Finding(
        ("menu", name, "lost"),
        Text(
            f"不按键的来电会一直留在菜单里(lost = {menu.lost})",
            f"a caller who presses nothing never leaves the menus (lost = {menu.lost})",
        ),
        Text('改为 lost = "person"', 'Set lost = "person".'),
    )


def _nobody(name: str) -> Finding:
    return Finding(
        ("menu", name, "keys"),
        Text(f"菜单“{name}”没有转人工的按键", f"no key of the menu “{name}” leads to a person"),
        Text('加上 0 = "person"', 'Add 0 = "person".'),
        stops=False,
    )


def _unreached(name: str) -> Finding:
    return Finding(
        ("menu", name),
        Text(f"没有任何按键通向菜单“{name}”", f"nothing leads to the menu “{name}”"),
        Text("删除它,或加一个按键通向它", "Delete it, or let a key lead to it."),
        stops=False,
        at_key=True,
    )
