"""Rows that several tests begin with."""

from __future__ import annotations

from datetime import datetime, timedelta

from claims_store import calls, customers
from claims_store.calls import CallOpened
from claims_store.customers import Customer, Policy
from claims_store.people import Staff
from claims_store.rules.stages import Actor
from claims_store.store import Session, Store

CALLER = "+8613800138001"
CALL = "n1-1764145200.3"
PLATE = "沪AD82K7"
POLICY = "0126004711"
LINE = Actor("line", "line")
HANDLER = Actor("handler1", "handler")
SECOND = Actor("handler2", "handler")
SURVEYOR = Actor("surveyor1", "surveyor")
SYSTEM = Actor("system", "system")


def open_call(store: Store, now: datetime, call_id: str = CALL, caller: str = CALLER) -> str:
    opened = CallOpened(call_id, "n1", f"{call_id}@sip", caller, "5550100", now, 1)
    store.run_now(calls.open_call, opened)
    return call_id


def a_customer(**changes: str) -> Customer:
    plain = {
        "id": "C10001",
        "name": "袁伟",
        "phone": CALLER,
        "identity": "310115184403299759",
        "language": "zh",
        "region": "310115",
        "tier": "standard",
    }
    return Customer(**(plain | changes))  # type: ignore[arg-type]


def a_policy(now: datetime, **changes: object) -> Policy:
    plain: dict[str, object] = {
        "id": 0,
        "customer_id": "C10001",
        "number": POLICY,
        "line": "motor",
        "product": "motor_comprehensive",
        "plate": PLATE,
        "object": "大众朗逸",
        "insured": "袁伟",
        "regions": ("310115", "330106"),
        "valid_from": now - timedelta(days=100),
        "valid_to": now + timedelta(days=265),
    }
    return Policy(**(plain | changes))  # type: ignore[arg-type]


def a_handler(name: str = "handler1", **changes: object) -> Staff:
    plain: dict[str, object] = {
        "name": name,
        "kind": "handler",
        "title": {"zh": name, "en": name},
        "phone": "+8613800139001",
        "lines": ("motor",),
        "languages": ("zh",),
        "regions": ("310000",),
    }
    return Staff(**(plain | changes))  # type: ignore[arg-type]


def insured(s: Session, now: datetime) -> Policy:
    """A customer and his car's policy."""
    customers.put(s, a_customer())
    return customers.put_policy(s, a_policy(now))


def motor_answers(now: datetime) -> dict[str, str]:
    """Enough for a claim."""
    return {
        "any_injury": "no",
        "safe_place": "yes",
        "callback_phone": CALLER,
        "policy_number": POLICY,
        "reporter_relation": "insured",
        "loss_time": (now - timedelta(minutes=40)).isoformat(timespec="minutes"),
        "loss_region": "310115",
        "loss_place": "世纪大道",
        "loss_kind": "rear_end",
        "narrative": "等红灯时被后车追尾",
        "third_party": "no",
        "reporter_drove": "yes",
        "drivable": "yes",
        "at_scene": "yes",
    }
