"""Whether a database works can be told without leaving anything in it."""

from __future__ import annotations

from datetime import datetime

import pytest

from claims_store import outbox, probe
from claims_store.store import Store
from tests.claims_store.examples import open_call

pytestmark = pytest.mark.store


def test_a_probe_writes_and_leaves_nothing(store: Store, now: datetime) -> None:
    for _ in range(2):
        store.run_now(probe.write, "a", now)
    assert store.run_now(outbox.due, now) == []


def test_the_newest_call_is_known_and_opens(store: Store, now: datetime) -> None:
    assert store.run_now(probe.newest_call) is None and not store.run_now(probe.opens)
    open_call(store, now)
    assert store.run_now(probe.newest_call) == now and store.run_now(probe.opens)
