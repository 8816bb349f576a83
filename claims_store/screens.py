"""What an agent sees of a caller before he answers, gathered in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from claims_store import calls, claims, customers, reports
from claims_store.claims import Claim
from claims_store.errors import NotFound


@dataclass(frozen=True, slots=True)
class ScreenPop:
    """The caller at a glance. Unless `verified`, he only rang from the customer's number: the page
    may show who he might be, and the agent asks."""

    call: calls.Call
    caller: str
    customer: customers.Customer | None
    verified: bool
    policies: list[customers.Policy]
    open_claims: list[Claim]
    past_claims: list[Claim]
    report: reports.ReportState | None
    previous_calls: list[calls.Call]


def pop(s: Session, call_id: str) -> ScreenPop:
    """Everything about the caller of a call; raises `NotFound`."""
    call = calls.get(s, call_id)
    if call is None:
        raise NotFound("call", call_id)
    customer = _customer(s, call)
    before = calls.of_caller(s, call.caller, call.started, call_id) if call.caller else []
    held = claims.of_customer(s, customer.id) if customer else []
    return ScreenPop(
        call=call,
        caller=call.caller,
        customer=customer,
        verified=call.verified,
        policies=customers.policies(s, customer.id) if customer else [],
        open_claims=[claim for claim in held if claim.closed is None],
        past_claims=[claim for claim in held if claim.closed is not None],
        report=reports.state(s, call.report_number) if call.report_number else None,
        previous_calls=before,
    )


def _customer(s: Session, call: calls.Call) -> customers.Customer | None:
    if call.customer_id is not None:
        return customers.get(s, call.customer_id)
    return customers.by_phone(s, call.caller) if call.caller else None
