"""Calls that Asterisk's death ended: closed once, and their callers rung back before others."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from claims_store import callbacks, calls, cuts, recordings, reports
from claims_store.store import Store
from tests.claims_store.examples import CALL, CALLER, open_call

pytestmark = pytest.mark.store


def noted(store: Store, now: datetime, event: str, **data: Any) -> None:
    store.run_now(calls.note, CALL, now, event, **data)


def test_a_cut_call_is_closed_once_and_its_caller_comes_first(store: Store, now: datetime) -> None:
    later = now + timedelta(seconds=40)
    store.run_now(callbacks.add, "n1-0.1", "13800138009", "zh", now, now)
    open_call(store, now)
    store.run_now(
        calls.change, CALL, stage="waiting", queue="motor", waiting_since=now, language="en"
    )
    assert store.run_now(cuts.cut, CALL, later)
    assert not store.run_now(cuts.cut, CALL, later)
    row = store.run_now(calls.get, CALL)
    assert row is not None and (row.outcome, row.ended) == ("cut", later)
    first, second = store.run_now(callbacks.due, later)
    assert (first.phone, first.reason, first.queue, first.language, first.arrival) == (
        CALLER, "cut", "motor", "en", now,
    )  # fmt: skip
    assert second.reason == "asked"
    last = store.run_now(calls.events, CALL)[-1]
    assert (last.event, last.data) == ("cut", {"stage": "waiting"})


def test_the_number_he_gave_is_rung_and_the_draft_is_kept(store: Store, now: datetime) -> None:
    open_call(store, now)
    number = store.run_now(reports.start, CALL, CALLER, "en", now)
    store.run_now(
        reports.answer, number, "callback_phone", "+8613800138055",
        by="caller", source="line", at=now, call_id=CALL,
    )  # fmt: skip
    store.run_now(calls.change, CALL, report_number=number)
    store.run_now(recordings.begin, CALL, 0, "customer", f"{CALL}-line-customer.wav", now)
    assert store.run_now(cuts.cut, CALL, now)
    (found,) = store.run_now(callbacks.due, now)
    assert (found.phone, found.report_number) == ("+8613800138055", number)
    assert store.run_now(reports.open_draft, CALLER, now) is not None


@pytest.mark.parametrize("status", ["ANSWER", "LOST"])
def test_who_was_served_is_not_rung(store: Store, now: datetime, status: str) -> None:
    open_call(store, now)
    noted(store, now, "offered", agent="agent1")
    noted(store, now, "returned", status=status)
    assert store.run_now(cuts.cut, CALL, now) is (status != "ANSWER")


def test_a_withheld_number_cannot_be_rung(store: Store, now: datetime) -> None:
    open_call(store, now, caller="")
    assert not store.run_now(cuts.cut, CALL, now)
    assert store.run_now(callbacks.listing) == []
    assert not store.run_now(cuts.cut, "n1-9.9", now)


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ((), "hung_up"),
        (("offered", "answered"), "talked"),
        (("net_begun",), "fallback"),
        (("answered", "net_begun"), "fallback"),
    ],
)
def test_who_is_not_there_any_more_had_hung_up(
    store: Store, now: datetime, events: tuple[str, ...], outcome: str
) -> None:
    open_call(store, now)
    for event in events:
        noted(store, now, event)
    assert store.run_now(cuts.gone, CALL, now)
    assert not store.run_now(cuts.gone, CALL, now)
    row = store.run_now(calls.get, CALL)
    assert row is not None and row.outcome == outcome
    assert store.run_now(callbacks.listing) == []
