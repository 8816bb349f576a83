"""`claimline queues`: whether callers get an agent in the time that the plan wants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from ari_app.clock import SystemClock
from ari_app.commands.common import STATE, Json, State, fail, opened, print_json, print_table
from ari_app.planning import read_plan
from claims_store import plans, service_levels
from claims_store.store import Store
from routing.plan import Plan

SPAN = timedelta(hours=24)


def queues(state: State = STATE, json_: Json = False) -> None:
    """How many callers of the last 24 hours were answered in time, by queue."""
    with opened(state) as store:
        published = store.run_now(plans.current)
        if published is None:
            fail("No plan is in force. Publish one: claimline plan publish FILE")
        rows = list(_levels(store, read_plan(published.text), SystemClock().now()))
    if json_:
        print_json(rows)
        return
    print_table(tuple(rows[0]), [list(row.values()) for row in rows])


def _levels(store: Store, plan: Plan, now: datetime) -> Iterator[dict[str, Any]]:
    for name, queue in plan.queue.items():
        within = timedelta(seconds=queue.target.within)
        level = store.run_now(service_levels.of_queue, name, within, now - SPAN, now)
        share = level.share
        yield {
            "queue": name, "callers": level.callers, "in_time": level.in_time,
            "share": None if share is None else round(share, 3),
            "goal": queue.target.share, "within_s": queue.target.within,
            "met": None if share is None else share >= queue.target.share,
        }  # fmt: skip
