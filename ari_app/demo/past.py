"""What has happened before the demo begins: open claims with their reports, and closed ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ari_app.demo.invented import Inventor
from claims_store import claims, customers, outbox, reports
from claims_store.customers import Policy
from claims_store.store import Session

OPEN, CLOSED = 8, 12
_STEPS: tuple[tuple[str, str, float, dict[str, Any]], ...] = (
    ("handler_assigned", "system", 0.1, {"handler": "handler1"}),
    ("claim_filed", "handler1", 1.0, {}),
    ("survey_dispatched", "handler1", 1.2, {"surveyor": "surveyor1"}),
    ("survey_accepted", "surveyor1", 1.5, {}),
    ("surveyor_left", "surveyor1", 3.0, {}),
    ("surveyor_arrived", "surveyor1", 4.0, {}),
    ("loss_surveyed", "surveyor1", 5.0, {}),
    ("documents_requested", "handler1", 6.0, {"missing": ["driving_licence", "repair_invoice"]}),
    ("loss_assessed", "surveyor1", 24.0, {}),
    ("documents_completed", "handler1", 72.0, {}),
    ("claim_calculated", "handler1", 90.0, {}),
    ("claim_approved", "handler2", 96.0, {}),
    ("sum_agreed", "line", 100.0, {}),
    ("payment_started", "handler1", 120.0, {}),
    ("claim_paid", "system", 144.0, {}),
    ("claim_closed", "handler1", 145.0, {}),
)
"""A claim's way from report to close: event, who, hours after the report, what goes with it."""


def past_claims(s: Session, make: Inventor, policies: list[Policy], now: datetime) -> None:
    """Open claims from motor reports, each further on its way, and closed ones of every line."""
    cars = [policy for policy in policies if policy.line == "motor" and _covers(policy, now)]
    for index, policy in enumerate(cars[:OPEN]):
        begun = now - timedelta(days=6, hours=3 * index)
        number = _reported(s, make, policy, begun)
        _go_on(s, number, begun, 2 + index, now)
    others = [policy for policy in policies if _covers(policy, now - timedelta(days=25))]
    for index, policy in enumerate(make.random.sample(others, CLOSED)):
        begun = now - timedelta(days=10 + index, hours=index)
        number = _free(s, make, begun)
        claims.open_claim(
            s, number, policy.line, begun, "line",
            customer_id=policy.customer_id, policy_id=policy.id,
        )  # fmt: skip
        _go_on(s, number, begun, len(_STEPS), now)


def _covers(policy: Policy, at: datetime) -> bool:
    return policy.valid_from <= at - timedelta(days=10) and at < policy.valid_to


def _reported(s: Session, make: Inventor, policy: Policy, at: datetime) -> str:
    holder = customers.get(s, policy.customer_id)
    assert holder is not None
    number = reports.start(s, None, holder.phone, holder.language, at)
    claim = None
    for name, value in _answers(make, policy, holder.phone, at).items():
        saved = reports.answer(s, number, name, value, by="line", source="line", at=at)
        claim = saved.claim_number
    if claim is None:
        raise AssertionError(f"the demo's report still lacks {saved.missing} {saved.problems}")
    reports.finish(s, number, at)
    for message in outbox.due(s, at):
        outbox.done(s, message.id, at)
    return claim


def _answers(make: Inventor, policy: Policy, phone: str, at: datetime) -> dict[str, str]:
    holder_drove = {"reporter_relation": "insured", "reporter_drove": "yes"}
    lost = (at - timedelta(minutes=40)).astimezone(policy.valid_from.tzinfo)
    return holder_drove | {
        "line": policy.line,
        "callback_phone": phone,
        "policy_number": policy.number,
        "any_injury": "no",
        "safe_place": "yes",
        "plate": policy.plate,
        "loss_time": lost.isoformat(timespec="minutes"),
        "loss_region": policy.regions[0],
        "loss_place": make.random.choice(("人民路口", "高架入口", "小区车库")),
        "loss_kind": make.random.choice(("rear_end", "scrape", "single")),
        "narrative": "等红灯时被后车追尾",
        "third_party": "no",
        "drivable": "yes",
        "at_scene": "yes",
    }


def _go_on(s: Session, number: str, begun: datetime, steps: int, now: datetime) -> None:
    for event, by, hours, data in _STEPS[:steps]:
        at = min(begun + timedelta(hours=hours), now)
        claims.record(s, number, at, event, by, **data)


def _free(s: Session, make: Inventor, at: datetime) -> str:
    day = at.astimezone(s.info["zone"])
    while True:
        number = f"CL-{day:%y%m%d}-{make.random.randrange(10_000):04d}"
        if claims.by_number(s, number) is None:
            return number
