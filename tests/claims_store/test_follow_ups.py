"""Follow-ups: planned when a claim is paid, made in allowed hours, never on a refuser."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from claims_store import (
    call_orders,
    claims,
    clocks,
    complaints,
    feedback,
    follow_ups,
    moves,
    people,
    plans,
    preferences,
    reports,
    tasks,
)
from claims_store.errors import NotFound
from claims_store.follow_ups import FollowUp
from claims_store.incoming import Incoming
from claims_store.rules.contacting import Wants
from claims_store.rules.stages import Actor
from claims_store.store import Session, Store
from claims_store.tables import CallOrderRow
from tests.claims_store.examples import CALLER, HANDLER, SECOND, SYSTEM, a_handler, insured
from tests.claims_store.test_moves import reported
from tests.claims_store.working import messages, work
from tests.routing.test_reading import PLAN

pytestmark = pytest.mark.store

DAY = timedelta(days=1)
FOLLOWING = f"{PLAN}\n[follow_up]\nway = 'line'\n"
AGENT = Actor("agent1", "agent")
DUE = datetime.fromisoformat("2026-11-26T09:00+08:00")
"""Paid on a Tuesday, two working days later, at nine."""


def paid(store: Store, now: datetime, plan: str = FOLLOWING, **answers: str) -> str:
    """A motor claim of 800 that was paid at `now`."""

    def begin(s: Session) -> str:
        insured(s, now)
        people.put_staff(s, a_handler("handler1"))
        plans.publish(s, plan, "admin", "follow up", now)
        claim = reported(s, now, **answers)
        for event, by, data in (
            ("claim_filed", HANDLER, {}), ("documents_completed", HANDLER, {}),
            ("loss_surveyed", HANDLER, {}), ("loss_assessed", HANDLER, {"amount": "800"}),
            ("claim_calculated", HANDLER, {}), ("claim_approved", SECOND, {}),
            ("sum_agreed", HANDLER, {}), ("payment_started", HANDLER, {}),
            ("claim_paid", SYSTEM, {}),
        ):  # fmt: skip
            moves.move(s, claim, event, by, now, **data)
        return claim

    number = store.run_now(begin)
    work(store, now, twice=True)
    return number


def the_one(store: Store, claim: str) -> FollowUp:
    (found,) = store.run_now(follow_ups.listing, claim)
    return found


def its_order(store: Store, claim: str) -> call_orders.CallOrder:
    (found,) = store.run_now(call_orders.listing, claim)
    return found


def ends(store: Store, key: str, outcome: str, now: datetime, **answers: object) -> None:
    """The line's call is over."""

    def end(s: Session) -> None:
        row = s.get_one(CallOrderRow, key)
        call_orders.keep_answers(s, row, answers)
        call_orders.finish(s, row, outcome, now)

    store.run_now(end)
    work(store, now, twice=True)


def cn9(store: Store, claim: str) -> str:
    return next(each.state for each in store.run_now(clocks.of, claim) if each.rule == "CN9")


def events(store: Store, claim: str) -> list[str]:
    return [each.event for each in store.run_now(claims.journal, claim)]


def test_the_line_calls_when_its_day_has_come(store: Store, now: datetime) -> None:
    claim = paid(store, now)
    assert (the_one(store, claim).state, the_one(store, claim).due) == ("planned", DUE)
    work(store, DUE - timedelta(seconds=1))
    assert store.run_now(call_orders.listing, claim) == []
    work(store, DUE, twice=True)
    order = its_order(store, claim)
    assert (order.script, order.to, order.next_at) == ("follow_up", CALLER, DUE)
    assert order.values["questions"][0] == "received"
    assert the_one(store, claim).state == "asked"
    assert cn9(store, claim) == "open"


def test_what_was_answered_is_kept_and_the_law_is_met(store: Store, now: datetime) -> None:
    claim = paid(store, now)
    work(store, DUE)
    scores = {"received": 1, "speed": 5, "staff": 4, "asked_for_money": 1, "recommend": 9}
    ends(store, its_order(store, claim).key, "heard", DUE, **scores)
    (found,) = store.run_now(feedback.of, claim)
    assert (found.way, found.scores) == ("call", scores)
    assert the_one(store, claim).state == "done"
    assert events(store, claim).count("follow_up_called") == 1
    assert cn9(store, claim) == "met"
    assert store.run_now(complaints.listing) == []


def test_who_hangs_up_in_the_middle_has_said_what_he_said(store: Store, now: datetime) -> None:
    claim = paid(store, now)
    work(store, DUE)
    ends(store, its_order(store, claim).key, "left", DUE, received=1, speed=1)
    (found,) = store.run_now(feedback.of, claim)
    assert found.scores == {"received": 1, "speed": 1}
    (made,) = store.run_now(complaints.listing, about=claim)
    assert (made.stage, made.department) == ("drafted", "review")
    assert the_one(store, claim).state == "done"


def test_a_refuser_is_not_dialled_and_the_reason_is_kept(store: Store, now: datetime) -> None:
    store.run_now(preferences.put, CALLER, Wants(off=frozenset({"follow_up"})), now)
    claim = paid(store, now)
    work(store, now + 30 * DAY)
    assert store.run_now(call_orders.listing, claim) == []
    found = the_one(store, claim)
    assert (found.state, found.reason) == ("not_made", "declined")
    assert "follow_up_called" not in events(store, claim)
    assert cn9(store, claim) == "void"


def test_who_refuses_before_his_day_is_not_dialled(store: Store, now: datetime) -> None:
    claim = paid(store, now)
    store.run_now(preferences.put, CALLER, Wants(off=frozenset({"follow_up"})), now + DAY)
    work(store, DUE)
    assert store.run_now(call_orders.listing, claim) == []
    assert the_one(store, claim).reason == "declined"


def test_who_refuses_in_the_call_is_not_asked_again(store: Store, now: datetime) -> None:
    claim = paid(store, now)
    work(store, DUE)
    ends(store, its_order(store, claim).key, "refused", DUE)
    assert (the_one(store, claim).state, cn9(store, claim)) == ("not_made", "void")


def test_at_one_past_eight_in_the_evening_nobody_is_dialled(store: Store, now: datetime) -> None:
    claim = paid(store, now)
    late = datetime.fromisoformat("2026-11-26T20:01+08:00")
    store.run_now(follow_ups.begin, claim, the_one(store, claim).seq, late)
    order = its_order(store, claim)
    assert order.next_at == datetime.fromisoformat("2026-11-27T09:00+08:00")
    assert store.run_now(call_orders.take_due, late) == []


def test_a_claim_that_is_open_again_is_not_followed_up(store: Store, now: datetime) -> None:
    claim = paid(store, now)
    store.run_now(moves.move, claim, "claim_closed", HANDLER, now)
    store.run_now(moves.move, claim, "claim_reopened", HANDLER, now, reason="new papers")
    work(store, DUE)
    assert (the_one(store, claim).state, the_one(store, claim).reason) == ("not_made", "reopened")


def test_an_answer_is_kept_though_the_claim_was_opened_again_meanwhile(
    store: Store, now: datetime
) -> None:
    claim = paid(store, now)
    work(store, DUE)
    store.run_now(moves.move, claim, "claim_closed", HANDLER, DUE)
    store.run_now(moves.move, claim, "claim_reopened", HANDLER, DUE, reason="new papers")
    ends(store, its_order(store, claim).key, "heard", DUE, speed=4)
    assert the_one(store, claim).state == "done"
    assert [each.scores for each in store.run_now(feedback.of, claim)] == [{"speed": 4}]
    assert "follow_up_called" not in events(store, claim)


def test_nobody_reached_is_written_to_and_may_answer_with_a_digit(
    store: Store, now: datetime
) -> None:
    claim = paid(store, now)
    work(store, DUE)
    ends(store, its_order(store, claim).key, "given_up", DUE)
    assert (the_one(store, claim).state, the_one(store, claim).reason) == ("missed", "given_up")
    (row,) = (each for each in messages(store, DUE) if each.payload["text"] == "follow_up_missed")
    assert row.payload["values"]["link"].startswith("/c/")
    assert cn9(store, claim) == "open"
    answer = Incoming(channel="sms", sender=CALLER, text="５", at=DUE + DAY, id="1")
    assert store.run_now(feedback.by_text, answer, DUE + DAY)
    work(store, DUE + DAY)
    assert (the_one(store, claim).state, cn9(store, claim)) == ("done", "met")


def test_as_a_task_a_person_calls_with_one_click(store: Store, now: datetime) -> None:
    claim = paid(store, now, FOLLOWING.replace("'line'", "'task'"))
    work(store, DUE, twice=True)
    (task,) = (t for t in store.run_now(tasks.listing, about=claim) if t.kind == "follow_up")
    assert task.due == datetime.fromisoformat("2026-11-30T00:00+08:00") - DAY
    assert store.run_now(follow_ups.dial, claim, "201", "agent1", DUE)
    assert not store.run_now(follow_ups.dial, claim, "201", "agent1", DUE)
    order = its_order(store, claim)
    assert (order.script, order.first, order.to) == ("connect", "201", CALLER)
    store.run_now(follow_ups.record, claim, AGENT, {"speed": 4}, "都好", DUE)
    assert (the_one(store, claim).state, cn9(store, claim)) == ("done", "met")
    assert not [t for t in store.run_now(tasks.listing, about=claim) if t.kind == "follow_up"]
    with pytest.raises(NotFound):
        store.run_now(follow_ups.record, claim, AGENT, {"speed": 4}, "", DUE)


def test_who_tells_a_person_that_he_does_not_want_it_is_left_alone(
    store: Store, now: datetime
) -> None:
    claim = paid(store, now, FOLLOWING.replace("'line'", "'task'"))
    work(store, DUE)
    store.run_now(follow_ups.decline, claim, AGENT, DUE)
    assert "follow_up" in store.run_now(preferences.of, CALLER).off
    assert (the_one(store, claim).reason, cn9(store, claim)) == ("declined", "void")
    assert not [t for t in store.run_now(tasks.listing, about=claim) if t.kind == "follow_up"]


def test_whoever_was_hurt_is_called_by_a_person(store: Store, now: datetime) -> None:
    claim = paid(store, now)
    report = claim.replace("CL", "BA")
    said = {"by": "agent1", "source": "agent", "at": now}
    store.run_now(reports.answer, report, "any_injury", "yes", **said)
    work(store, DUE + 7 * DAY)
    assert (the_one(store, claim).way, the_one(store, claim).state) == ("task", "asked")
    assert store.run_now(call_orders.listing, claim) == []


def test_without_a_plan_the_reason_is_kept(store: Store, now: datetime) -> None:
    claim = paid(store, now, PLAN)
    assert replace(the_one(store, claim), settled=None) == FollowUp(
        claim, the_one(store, claim).seq, "", "not_made", "no_plan", None, None
    )
