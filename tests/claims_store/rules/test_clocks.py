"""Deadlines read from a journal: none is lost, whatever the order of events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_store.rules.clocks import TOUCHING, Clock, Facts, Happened, clocks
from claims_store.rules.deadlines import DEADLINES, PROMISE
from claims_store.rules.stages import MOVES
from routing.plan import Hours

pytestmark = pytest.mark.unit

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Hours.model_validate({"weekly": {"mon-fri": ["09:00-17:30"]}, "holidays": "CN"})
MOTOR = Facts("motor", at_scene="yes", injury="no")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def told(*rows: tuple[str, str]) -> list[Happened]:
    return [Happened(seq, local(at), event) for seq, (at, event) in enumerate(rows, start=1)]


def one(rule: str, happened: Sequence[Happened], facts: Facts = MOTOR) -> Clock:
    (found,) = (each for each in clocks(happened, facts, OFFICE, ZONE) if each.rule == rule)
    return found


def test_every_trigger_and_stop_is_a_move_of_the_table() -> None:
    for rule in DEADLINES.values():
        names = rule.trigger | rule.stop | rule.voids | {rule.pause, rule.resume} - {""}
        assert names - {""} <= set(MOVES), rule.name
        assert rule.source and rule.title["zh"] and rule.title["en"]
        assert [step.share for step in rule.steps] == sorted(step.share for step in rule.steps)
    assert PROMISE.steps[-1].act == "broken"
    assert {"claim_reported", "documents_requested", "claim_paid"} <= TOUCHING


def test_agreed_before_the_spring_festival_the_law_moves_and_the_promise_stays() -> None:
    clock = one("CN5", told(("2026-02-13T10:00", "sum_agreed")))
    assert (clock.due, clock.legal) == (local("2026-02-24T00:00"), local("2026-02-25T00:00"))
    on_the_law_s_last_day = ("2026-02-24T23:59", "claim_paid")
    assert (
        one("CN5", told(("2026-02-13T10:00", "sum_agreed"), on_the_law_s_last_day)).state == "met"
    )
    late = ("2026-02-25T00:01", "claim_paid")
    assert one("CN5", told(("2026-02-13T10:00", "sum_agreed"), late)).state == "late"


def test_a_refusal_before_a_holiday_is_told_in_three_days_and_warned_of_at_half_time() -> None:
    clock = one("CN6", told(("2026-04-30T00:00", "claim_rejected")))
    assert clock.due == clock.legal == local("2026-05-04T00:00")
    assert clock.steps[0] == local("2026-05-02T00:00")


def test_the_certain_part_is_due_on_the_sixtieth_day() -> None:
    clock = one("CN7", told(("2026-09-01T09:00", "documents_completed")))
    assert clock.due == local("2026-11-01T00:00")  # the last day is October 31


def test_asking_for_papers_again_stops_the_clock_and_gives_the_days_back() -> None:
    rows = told(
        ("2026-11-02T10:00", "documents_completed"),
        ("2026-11-04T10:00", "documents_requested"),
    )
    standing = one("CN2", rows)
    assert (standing.state, standing.due, standing.steps) == ("paused", None, ())
    again = told(
        ("2026-11-02T10:00", "documents_completed"),
        ("2026-11-04T10:00", "documents_requested"),
        ("2026-11-10T10:00", "documents_completed"),
    )
    assert one("CN2", again).due == local("2026-11-14T00:00")  # 5 days and the 6 it stood


@pytest.mark.parametrize(
    ("amount", "last"),
    [("1999.99", "2026-11-24"), ("2000", "2026-11-25"), ("19999", "2026-11-30"),
     ("20000", "2026-12-02"), (None, "2026-12-02")],
)  # fmt: skip
def test_an_assessment_has_as_many_working_days_as_its_sum(amount: str | None, last: str) -> None:
    sum_ = None if amount is None else Decimal(amount)
    clock = one("SV5", told(("2026-11-23T10:00", "loss_surveyed")), Facts("motor", amount=sum_))
    assert clock.due == local(f"{last}T00:00") + timedelta(days=1)


@pytest.mark.parametrize(("place", "minutes"), [("city", 30), ("suburb", 60), ("far", 90)])
def test_a_surveyor_arrives_by_where_the_loss_was(place: str, minutes: int) -> None:
    accepted = told(("2026-11-24T08:50", "survey_accepted"))
    clock = one("SV4", accepted, Facts("motor", place=place))
    assert clock.due == local("2026-11-24T08:50") + timedelta(minutes=minutes)


def test_a_deadline_that_concerns_others_does_not_run() -> None:
    rules = {each.rule for each in clocks(told(("2026-11-24T08:40", "claim_reported")),
             Facts("home"), OFFICE, ZONE)}  # fmt: skip
    assert "CN1" not in rules and "SV2" not in rules and "FILE7" in rules


def test_what_ends_a_claim_ends_its_deadlines_without_a_verdict() -> None:
    rows = told(("2026-11-24T08:40", "claim_reported"), ("2026-11-24T09:00", "claim_withdrawn"))
    assert {each.state for each in clocks(rows, MOTOR, OFFICE, ZONE)} == {"void"}


def test_the_clock_of_a_follow_up_call_outlives_the_closing() -> None:
    rows = told(("2026-11-20T10:00", "claim_paid"), ("2026-11-20T11:00", "claim_closed"))
    clock = one("CN9", rows)
    assert (clock.state, clock.due) == ("open", local("2026-12-12T00:00"))


def test_days_end_at_midnight_of_the_place_when_clocks_change_and_on_leap_days() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    at = datetime(2026, 3, 28, 23, 30, tzinfo=berlin)
    (clock,) = (each for each in clocks([Happened(1, at, "claim_rejected")], MOTOR, OFFICE, berlin)
                if each.rule == "CN6")  # fmt: skip
    assert clock.due == datetime(2026, 4, 1, tzinfo=berlin)
    assert clock.due is not None and clock.due.astimezone(UTC).hour == 22
    leap = one("CN6", told(("2028-02-27T12:00", "claim_rejected")))
    assert leap.due == local("2028-03-02T00:00")


EVENTS = st.lists(st.sampled_from(sorted(TOUCHING)), max_size=40)


@given(EVENTS, st.sampled_from(["motor", "home"]), st.sampled_from([None, "800", "60000"]))
def test_no_deadline_is_lost_in_any_order_of_events(
    events: list[str], line: str, amount: str | None
) -> None:
    start = local("2026-11-24T08:40")
    happened = [
        Happened(place, start + timedelta(hours=7 * place), event)
        for place, event in enumerate(events, start=1)
    ]
    facts = Facts(line, Decimal(amount) if amount else None, at_scene="yes", injury="no")
    found = clocks(happened, facts, OFFICE, ZONE)
    for clock in found:
        rule = DEADLINES[clock.rule]
        assert events[clock.seq - 1] in rule.trigger
        assert (clock.state in ("open", "paused")) == (clock.ended is None)
        assert clock.state == "paused" or (
            clock.due is not None and clock.legal is not None and clock.due <= clock.legal
        )
        if clock.state == "open":
            assert len(clock.steps) == len(rule.steps)
            assert list(clock.steps) == sorted(clock.steps)
            assert all(clock.started <= step for step in clock.steps)
    for rule in DEADLINES.values():
        if rule.lines and line not in rule.lines or rule.only and "simple" in rule.only:
            continue
        running = False
        for event in events:
            running = event not in rule.stop | rule.voids if running else event in rule.trigger
        left = [each for each in found if each.rule == rule.name and each.ended is None]
        assert len(left) == running
