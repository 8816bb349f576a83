"""What has happened before the demo begins: open claims with their reports, and closed ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ari_app.demo.invented import Inventor
from claims_store import assignment, claims, customers, moves, outbox, reports
from claims_store.customers import Policy
from claims_store.reports import LINE
from claims_store.rules.stages import Actor
from claims_store.store import Session

OPEN, CLOSED = 8, 12
ALL = 10_000
_STEPS: tuple[tuple[str, str, float, dict[str, Any]], ...] = (
    ("handler_assigned", "", 0.02, {}),
    ("claim_filed", "handler", 0.04, {}),
    ("survey_dispatched", "handler", 0.07, {"surveyor": "surveyor1", "place": "suburb"}),
    ("survey_accepted", "surveyor", 0.1, {}),
    ("customer_called", "surveyor", 0.15, {}),
    ("surveyor_left", "surveyor", 0.2, {}),
    ("surveyor_arrived", "surveyor", 0.9, {}),
    ("loss_surveyed", "surveyor", 1.5, {"amount": "3600"}),
    ("documents_requested", "handler", 2.0, {"missing": ["driving_licence", "repair_invoice"]}),
    ("loss_assessed", "surveyor", 24.0, {"amount": "3600"}),
    ("documents_completed", "handler", 72.0, {}),
    ("claim_calculated", "handler", 75.0, {}),
    ("claim_approved", "handler", 78.0, {}),
    ("sum_agreed", "line", 80.0, {}),
    ("payment_started", "handler", 90.0, {}),
    ("claim_paid", "system", 96.0, {}),
    ("claim_closed", "handler", 97.0, {}),
)
"""A claim's way from report to close: move, whose, hours after the report, what goes with it. The
first is the rules' choice; a handler is whom they chose."""


def past_claims(s: Session, make: Inventor, policies: list[Policy], now: datetime) -> None:
    """Open claims from motor reports, each further on its way, and closed ones of every line."""
    cars = [policy for policy in policies if policy.line == "motor" and _covers(policy, now)]
    for index, policy in enumerate(cars[:OPEN]):
        begun = now - timedelta(hours=_STEPS[1 + index][2] + 0.05)
        number = _reported(s, make, policy, begun, at_scene=index > 0)
        _go_on(s, number, begun, 2 + index, now)
    others = [policy for policy in policies if _covers(policy, now - timedelta(days=25))]
    for index, policy in enumerate(make.random.sample(others, CLOSED)):
        begun = now - timedelta(days=10 + index, hours=index)
        number = _free(s, make, begun)
        moves.open_claim(
            s, number, policy.line, begun, LINE,
            customer_id=policy.customer_id, policy_id=policy.id,
        )  # fmt: skip
        _go_on(s, number, begun, len(_STEPS), now)
    for row in outbox.due(s, now, ALL):
        outbox.done(s, row.id, now)  # what has happened is over: nobody hears of it now


def _covers(policy: Policy, at: datetime) -> bool:
    return policy.valid_from <= at - timedelta(days=10) and at < policy.valid_to


def _reported(s: Session, make: Inventor, policy: Policy, at: datetime, *, at_scene: bool) -> str:
    holder = customers.get(s, policy.customer_id)
    assert holder is not None
    number = reports.start(s, None, holder.phone, holder.language, at)
    claim = None
    said = _answers(make, policy, holder.phone, at)
    said |= {"at_scene": "yes"} if at_scene else {"at_scene": "no", "seen_where": "4S店"}
    for name, value in said.items():
        saved = reports.answer(s, number, name, value, by="line", source="line", at=at)
        claim = saved.claim_number
    if claim is None:
        raise AssertionError(f"the demo's report still lacks {saved.missing} {saved.problems}")
    reports.finish(s, number, at)
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
    }


def _go_on(s: Session, number: str, begun: datetime, steps: int, now: datetime) -> None:
    owner: str | None = None
    for event, role, hours, data in _STEPS[:steps]:
        at = min(begun + timedelta(hours=hours), now)
        if not role:
            owner = assignment.assign(s, number, at, "claim_reported")
            continue
        name = {"handler": owner or "handler1", "surveyor": "surveyor1"}.get(role, role)
        moves.move(s, number, event, Actor(name, role), at, **data)


def _free(s: Session, make: Inventor, at: datetime) -> str:
    day = at.astimezone(s.info["zone"])
    while True:
        number = f"CL-{day:%y%m%d}-{make.random.randrange(10_000):04d}"
        if claims.by_number(s, number) is None:
            return number
