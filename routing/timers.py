"""Timers as data: what falls due when. Setting one again replaces it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from heapq import heappop, heappush
from typing import Literal

Kind = Literal["agent", "step"]


class Timers:
    """One timer for each kind and name, kept in order of time, kind and name."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, Kind, str]] = []
        self._set: dict[tuple[Kind, str], datetime] = {}

    def set(self, kind: Kind, name: str, at: datetime | None) -> None:
        """Let the timer fall due at `at`; None takes it back."""
        if at is None:
            self._set.pop((kind, name), None)
        elif self._set.get((kind, name)) != at:
            self._set[kind, name] = at
            heappush(self._heap, (at, kind, name))

    def next(self) -> datetime | None:
        """When the next one falls due."""
        heap = self._heap
        while heap and self._set.get(heap[0][1:]) != heap[0][0]:
            heappop(heap)
        return heap[0][0] if heap else None

    def due(self, now: datetime) -> Iterator[tuple[Kind, str]]:
        """Take out those that are due, in order; more may be set meanwhile."""
        while (at := self.next()) is not None and at <= now:
            _, kind, name = heappop(self._heap)
            del self._set[kind, name]
            yield kind, name
