"""An ordered call is over: whoever ordered it goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from claims_store import call_orders, follow_ups, surveys, voice_notices
from claims_store.call_orders import CallOrder
from claims_store.consequences import reached
from claims_store.consequences.effects import Effect
from claims_store.outbox import Consequence

Over = Callable[[Session, CallOrder, datetime], None]

OVER: Mapping[str, Over] = {
    "voice_notice": voice_notices.over,
    "survey_offer": surveys.answered_by_key,
    "follow_up": follow_ups.over,
    call_orders.CONNECT: reached.over,
}
"""By the order's script; what is not here needs nobody to know."""


def handle(session: Session, row: Consequence, now: datetime) -> list[Effect]:
    """Tell whoever ordered it, who finds the same again when he is told twice."""
    order = call_orders.get(session, row.payload.get("key", ""))
    over = OVER.get(order.script) if order else None
    if order is not None and over is not None:
        over(session, order, now)
    return []
