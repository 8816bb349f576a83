"""What an agent sees before he answers."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest

from claims_store import calls, moves, reports, screens
from claims_store.errors import NotFound
from claims_store.store import Session, Store
from tests.claims_store.examples import (
    CALL,
    CALLER,
    HANDLER,
    LINE,
    a_customer,
    insured,
    open_call,
)

pytestmark = pytest.mark.store


def history(s: Session, now: datetime) -> None:
    policy = insured(s, now)
    for number in ("CL-261124-0001", "CL-261124-0002"):
        moves.open_claim(s, number, "motor", now, LINE, customer_id="C10001", policy_id=policy.id)
    moves.move(s, "CL-261124-0001", "claim_cancelled", HANDLER, now, reason="twice")


def test_the_screen_shows_who_may_be_calling_and_what_is_open(store: Store, now: datetime) -> None:
    store.run_now(history, now)
    open_call(store, now - timedelta(days=1), "n1-0.1")
    open_call(store, now)
    number = store.run_now(reports.start, CALL, CALLER, "zh", now)
    store.run_now(reports.answer, number, "any_injury", "no", by="line", source="line", at=now)
    pop = store.run_now(screens.pop, CALL)
    assert (pop.caller, pop.customer, pop.verified) == (CALLER, a_customer(), False)
    assert [policy.line for policy in pop.policies] == ["motor"]
    assert [claim.number for claim in pop.open_claims] == ["CL-261124-0002"]
    assert [claim.number for claim in pop.past_claims] == ["CL-261124-0001"]
    assert pop.report is not None and pop.report.values["any_injury"].value == "no"
    assert [call.call_id for call in pop.previous_calls] == ["n1-0.1"]


def test_the_customer_he_proved_to_be_counts_before_his_number(store: Store, now: datetime) -> None:
    store.run_now(history, now)
    open_call(store, now, caller="+8613900139000")
    pop = store.run_now(screens.pop, CALL)
    assert (pop.customer, pop.policies, pop.open_claims, pop.report) == (None, [], [], None)
    store.run_now(calls.change, CALL, customer_id="C10001", verified=True)
    pop = store.run_now(screens.pop, CALL)
    assert pop.verified and pop.customer == a_customer()


def test_a_withheld_number_has_no_history(store: Store, now: datetime) -> None:
    open_call(store, now, "n1-0.1", caller="")
    open_call(store, now, caller="")
    pop = store.run_now(screens.pop, CALL)
    assert (pop.customer, pop.previous_calls) == (None, [])
    with pytest.raises(NotFound):
        store.run_now(screens.pop, "none")


def test_calls_that_came_later_are_no_previous_ones(store: Store, now: datetime) -> None:
    for number, minutes in enumerate((0, 5, 10)):
        open_call(store, now + timedelta(minutes=minutes), f"n1-{number}.1")
    pop = store.run_now(screens.pop, "n1-1.1")
    assert [call.call_id for call in pop.previous_calls] == ["n1-0.1"]


def test_a_screen_of_a_regular_caller_is_there_well_within_two_seconds(
    store: Store, now: datetime
) -> None:
    def many(s: Session) -> None:
        policy = insured(s, now)
        for number in range(200):
            moves.open_claim(
                s, f"CL-261124-{number:04d}", "motor", now, LINE,
                customer_id="C10001", policy_id=policy.id,
            )  # fmt: skip

    store.run_now(many)
    for number in range(60):
        open_call(store, now, f"n1-{number}.1")
    begun = time.monotonic()
    pop = store.run_now(screens.pop, "n1-0.1")
    assert time.monotonic() - begun < 1
    assert (len(pop.open_claims), len(pop.previous_calls)) == (200, 10)
