"""What no single table of a plan can know of itself: each module finds one kind of problem."""

from __future__ import annotations

from routing.checks import afterwards, hours, menus, names, prompts, queues, rules

ALL = (
    names.check,
    hours.check,
    menus.check,
    queues.check,
    rules.check,
    afterwards.check,
    prompts.check,
)
