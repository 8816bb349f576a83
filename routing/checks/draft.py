"""A plan that may be wrong in places: every table has its name, sound ones their content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from routing.plan import Feedback, FollowUp, Hours, LineNode, Menu, Queue, Rule


@dataclass(frozen=True, slots=True)
class Draft:
    """None stands for a table that was already found wrong by itself."""

    line: LineNode | None
    hours: Mapping[str, Hours | None]
    menus: Mapping[str, Menu | None]
    queues: Mapping[str, Queue | None]
    rules: tuple[Rule | None, ...]
    feedback: Feedback | None = None
    follow_up: FollowUp | None = None
    prompts: Mapping[str, frozenset[str]] | None = None
    agents: Mapping[str, Mapping[str, int]] | None = None

    def sound_hours(self) -> Iterator[tuple[str, Hours]]:
        return ((name, each) for name, each in self.hours.items() if each is not None)

    def sound_menus(self) -> Iterator[tuple[str, Menu]]:
        return ((name, each) for name, each in self.menus.items() if each is not None)

    def sound_queues(self) -> Iterator[tuple[str, Queue]]:
        return ((name, each) for name, each in self.queues.items() if each is not None)

    def sound_rules(self) -> Iterator[tuple[int, Rule]]:
        return ((number, each) for number, each in enumerate(self.rules) if each is not None)
