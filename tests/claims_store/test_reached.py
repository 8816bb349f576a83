"""Somebody of ours was connected with a customer: the claim says so by itself, once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import call_attempts, call_orders, claims, clocks, moves, people, surveys, tasks
from claims_store.call_attempts import Rule
from claims_store.claim_journal import ClaimEvent
from claims_store.consequences.deadline import CALL_FIRST
from claims_store.store import Store
from tests.claims_store.examples import CALLER, HANDLER
from tests.claims_store.test_call_orders import trunk
from tests.claims_store.test_promises import kinds
from tests.claims_store.test_promises import number as promised
from tests.claims_store.test_surveys import number, survey
from tests.claims_store.working import work

__all__ = ["number", "promised"]  # fixtures

pytestmark = pytest.mark.store

MINUTE = timedelta(minutes=1)


def call(
    store: Store, about: str, by: str, at: datetime, *, outcome: str = "answered", key: str = "c1"
) -> datetime:
    """Connect somebody with the customer; when the customer has answered, if he has."""
    store.run_now(call_orders.connect, key, "201", CALLER, at, about=about, by=by, masked=True)
    asked = [each.key for each in store.run_now(call_attempts.due, at)]
    (attempt,) = [each for each in asked if each.startswith(call_orders.CONNECTS)]
    store.run_now(call_attempts.begin, attempt, Rule("n1", trunk, at, at - 9 * 60 * MINUTE))
    heard = at + timedelta(seconds=20)
    if outcome == "answered":
        store.run_now(call_attempts.answered, attempt, heard)
    store.run_now(call_attempts.end, attempt, at + 2 * MINUTE, outcome)
    work(store, at + 2 * MINUTE, twice=True)
    return heard


def called(store: Store, claim: str) -> list[ClaimEvent]:
    journal = store.run_now(claims.journal, claim)
    return [each for each in journal if each.event == "customer_called"]


def test_a_surveyor_s_masked_call_ends_his_time_to_call(
    store: Store, now: datetime, number: str
) -> None:
    work(store, now)
    yes = now + timedelta(seconds=30)
    store.run_now(surveys.accept, survey(store, number).id, "surveyor1", yes, "link")
    work(store, yes)
    heard = call(store, number, "surveyor1", now + MINUTE)
    (event,) = called(store, number)
    assert (event.by, event.at, event.data["order"]) == ("surveyor1", heard, "c1")
    running = {each.rule: (each.state, each.ended) for each in store.run_now(clocks.of, number)}
    assert running["SV3"] == ("met", heard)
    call(store, number, "surveyor1", now + 4 * MINUTE, key="c2")
    assert [each.data["order"] for each in called(store, number)] == ["c1", "c2"]


@pytest.mark.parametrize("outcome", ["busy", "no_answer", "refused", "lost"])
def test_who_was_not_reached_was_not_called(
    store: Store, now: datetime, number: str, outcome: str
) -> None:
    work(store, now)
    call(store, number, "surveyor1", now + MINUTE, outcome=outcome)
    assert called(store, number) == []


def test_the_call_before_a_promise_breaks_is_done_by_the_call_and_the_promise_by_a_person_s_word(
    store: Store, now: datetime, promised: str
) -> None:
    later = now + timedelta(hours=1, minutes=40)
    work(store, later)
    assert (CALL_FIRST, "handler1") in kinds(store, promised)
    call(store, promised, "handler1", later)
    assert kinds(store, promised) == [("handler_calls", "handler1")]
    (done,) = [e for e in store.run_now(tasks.listing, done=True, about=promised)
               if e.kind == CALL_FIRST]  # fmt: skip
    assert done.done_by == "handler1"
    (promise,) = [e for e in store.run_now(clocks.of, promised) if e.kind == "call"]
    assert promise.state == "open"
    assert [each.by for each in called(store, promised)] == ["handler1"]


def test_who_signs_in_as_an_agent_calls_as_one_and_a_command_as_nobody(
    store: Store, now: datetime, promised: str
) -> None:
    user = people.User("zhang", "agent", {"zh": "张"}, "agent1", "zh")
    store.run_now(people.add_user, user, "not a hash", now)
    call(store, promised, "agent1", now + MINUTE)
    assert [each.by for each in called(store, promised)] == ["agent1"]
    call(store, promised, "command line", now + 4 * MINUTE, key="c2")
    assert len(called(store, promised)) == 1


def test_about_a_claim_that_has_ended_or_nothing_that_is_a_claim_nothing_is_written(
    store: Store, now: datetime, promised: str
) -> None:
    given = {"reason": "x", "heard_in": "c"}
    store.run_now(moves.move, promised, "claim_withdrawn", HANDLER, now + MINUTE, **given)
    store.run_now(moves.move, promised, "claim_closed", HANDLER, now + MINUTE)
    for key, about in (("c1", promised), ("c2", ""), ("c3", "BA-000000-0000")):
        call(store, about, "handler1", now + 2 * MINUTE, key=key)
    assert called(store, promised) == []
