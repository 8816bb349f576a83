"""Findings of the recording check, call by call."""

from __future__ import annotations

from datetime import datetime

import pytest

from claims_store import findings, reports
from claims_store.rules.findings import Finding
from claims_store.store import Store
from tests.claims_store.examples import CALLER, open_call

pytestmark = pytest.mark.store


def test_findings_are_kept_by_call_and_replaced_by_a_new_check(store: Store, now: datetime) -> None:
    for call_id in ("n1-1.1", "n1-2.1"):
        open_call(store, now, call_id)
    number = store.run_now(reports.start, "n1-1.1", CALLER, "zh", now)
    plate = Finding("plate", "沪A1", "沪A2", "heard_otherwise", 2.5)
    place = Finding("loss_place", "世纪大道", None, "not_asked", None)
    store.run_now(findings.put, number, "n1-1.1", [plate])
    store.run_now(findings.put, number, "n1-2.1", [place])
    store.run_now(findings.put, number, "n1-1.1", [plate, place])
    assert store.run_now(findings.of_report, number, "n1-1.1") == [plate, place]
    assert store.run_now(findings.of_report, number, "n1-2.1") == [place]
    assert len(store.run_now(findings.of_report, number)) == 3
    assert store.run_now(findings.of_report, "BA-1") == []
