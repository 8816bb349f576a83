"""How many of those who asked a queue for a person had one in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from claims_store.store import Session
from claims_store.tables import CallRow


@dataclass(frozen=True, slots=True)
class Level:
    """Callers of one queue: all who count, and those whom an agent answered in time."""

    callers: int
    in_time: int

    @property
    def share(self) -> float | None:
        return self.in_time / self.callers if self.callers else None


def of_queue(s: Session, queue: str, within: timedelta, since: datetime, now: datetime) -> Level:
    """Of those who began to wait from `since` on. Who has left, or waits still, and is not yet late
    does not count."""
    asked = select(CallRow).where(CallRow.queue == queue, CallRow.waiting_since >= since)
    callers = in_time = 0
    for call in s.scalars(asked):
        waited = (call.ended or now) - (call.waiting_since or now)
        if call.waited_s is not None:
            waited = timedelta(seconds=call.waited_s)
        answered_in_time = call.waited_s is not None and waited <= within
        in_time += answered_in_time
        callers += answered_in_time or waited > within
    return Level(callers, in_time)
