"""Handlers get claims by rule; the reasons are in the journal; absence and overdue move work."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from claims_store import assignment, claims, customers, moves, outbox, people, plans, tasks
from claims_store.errors import NotFound
from claims_store.people import Absence
from claims_store.store import Session, Store
from tests.claims_store.examples import LINE, SURVEYOR, a_customer, a_handler, insured
from tests.claims_store.test_moves import reported
from tests.claims_store.working import work

pytestmark = pytest.mark.store

DAY = timedelta(days=1)
PLAN = """
[line]
name     = { zh = "专线", en = "line" }
numbers  = { 5550100 = "zh" }
hours    = "office"
handlers = "office"
menu     = "main"
emergency = "motor"
[hours.office]
weekly = { mon-fri = ["09:00-17:30"] }
holidays = "CN"
[hours.night]
weekly = { mon-sun = ["22:00-24:00"] }
[menu.main]
say  = "menu-main"
keys = { 1 = "report", 0 = "person" }
[queue.motor]
title = { zh = "车险", en = "Motor" }
[[queue.motor.step]]
need = "any"
[[rule]]
name = "all"
queue = "motor"
reason = { zh = "全部", en = "all" }
"""


@pytest.fixture
def number(store: Store, now: datetime) -> str:
    def begin(s: Session) -> str:
        insured(s, now)
        people.put_staff(s, a_handler("handler1"))
        people.put_staff(s, a_handler("handler2"))
        people.put_staff(s, a_handler("handler3", lines=("home",)))
        return reported(s, now, at_scene="no")

    return store.run_now(begin)


def owner(store: Store, number: str) -> str | None:
    claim = store.run_now(claims.by_number, number)
    assert claim is not None
    return claim.owner


def test_a_new_claim_is_given_away_with_every_candidate_s_fate(
    store: Store, now: datetime, number: str
) -> None:
    work(store, now, twice=True)
    assert owner(store, number) == "handler1"
    why = store.run_now(assignment.why, number)
    assert why is not None and (why["reason"], why["step"]) == ("claim_reported", "exact")
    fates = {each["name"]: (each["fate"], each["why"]) for each in why["candidates"]}
    assert fates == {
        "handler1": ("chosen", "first"), "handler2": ("ranked 2", "rank"),
        "handler3": ("filtered", "line"),
    }  # fmt: skip
    assert all(each["words"]["zh"] for each in why["candidates"])
    given = [each for each in store.run_now(claims.journal, number)
             if each.event == "handler_assigned"]  # fmt: skip
    assert len(given) == 1


def test_the_next_claim_goes_to_the_other_unless_the_customer_is_known(
    store: Store, now: datetime, number: str
) -> None:
    work(store, now)

    def stranger(s: Session) -> None:
        customers.put(s, a_customer(id="C2", phone="+8613800138002"))
        moves.open_claim(s, "CL-261125-0001", "motor", now + DAY, LINE, customer_id="C2")
        moves.open_claim(s, "CL-261125-0002", "motor", now + DAY, LINE, customer_id="C10001")

    store.run_now(stranger)
    work(store, now + DAY)
    assert owner(store, "CL-261125-0001") == "handler2"
    assert owner(store, "CL-261125-0002") == "handler1", "he knows the customer"


def test_whoever_is_away_gets_nothing_and_his_claims_go_to_others(
    store: Store, now: datetime, number: str
) -> None:
    work(store, now)
    tasks_before = store.run_now(tasks.add, "missing_items", number, now, now + DAY, "handler1")
    absence = Absence("handler1", now + DAY, now + 3 * DAY, "年假")

    def leave(s: Session) -> None:
        people.put_absence(s, absence)
        assignment.plan_hand_over(s, absence, now)

    store.run_now(leave)
    assert owner(store, number) == "handler1"
    work(store, now + DAY, twice=True)
    assert owner(store, number) == "handler2"
    held = {each.id: each.owner for each in store.run_now(tasks.listing, about=number)}
    assert held[tasks_before] == "handler2"
    assert store.run_now(people.absences, now + 3 * DAY) == []


def test_nobody_fit_is_a_supervisor_s_task_once(store: Store, now: datetime) -> None:
    store.run_now(moves.open_claim, "CL-261124-0001", "travel", now, LINE)
    work(store, now, twice=True)
    (task,) = store.run_now(tasks.listing, about="CL-261124-0001")
    assert (task.kind, task.owner) == (assignment.NOBODY, None)
    assert store.run_now(assignment.why, "CL-261124-0001") is None


def test_the_sum_the_parties_and_the_shift_decide_too(
    store: Store, now: datetime, number: str
) -> None:
    def limits(s: Session) -> None:
        people.put_staff(s, a_handler("handler1", authority=Decimal("1000")))
        people.put_staff(s, a_handler("handler2", conflicts=("customer:C10001",)))
        people.put_staff(s, a_handler("handler4", shift="night"))
        plans.publish(s, PLAN, "admin", "nights", now)
        moves.move(s, number, "estimated", SURVEYOR, now, amount="3600")

    store.run_now(limits)
    work(store, now)
    why = store.run_now(assignment.why, number)
    assert why is not None and (why["handler"], why["step"]) == ("handler4", "any_shift")
    fates = {each["name"]: each["why"] for each in why["candidates"]}
    assert (fates["handler1"], fates["handler2"]) == ("authority", "conflict")


def test_an_absence_of_nobody_is_told(store: Store, now: datetime) -> None:
    with pytest.raises(NotFound):
        store.run_now(people.put_absence, Absence("nobody", now, now + DAY, ""))
    assert store.run_now(outbox.due, now) == []
