"""Whether a paid claim is followed up, by which way, and when: the plan decides, the customer may
decline, and what the law wants is not drawn by lot."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from claims_store.rules import calling
from claims_store.rules.deadlines import DEADLINES
from routing.calendar import working_day
from routing.plan import FollowUp, Hours

TOPIC = "follow_up"
"""What a customer declines who does not want to be asked (`contacting.Wants.off`)."""
WINDOW = "service"
Size = Literal["small", "normal", "complex"]


@dataclass(frozen=True, slots=True)
class Paid:
    """A claim that was paid. `declined`: the customer does not want to be asked; `phone`: there is
    a number to call."""

    number: str
    line: str
    amount: Decimal | None = None
    injury: bool = False
    complained: bool = False
    declined: bool = False
    phone: bool = True


@dataclass(frozen=True, slots=True)
class Made:
    """It is made by this way, after so many working days."""

    way: Literal["line", "task"]
    days: int


@dataclass(frozen=True, slots=True)
class NotMade:
    """It is not made, for this reason: no_plan, declined, no_phone or not_drawn."""

    reason: str


def decide(plan: FollowUp | None, paid: Paid) -> Made | NotMade:
    """What the plan says of a paid claim."""
    if plan is None:
        return NotMade("no_plan")
    if paid.declined:
        return NotMade("declined")
    if not paid.phone:
        return NotMade("no_phone")
    if size(plan, paid) == "small" and not by_law(paid.line) and not drawn(plan, paid.number):
        return NotMade("not_drawn")
    # Whoever was hurt or has complained is not asked by a machine.
    way = "task" if paid.injury or paid.complained else plan.way
    return Made(way, getattr(plan.after, size(plan, paid)))


def size(plan: FollowUp, paid: Paid) -> Size:
    """How large a claim is; one whose sum nobody wrote down is a normal one."""
    if paid.injury or paid.complained:
        return "complex"
    if paid.amount is None:
        return "normal"
    if paid.amount >= plan.complex:
        return "complex"
    return "small" if paid.amount <= plan.small else "normal"


def by_law(line: str) -> bool:
    """Whether a deadline wants a follow-up of every claim of this line of business."""
    wanted = (rule for rule in DEADLINES.values() if "follow_up_called" in rule.stop)
    return any(not rule.lines or line in rule.lines for rule in wanted)


def drawn(plan: FollowUp, number: str) -> bool:
    """Whether a small claim is in the share: the same answer whenever it is asked."""
    lot = int.from_bytes(hashlib.sha256(number.encode()).digest()[:4], "big")
    return lot < plan.share * 2**32


def first_moment(paid: datetime, days: int, hours: Hours, zone: ZoneInfo) -> datetime:
    """The first allowed moment on the working day that is `days` after the payment."""
    day = working_day(hours, paid.astimezone(zone).date(), days)
    begin = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(paid.tzinfo)
    return calling.first(WINDOW, begin, hours, zone)


def within(day_of: datetime, hours: Hours, zone: ZoneInfo, days: int) -> datetime:
    """The end of the working day that is `days` after a moment: the due time of tasks."""
    day = working_day(hours, day_of.astimezone(zone).date(), days) + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(day_of.tzinfo)
