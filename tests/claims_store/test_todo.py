"""Whose tasks they are, and what is true once one is done."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import calls, claims, clocks, people, promises, reports, tasks, todo
from claims_store.calls import CallOpened
from claims_store.contacts import number_of
from claims_store.errors import NotFound
from claims_store.seeing import Eyes
from claims_store.store import Session, Store
from claims_store.todo import Todo
from tests.claims_store.examples import CALL, CALLER, HANDLER, a_handler, insured, motor_answers
from tests.claims_store.test_moves import reported
from tests.claims_store.working import work

pytestmark = pytest.mark.store

HOUR = timedelta(hours=1)
SUPERVISOR = Eyes("super", "all")


def kinds(found: list[Todo]) -> list[str]:
    return [each.task.kind for each in found]


@pytest.fixture
def number(store: Store, now: datetime) -> str:
    """A claim that handler1 has, with a call promised."""

    def begin(s: Session) -> str:
        insured(s, now)
        people.put_staff(s, a_handler("handler1"))
        people.put_staff(s, a_handler("handler2", lines=("home",)))
        claim = reported(s, now, at_scene="no")
        reports.finish(s, claim.replace("CL", "BA"), now, now + 2 * HOUR)
        return claim

    made = store.run_now(begin)
    work(store, now)
    return made


def test_one_sees_ones_own_and_what_nobody_has(store: Store, now: datetime, number: str) -> None:
    store.run_now(tasks.add, "missing_items", number, now, now + 3 * HOUR)
    store.run_now(tasks.add, "deadline_missed", number, now, now + HOUR)
    mine = store.run_now(todo.open_for, Eyes("handler1", "handled"))
    assert kinds(mine) == ["handler_calls", "missing_items"]
    assert mine[0].claim is not None and mine[0].claim.number == number
    assert mine[0].customer is not None and mine[0].customer.name == "袁伟"
    assert kinds(store.run_now(todo.open_for, Eyes("handler2", "handled"))) == []
    assert kinds(store.run_now(todo.open_for, Eyes("agent1", "calls"))) == []
    assert kinds(store.run_now(todo.open_for, SUPERVISOR)) == ["deadline_missed"]
    team = store.run_now(todo.open_for, SUPERVISOR, team=True)
    assert kinds(team) == ["deadline_missed", "handler_calls", "missing_items"]
    only = store.run_now(todo.open_for, SUPERVISOR, team=True, kind="missing_items")
    assert kinds(only) == ["missing_items"]
    assert store.run_now(todo.open_for, Eyes("handler1", "handled"), about="CL-0") == []
    ids = {each.task.kind: each.task.id for each in team}
    assert store.run_now(todo.get, SUPERVISOR, ids["handler_calls"]) is not None
    assert store.run_now(todo.get, Eyes("handler2", "handled"), ids["handler_calls"]) is None
    assert store.run_now(todo.get, SUPERVISOR, 9999) is None


def test_a_task_that_carries_a_promise_keeps_it(store: Store, now: datetime, number: str) -> None:
    (first,) = store.run_now(todo.open_for, Eyes("handler1", "handled"))
    assert store.run_now(todo.finish, first.task, HANDLER, now + HOUR)
    assert not store.run_now(todo.finish, first.task, HANDLER, now + HOUR)
    promise = next(each for each in store.run_now(clocks.of, number) if each.kind == "call")
    assert (promise.state, promise.ended) == ("met", now + HOUR)
    assert store.run_now(claims.journal, number)[-1].event == "promise_kept"
    assert store.run_now(todo.open_for, Eyes("handler1", "handled")) == []


def test_a_promise_about_a_report_is_kept_without_a_claim(store: Store, now: datetime) -> None:
    def begin(s: Session) -> str:
        opened = CallOpened(CALL, "n1", "sip", CALLER, "5550100", now, 1)
        calls.open_call(s, opened)
        report = reports.start(s, CALL, CALLER, "zh", now)
        calls.change(s, CALL, agent="agent1", report_number=report)
        answers = motor_answers(now)
        reports.answer(s, report, "callback_phone", answers["callback_phone"], by="line",
                       source="line", at=now)  # fmt: skip
        promises.make(s, report, now, now + HOUR)
        tasks.add(s, "missing_items", report, now, now + 2 * HOUR)
        return report

    report = store.run_now(begin)
    eyes = Eyes("agent1", "calls")
    promised, missing = store.run_now(todo.open_for, eyes)
    assert promised.claim is None and promised.customer is None
    assert store.run_now(todo.open_for, Eyes("agent2", "calls")) == []
    assert store.run_now(todo.finish, promised.task, HANDLER, now)
    assert store.run_now(todo.finish, missing.task, HANDLER, now)
    assert store.run_now(clocks.promises, report) == []
    assert store.run_now(number_of, report) == CALLER
    with pytest.raises(NotFound):
        store.run_now(number_of, "BA-0")
