"""Moving claims: what follows is written with the move, or nothing is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import claims, clocks, customers, moves, outbox, people, reports, tasks
from claims_store.errors import NotFound
from claims_store.rules.stages import IllegalMove
from claims_store.store import Session, Store
from tests.claims_store.examples import (
    CALLER,
    HANDLER,
    LINE,
    SECOND,
    SURVEYOR,
    a_customer,
    a_handler,
    insured,
    motor_answers,
)
from tests.claims_store.working import messages, work

pytestmark = pytest.mark.store


def reported(s: Session, now: datetime, **answers: str) -> str:
    """A claim from a motor report."""
    number = reports.start(s, None, CALLER, "zh", now)
    claim = None
    for name, value in (motor_answers(now) | answers).items():
        claim = reports.answer(
            s, number, name, value, by="line", source="line", at=now
        ).claim_number  # fmt: skip
    assert claim is not None
    return claim


@pytest.fixture
def number(store: Store, now: datetime) -> str:
    def begin(s: Session) -> str:
        insured(s, now)
        for name in ("handler1", "handler2"):
            people.put_staff(s, a_handler(name))
        return reported(s, now)

    return store.run_now(begin)


def test_a_refused_move_leaves_nothing_behind(store: Store, now: datetime, number: str) -> None:
    before = store.run_now(outbox.due, now, 99), store.run_now(clocks.of, number)
    with pytest.raises(IllegalMove) as refused:
        store.run_now(moves.move, number, "claim_paid", HANDLER, now)
    assert "已报案" in refused.value.sentence["zh"]
    assert (store.run_now(outbox.due, now, 99), store.run_now(clocks.of, number)) == before
    assert [each.event for each in store.run_now(claims.journal, number)] == ["claim_reported"]


def test_a_new_claim_has_its_deadlines_and_its_consequences_at_once(
    store: Store, now: datetime, number: str
) -> None:
    rules = {each.rule: each for each in store.run_now(clocks.of, number)}
    assert set(rules) == {"CN1", "FILE7", "SV2"}
    assert all(each.state == "open" and each.due for each in rules.values())
    kinds = {row.kind for row in store.run_now(outbox.due, now, 99)}
    assert {"assign_claim", "same_loss"} <= kinds


def test_a_whole_life_with_both_tracks(store: Store, now: datetime, number: str) -> None:
    work(store, now)
    hour = timedelta(hours=1)
    way = [
        ("claim_filed", HANDLER, {}), ("survey_dispatched", HANDLER, {"surveyor": "surveyor1"}),
        ("survey_accepted", SURVEYOR, {}), ("surveyor_left", SURVEYOR, {}),
        ("surveyor_arrived", SURVEYOR, {}), ("loss_surveyed", SURVEYOR, {}),
        ("documents_requested", HANDLER, {"missing": ["driving_licence", "invoice"]}),
        ("loss_assessed", SURVEYOR, {"amount": "3600.00"}), ("documents_completed", HANDLER, {}),
        ("claim_calculated", HANDLER, {}), ("claim_approved", SECOND, {}),
        ("sum_agreed", LINE, {}), ("payment_started", HANDLER, {}), ("claim_paid", HANDLER, {}),
        ("claim_closed", HANDLER, {}),
    ]  # fmt: skip
    for place, (event, by, data) in enumerate(way, start=1):
        store.run_now(moves.move, number, event, by, now + place * hour, **data)
        if event == "documents_requested":
            told = store.run_now(claims.status, number)
            assert told.told == ("queried", "surveyed") and told.progress == 2
    end = now + len(way) * hour
    claim = store.run_now(claims.by_number, number)
    assert claim is not None and claim.closed == claim.first_closed == end
    assert {each.rule for each in store.run_now(clocks.of, number) if not each.ended} == {"CN9"}
    work(store, end)
    notices = [row.payload["values"]["stage"] for row in messages(store, end)]
    assert notices == [
        "查勘员已出发", "等您的资料（2 项）", "定损已完成",
        "资料已收齐，审核中", "已核赔", "赔款已付",
    ]  # fmt: skip
    again = store.run_now(moves.move, number, "claim_reopened", HANDLER, end + hour, reason="法院")
    assert (again.closed, again.first_closed) == (None, end)


def test_rejecting_needs_two_and_its_notice_has_three_days(
    store: Store, now: datetime, number: str
) -> None:
    why = {"reason": "不属于保险责任", "clause": "第七条"}
    store.run_now(moves.move, number, "rejection_proposed", HANDLER, now, **why)
    final = {"reason": "同意", "notice": "拒赔通知书 1"}
    with pytest.raises(IllegalMove) as alone:
        store.run_now(moves.move, number, "claim_rejected", HANDLER, now, **final)
    assert alone.value.code == "second_person"
    store.run_now(moves.move, number, "claim_rejected", SECOND, now, **final)
    clock = next(each for each in store.run_now(clocks.of, number) if each.rule == "CN6")
    assert clock.due is not None and clock.due - now <= timedelta(days=4)
    store.run_now(moves.move, number, "rejection_notice_sent", HANDLER, now)
    ended = {each.rule: each.state for each in store.run_now(clocks.of, number)}
    assert ended["CN6"] == "met" and ended["SV2"] == "void"


def test_caller_driver_and_garage_make_one_claim_of_three_reports(
    store: Store, now: datetime, number: str
) -> None:
    driver = store.run_now(reported, now + timedelta(hours=2), reporter_relation="driver",
                           reporter_name="李强")  # fmt: skip
    garage = store.run_now(reported, now + timedelta(hours=3), reporter_relation="garage",
                           reporter_name="王师傅")  # fmt: skip
    work(store, now + timedelta(hours=3), twice=True)
    for other in (driver, garage):
        merged = store.run_now(claims.by_number, other)
        assert merged is not None and (merged.stage, merged.merged_into) == ("merged", number)
        assert store.run_now(claims.status, other).number == number
    assert len(store.run_now(claims.reports_of, number)) == 3
    open_ = [each for each in store.run_now(claims.listing) if each.closed is None]
    assert [each.number for each in open_] == [number]
    absorbed = [each for each in store.run_now(claims.journal, number)
                if each.event == "claim_absorbed"]  # fmt: skip
    assert [each.data["claim"] for each in absorbed] == [driver, garage]


@pytest.mark.parametrize(
    ("hours", "kind", "merged", "asked"),
    [(23, "rear_end", True, 0), (25, "rear_end", False, 0), (2, "flood", False, 1)],
)
def test_another_loss_stays_another_claim(
    store: Store, now: datetime, number: str, hours: int, kind: str, merged: bool, asked: int
) -> None:
    later = store.run_now(reported, now + timedelta(hours=hours), loss_kind=kind)
    work(store, now + timedelta(hours=hours))
    found = store.run_now(claims.by_number, later)
    assert found is not None and (found.merged_into == number) == merged
    held = store.run_now(tasks.listing, about=later)
    assert sum(each.kind == "same_loss" for each in held) == asked


@pytest.mark.parametrize("into", ["itself", "CL-000000-0000", "closed"])
def test_a_claim_is_merged_only_into_another_open_one(
    store: Store, now: datetime, number: str, into: str
) -> None:
    target = {"itself": number}.get(into, into)
    if into == "closed":
        target = "CL-261124-0001"
        store.run_now(moves.open_claim, target, "motor", now, LINE)
        store.run_now(moves.move, target, "claim_cancelled", HANDLER, now, reason="重复")
    with pytest.raises((IllegalMove, NotFound)):
        store.run_now(moves.move, number, "claim_merged", HANDLER, now, into=target, reason="同")
    claim = store.run_now(claims.by_number, number)
    assert claim is not None and claim.stage == "reported"


def test_the_simple_rule_that_fired_is_kept_and_opens_the_short_track(
    store: Store, now: datetime, number: str
) -> None:
    with pytest.raises(IllegalMove) as refused:
        store.run_now(moves.move, number, "loss_assessed_at_once", SURVEYOR, now, amount="1800")
    assert refused.value.code == "simple"
    store.run_now(moves.move, number, "estimated", SURVEYOR, now, amount="1800")
    work(store, now)
    claim = store.run_now(claims.by_number, number)
    assert claim is not None and claim.simple == "once"
    fired = [each for each in store.run_now(claims.journal, number)
             if each.event == "simple_rule_fired"]  # fmt: skip
    assert fired[0].data["title"]["zh"] == "一次定损" and fired[0].data["source"]
    store.run_now(moves.move, number, "loss_assessed_at_once", SURVEYOR, now, amount="1800")
    assert store.run_now(claims.state_of, number).survey == "assessed"


def test_a_claim_of_nobody_known_tells_nobody(store: Store, now: datetime) -> None:
    store.run_now(moves.open_claim, "CL-261124-0009", "home", now, LINE)
    store.run_now(
        moves.move, "CL-261124-0009", "documents_requested", HANDLER, now, missing=["list"]
    )
    work(store, now)
    assert messages(store, now) == []


def test_a_user_moves_as_who_he_is(store: Store, now: datetime) -> None:
    def enter(s: Session) -> None:
        customers.put(s, a_customer())
        people.put_staff(s, a_handler(authority=None))
        user = people.User("wang", "handler", {}, "handler1", "zh")
        people.add_user(s, user, "x", now)
        people.add_user(s, people.User("out", "handler", {}, None, "zh", active=False), "x", now)

    store.run_now(enter)
    assert store.run_now(people.actor, "wang") == HANDLER
    assert store.run_now(people.actor, "out") is None
    assert store.run_now(people.actor, "nobody") is None
