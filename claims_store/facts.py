"""What is known of a claim for the rules: from its report, its policy and its journal."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from claims_store import customers
from claims_store.assessing import present
from claims_store.claim_journal import ClaimEvent
from claims_store.personal import unseal
from claims_store.rules import simple
from claims_store.rules.clocks import Facts
from claims_store.rules.stages import ClaimState
from claims_store.tables import ClaimRow, ReportRow

URGENT = (("any_injury", "yes"), ("safe_place", "no"))
_HANDLED = (
    "facts_clear",
    "liability_clear",
    "all_share_fault",
    "all_agree",
    "all_compulsory",
    "vehicles",
    "each_amount",
    "investigation",
    "excluded",
    "only_vehicles",
)
"""Facts that only people can state: they come with moves."""


def values(s: Session, row: ClaimRow) -> dict[str, str]:
    """What the claim's own report says; empty for a claim without one."""
    if not row.report_number:
        return {}
    return {name: each.value for name, each in present(s, row.report_number).items() if each.value}


def for_clocks(state: ClaimState, line: str, said: dict[str, str], place: str) -> Facts:
    """What limits depend on."""
    return Facts(
        line=line,
        amount=state.amount,
        injury=said.get("any_injury", "unknown"),
        at_scene=said.get("at_scene", "unknown"),
        place=place or "suburb",
        simple=state.simple or "",
    )


def place_of(events: Sequence[ClaimEvent]) -> str:
    """Where the loss was, as whoever sent the surveyor said: city, suburb or far."""
    said = (each.data.get("place") for each in events if each.event == "survey_dispatched")
    return str(next((each for each in reversed(list(said)) if each), ""))


def for_simple(
    state: ClaimState, said: dict[str, str], events: Sequence[ClaimEvent]
) -> dict[str, simple.Value]:
    """What the rules of simple claims ask; what somebody states with a move holds."""
    third = said.get("third_party", "unknown")
    facts: dict[str, simple.Value] = {
        "any_injury": said.get("any_injury"),
        "drivable": said.get("drivable"),
        "amount": state.amount,
        "vehicles": 1 if third == "no" else 2 if said.get("other_plate") else None,
        "liability_clear": "yes" if third == "no" else None,
        "papers_complete": "yes" if state.documents == "complete" else "no",
        "investigation": "yes" if "fraud_referral" in state.flags else "no",
    }
    for each in events:
        facts |= {name: each.data[name] for name in _HANDLED if name in each.data}
    return facts


def urgent(said: dict[str, str]) -> bool:
    """Whether somebody is hurt or in danger."""
    return any(said.get(name) == value for name, value in URGENT)


def contact(s: Session, row: ClaimRow) -> tuple[str, str]:
    """The customer's number and language: the one he gave with the report, else his own."""
    said = values(s, row)
    report = s.get(ReportRow, row.report_number) if row.report_number else None
    customer = customers.get(s, row.customer_id) if row.customer_id else None
    caller = unseal(s, report.caller) if report else None
    number = said.get("callback_phone") or caller or (customer.phone if customer else "")
    language = report.language if report else customer.language if customer else "zh"
    return number, language
