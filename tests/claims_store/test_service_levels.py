"""Who was answered in time, who was late, and who does not count."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import calls, service_levels
from claims_store.calls import CallOpened
from claims_store.service_levels import Level
from claims_store.store import Session, Store

pytestmark = pytest.mark.store

WITHIN = timedelta(seconds=20)


def waits(
    s: Session, number: int, began: datetime, *, answered: float | None = None,
    left: float | None = None, queue: str = "motor",
) -> None:  # fmt: skip
    call_id = f"n1-1.{number}"
    calls.open_call(s, CallOpened(call_id, "n1", "sip", "+8613800138000", "5550100", began, 1))
    calls.change(s, call_id, queue=queue, waiting_since=began, waited_s=answered)
    if left is not None:
        calls.close(s, call_id, began + timedelta(seconds=left), "hung_up")


def test_only_who_was_answered_or_is_late_counts(store: Store, now: datetime) -> None:
    hour_ago, moment_ago = now - timedelta(hours=1), now - timedelta(seconds=5)

    def day(s: Session) -> None:
        waits(s, 1, hour_ago, answered=3.0, left=200.0)
        waits(s, 2, hour_ago, answered=20.0)
        waits(s, 3, hour_ago, answered=20.1)
        waits(s, 4, hour_ago, left=60.0)  # gave up late
        waits(s, 5, hour_ago, left=10.0)  # gave up before anybody could be late
        waits(s, 6, hour_ago)  # waits still, and is late
        waits(s, 7, moment_ago)  # has just come
        waits(s, 8, now - timedelta(days=2), answered=1.0)
        waits(s, 9, hour_ago, answered=1.0, queue="home")

    store.run_now(day)
    since = now - timedelta(days=1)
    motor = store.run_now(service_levels.of_queue, "motor", WITHIN, since, now)
    assert motor == Level(5, 2) and motor.share == 0.4
    nobody = store.run_now(service_levels.of_queue, "travel", WITHIN, since, now)
    assert nobody == Level(0, 0) and nobody.share is None
