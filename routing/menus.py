"""What a key means in a menu, and where a caller is led who presses none that does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from routing.plan import Menu

Why = Literal["key", "asked", "silence", "wrong", "lost"]
STEPS = ("report", "claim", "person", "again", "back")


@dataclass(frozen=True, slots=True)
class Go:
    """Leave the menu for `target`: a named step, `menu.NAME` or `queue.NAME`."""

    target: str
    why: Why


@dataclass(frozen=True, slots=True)
class Again:
    """Say the menu again: he asked for it, pressed nothing, or pressed a key without a meaning."""

    why: Why


def press(menu: Menu, key: str | None, tries: int) -> Go | Again:
    """What follows `key` (None: nothing was pressed in time).

    `tries` counts how often in a row the menu was said again before; the menu's last try leads on.
    """
    target = menu.keys.get(key) if key is not None else None
    if target is not None and target != "again":
        return Go(target, "key")
    if tries + 1 >= menu.tries:
        return Go(menu.lost, "lost")
    if target == "again":
        return Again("asked")
    return Again("silence" if key is None else "wrong")
