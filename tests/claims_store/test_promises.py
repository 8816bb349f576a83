"""The promise clock: the owner is warned, then the customer is called first, then it is broken."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import claims, clocks, moves, people, promises, reports, tasks
from claims_store.consequences.deadline import CALL_FIRST, MISSED, NEAR
from claims_store.people import Absence
from claims_store.store import Session, Store
from tests.claims_store.examples import CALLER, HANDLER, a_handler, insured, motor_answers
from tests.claims_store.test_moves import reported
from tests.claims_store.working import messages, work

pytestmark = pytest.mark.store

HOUR = timedelta(hours=1)


@pytest.fixture
def number(store: Store, now: datetime) -> str:
    """A claim with an owner, and a call promised within two hours."""

    def begin(s: Session) -> str:
        insured(s, now)
        for name in ("handler1", "handler2"):
            people.put_staff(s, a_handler(name))
        claim = reported(s, now, at_scene="no")
        reports.finish(s, claim.replace("CL", "BA"), now, now + 2 * HOUR)
        return claim

    number = store.run_now(begin)
    work(store, now)
    return number


def kinds(store: Store, about: str) -> list[tuple[str, str | None]]:
    return [(each.kind, each.owner) for each in store.run_now(tasks.listing, about=about)]


def the_promise(store: Store, about: str) -> clocks.Running:
    found = [each for each in store.run_now(clocks.of, about) if each.kind == "call"]
    return found[0]


def test_a_promise_on_the_line_has_an_owner_as_soon_as_the_claim_has(
    store: Store, now: datetime, number: str
) -> None:
    promise = the_promise(store, number)
    assert (promise.rule, promise.due) == ("handler_calls", now + 2 * HOUR)
    assert promise.owner == "handler1"
    assert kinds(store, number) == [("handler_calls", "handler1")]
    assert store.run_now(clocks.told_until, number, now) == now + 2 * HOUR


def test_before_it_breaks_the_owner_is_warned_then_the_customer_is_called_first(
    store: Store, now: datetime, number: str
) -> None:
    work(store, now + HOUR, twice=True)
    assert the_promise(store, number).warned == now + HOUR
    (warning,) = (row for row in messages(store, now + HOUR) if row.payload["text"] != "stage"
                  and row.payload["text"] != "report_received")  # fmt: skip
    assert (warning.payload["to"], warning.payload["text"]) == ("+8613800139001", "deadline_near")
    assert warning.payload["values"]["due"] == "11-24 10:33"
    work(store, now + 1.7 * HOUR, twice=True)
    assert kinds(store, number).count((CALL_FIRST, "handler1")) == 1
    proposed = the_promise(store, number).proposed
    assert proposed is not None and proposed > now + 2 * HOUR
    later = {"due": proposed, "reason": "理赔员在另一现场"}
    store.run_now(moves.move, number, "promise_moved", HANDLER, now + 1.8 * HOUR, **later)
    work(store, now + 2.5 * HOUR)
    rows = [each for each in store.run_now(clocks.of, number) if each.kind == "call"]
    assert [(each.state, each.seq) for each in rows] == [("open", 2), ("moved", 1)]
    told = [row for row in messages(store, now + 2.5 * HOUR) if row.payload["text"] == "stage"]
    assert [row.payload["values"]["promised_at"] for row in told] == [proposed.isoformat()]
    assert not any(kind == MISSED for kind, _ in kinds(store, number))


def test_a_promise_that_is_kept_stops_its_clock(store: Store, now: datetime, number: str) -> None:
    store.run_now(moves.move, number, "promise_kept", HANDLER, now + HOUR / 2)
    assert work(store, now + 3 * HOUR)
    assert (the_promise(store, number).state, kinds(store, number)) == ("met", [])
    assert store.run_now(claims.status, number).promised_at is None


def test_a_broken_promise_goes_to_somebody_else_and_is_written_down(
    store: Store, now: datetime, number: str
) -> None:
    work(store, now + 3 * HOUR, twice=True)
    promise = the_promise(store, number)
    assert (promise.state, promise.broken) == ("open", now + 2 * HOUR)
    claim = store.run_now(claims.by_number, number)
    assert claim is not None and claim.owner == "handler2"
    assert ("handler_calls", "handler2") in kinds(store, number)
    assert kinds(store, number).count((MISSED, None)) == 1
    events = [each.event for each in store.run_now(claims.journal, number)]
    assert events.count("promise_broken") == 1
    why = next(each for each in store.run_now(claims.journal, number)[::-1]
               if each.event == "handler_assigned")  # fmt: skip
    assert why.data["reason"] == "overdue: handler_calls"
    store.run_now(moves.move, number, "promise_kept", HANDLER, now + 3 * HOUR)
    assert the_promise(store, number).state == "late"


def test_an_absent_owner_does_not_get_the_call_that_saves_a_promise(
    store: Store, now: datetime, number: str
) -> None:
    away = Absence("handler1", now, now + 9 * HOUR, "病假")
    store.run_now(people.put_absence, away)
    work(store, now + 1.7 * HOUR)
    assert (CALL_FIRST, None) in kinds(store, number)


def test_a_promise_without_a_claim_becomes_the_claim_s(store: Store, now: datetime) -> None:
    def begin(s: Session) -> str:
        insured(s, now)
        people.put_staff(s, a_handler())
        report = reports.start(s, None, CALLER, "zh", now)
        promises.make(s, report, now, now + 2 * HOUR)
        return report

    report = store.run_now(begin)
    assert the_promise(store, report).state == "open"
    work(store, now + HOUR / 2)
    for name, value in motor_answers(now).items():
        saved = store.run_now(
            reports.answer, report, name, value, by="agent1", source="agent", at=now + HOUR / 2
        )
    assert saved.claim_number is not None
    work(store, now + 3 * HOUR)
    assert store.run_now(clocks.of, report) == []
    promise = the_promise(store, saved.claim_number)
    assert (promise.owner, promise.broken) == ("handler1", now + 2 * HOUR)
    assert store.run_now(claims.status, saved.claim_number).promised_at == now + 2 * HOUR
    assert store.run_now(tasks.listing, about=report) == []


def test_a_broken_promise_about_a_report_is_the_supervisor_s(store: Store, now: datetime) -> None:
    report = store.run_now(reports.start, None, CALLER, "zh", now)
    store.run_now(promises.make, report, now, now + HOUR)
    work(store, now + 2 * HOUR)
    assert (MISSED, None) in kinds(store, report)
    assert store.run_now(clocks.overdue, now + 2 * HOUR)[0].about == report


def test_a_statutory_deadline_warns_and_then_tells_the_supervisor(
    store: Store, now: datetime, number: str
) -> None:
    store.run_now(moves.move, number, "promise_kept", HANDLER, now)
    work(store, now + timedelta(days=3), twice=True)
    held = kinds(store, number)
    assert held.count((NEAR, "handler1")) == 1 and held.count((MISSED, None)) == 1
    clock = next(each for each in store.run_now(clocks.of, number) if each.rule == "CN1")
    assert clock.broken == clock.due and clock.warned is not None


def test_a_step_whose_deadline_has_moved_does_nothing(
    store: Store, now: datetime, number: str
) -> None:
    store.run_now(moves.move, number, "documents_completed", HANDLER, now)
    store.run_now(moves.move, number, "promise_kept", HANDLER, now)
    day = timedelta(days=1)
    asked = {"missing": ["invoice"], "reason": "修理厂换了"}
    store.run_now(moves.move, number, "documents_requested", HANDLER, now + day, **asked)
    work(store, now + 20 * day)
    clock = next(each for each in store.run_now(clocks.of, number) if each.rule == "CN2")
    assert (clock.state, clock.broken) == ("paused", None)
    store.run_now(moves.move, number, "documents_completed", HANDLER, now + 20 * day)
    clock = next(each for each in store.run_now(clocks.of, number) if each.rule == "CN2")
    assert clock.due is not None and clock.due > now + 24 * day
    work(store, now + 30 * day)
    clock = next(each for each in store.run_now(clocks.of, number) if each.rule == "CN2")
    assert clock.broken == clock.due


def test_the_only_promise_stays_what_it_is_when_it_is_moved_without_its_name(
    store: Store, now: datetime, number: str
) -> None:
    def other(s: Session) -> None:
        moves.move(s, number, "promise_kept", HANDLER, now)
        moves.move(s, number, "call_promised", HANDLER, now, due=now + HOUR, what="surveyor_comes")
        later = {"due": now + 3 * HOUR, "reason": "a closed road"}
        moves.move(s, number, "promise_moved", HANDLER, now, **later)

    store.run_now(other)
    running = [each for each in store.run_now(clocks.of, number) if each.state == "open"]
    promised = [(each.rule, each.due) for each in running if each.kind == "call"]
    assert promised == [("surveyor_comes", now + 3 * HOUR)]
