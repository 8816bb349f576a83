"""What was keyed into the net's script, as fields of a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from claims_store import callbacks, calls, net_calls, reports, voice_reports
from claims_store.net_log import parse
from claims_store.reports import ReportState
from claims_store.store import Store
from claims_store.voice_spool import VoiceReport
from tests.claims_store.examples import CALLER, PLATE, POLICY, insured

pytestmark = pytest.mark.store

CALL = "n1-1764145200.3"
BEGAN = datetime.fromtimestamp(1764145200, UTC)  # 26 November 2025, 16:20 in Shanghai
NOW = BEGAN + timedelta(minutes=3)
LEFT = VoiceReport(CALL, CALLER, "5550100", "zh", callback=CALLER, finished=True, consent="refused")


def imported(store: Store, **changes: str) -> ReportState:
    assert store.run_now(voice_reports.add, replace(LEFT, **changes), None, NOW)  # type: ignore[arg-type]
    call = store.run_now(calls.get, CALL)
    assert call is not None and call.report_number is not None
    return store.run_now(reports.state, call.report_number)


@pytest.mark.parametrize(
    ("keys", "field", "value"),
    [
        (POLICY, "policy_number", POLICY),
        ("827", "plate", PLATE),
        ("4711", "policy_number", POLICY),
        ("711", "policy_number", "711"),
        ("999999", "policy_number", "999999"),
    ],
)
def test_a_policy_is_found_by_its_number_or_among_his_own_by_the_digits(
    store: Store, keys: str, field: str, value: str
) -> None:
    store.run_now(insured, BEGAN)
    report = imported(store, policy_keys=keys)
    assert report.values[field].value == value
    assert (report.policy is not None) == (value in (POLICY, PLATE))


def test_the_plate_of_a_stranger_is_not_found(store: Store) -> None:
    store.run_now(insured, BEGAN)
    report = imported(store, policy_keys="827", caller="+8613800138099")
    assert report.values["policy_number"].value == "827" and report.policy is None


@pytest.mark.parametrize(
    ("day", "clock", "value"),
    [
        ("1", "0830", "2025-11-26T08:30+08:00"),
        ("2", "2359", "2025-11-25T23:59+08:00"),
        ("0503", "830", "2025-05-03T08:30+08:00"),
        ("1231", "0000", "2024-12-31T00:00+08:00"),
        ("1", "2560", None),
        ("0231", "0830", None),
        ("", "0830", None),
        ("1", "", None),
    ],
)
def test_the_time_is_kept_when_day_and_time_can_be_read(
    store: Store, day: str, clock: str, value: str | None
) -> None:
    report = imported(store, day_keys=day, time_keys=clock)
    given = report.values.get("loss_time")
    assert (given.value if given else None) == value
    (left,) = (e for e in store.run_now(calls.events, CALL) if e.event == "voice_report_left")
    assert left.data.get("day_keys", "") == day and left.data.get("time_keys", "") == clock


def test_keys_alone_make_a_draft_and_who_refused_is_not_recorded(store: Store) -> None:
    imported(store, policy_keys="827", callback="", caller="")
    call = store.run_now(calls.get, CALL)
    assert call is not None and (call.consent, call.outcome) == ("refused", "voice_report")


def test_what_he_left_counts_more_than_what_the_queue_told_before(store: Store) -> None:
    """The log of the queue is read first: he was to be rung back at the number he came from."""
    lines = [
        parse(f"1764145200|{CALL}|net|NONE|NETBEGIN|{CALLER}|5550100|zh|no|"),
        parse(f"1764145290|{CALL}|net|NONE|NETEND|"),
    ]
    store.run_now(net_calls.take, [line for line in lines if line], (), NOW)
    report = imported(store, callback="+8613900139000")
    (found,) = store.run_now(callbacks.listing)
    assert (found.phone, found.report_number) == ("+8613900139000", report.number)
    assert found.reason == "voice_report"
    call = store.run_now(calls.get, CALL)
    assert call is not None and call.outcome == "voice_report"
    assert call.ended == BEGAN + timedelta(seconds=90)
