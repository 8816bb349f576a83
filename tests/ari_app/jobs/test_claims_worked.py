"""The worker carries out what follows from claims: through its executor, by the real clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ari_app.jobs.worker import SLOTS, WorkerSettings
from claims_store import claims, clocks, moves, outbox, people, promises, tasks
from claims_store.consequences import HANDLERS
from claims_store.store import Session, Store
from tests.ari_app.jobs.test_worker import settings, worked  # noqa: F401
from tests.claims_store.examples import LINE, a_handler

pytestmark = pytest.mark.store

NUMBER = "CL-261124-0001"


@pytest.fixture(autouse=True)
def no_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_every_kind_of_consequence_has_room_in_the_worker() -> None:
    assert set(SLOTS) == set(HANDLERS)


async def test_a_claim_gets_its_handler_and_a_promise_that_breaks_another(
    store: Store,
    settings: WorkerSettings,  # noqa: F811
) -> None:
    made = datetime.now(UTC) - timedelta(hours=2)

    def begin(s: Session) -> None:
        people.put_staff(s, a_handler("handler1"))
        people.put_staff(s, a_handler("handler2"))
        moves.open_claim(s, NUMBER, "motor", made, LINE)
        promises.make(s, NUMBER, made, made + timedelta(hours=1))

    store.run_now(begin)

    def over() -> bool:
        return not [row for row in store.run_now(outbox.due, datetime.now(UTC), 99)
                    if row.kind != "message"]  # fmt: skip

    await worked(settings, over)
    events = [each.event for each in store.run_now(claims.journal, NUMBER)]
    assert events.count("promise_broken") == 1 and "handler_assigned" in events
    (promise,) = (each for each in store.run_now(clocks.of, NUMBER) if each.kind == "call")
    assert promise.broken is not None and promise.warned is not None
    kinds = [each.kind for each in store.run_now(tasks.listing, about=NUMBER)]
    assert {"handler_calls", "call_before_promise_breaks", "deadline_missed"} <= set(kinds)
