"""`claimline queues`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ari_app.commands import queues
from claims_store import calls
from claims_store.store import Store
from tests.ari_app.commands.conftest import SECOND, Claimline
from tests.virtual_time import BEGINNING

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def an_hour_later(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock:
        def now(self) -> object:
            return BEGINNING + timedelta(hours=1)

    monkeypatch.setattr(queues, "SystemClock", Clock)


def test_each_queue_is_held_to_the_plan(claimline: Claimline, store: Store) -> None:
    asked = {"queue": "motor", "waiting_since": BEGINNING, "waited_s": 21.0}
    store.run_now(calls.change, SECOND, **asked)
    motor = next(row for row in claimline("queues", "--json").json if row["queue"] == "motor")
    assert motor == {
        "queue": "motor", "callers": 1, "in_time": 0, "share": 0.0, "goal": 0.8, "within_s": 20,
        "met": False,
    }  # fmt: skip


def test_people_get_a_table_also_of_queues_nobody_asked(claimline: Claimline) -> None:
    head, *rows = claimline("queues").out.splitlines()
    assert head.split()[:3] == ["queue", "callers", "in_time"] and len(rows) > 1
