"""Which queue a call belongs to: the first rule that holds, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from routing import hours
from routing.facts import CallFacts
from routing.plan import Plan, When
from routing.words import Text

_VALUES = ("issue", "line", "language", "dialled", "caller", "tier")
_FLAGS = ("known", "urgent", "has_open_claim")

EMERGENCY = Text("来电人在紧急提示时要求人工", "asked for a person at the emergency sentence")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a call goes and what it takes along into the queue."""

    queue: str
    rule_name: str
    reason: Text
    urgent: bool = False
    bonus_s: int = 0


def choose(plan: Plan, facts: CallFacts, now: datetime) -> Destination:
    """The destination by the first rule that holds; the last rule takes whatever is left."""
    rule = next((each for each in plan.rule if holds(plan, each.when, facts, now)), plan.rule[-1])
    return Destination(rule.queue, rule.name, rule.reason, rule.urgent, rule.bonus)


def emergency(plan: Plan) -> Destination:
    """Where a caller goes who asks for a person at the emergency sentence."""
    return Destination(plan.line.emergency, "emergency", EMERGENCY, urgent=True)


def holds(plan: Plan, when: When, facts: CallFacts, now: datetime) -> bool:
    """Whether everything the rule asks is so."""
    for name in _VALUES:
        asked = getattr(when, name)
        if asked and getattr(facts, name) not in asked:
            return False
    for name in _FLAGS:
        flag = getattr(when, name)
        if flag is not None and getattr(facts, name) != flag:
            return False
    if when.region and not any(covers(asked, facts.region) for asked in when.region):
        return False
    if when.open is not None and not hours.state(plan, when.open, now).open:
        return False
    return when.closed is None or not hours.state(plan, when.closed, now).open


def covers(region: str, place: str) -> bool:
    """Whether the place lies in the region: 310000 covers 310115, 310115 only itself."""
    return bool(place) and place.startswith(stem(region))


def stem(region: str) -> str:
    """The digits that say something: 310000 -> 31, 330100 -> 3301, 310115 -> 310115."""
    if region.endswith("0000"):
        return region[:2]
    return region[:4] if region.endswith("00") else region
