"""Published plans stay as they were."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from claims_store import plans
from claims_store.store import Store

pytestmark = pytest.mark.store


def test_the_newest_revision_is_in_force_and_all_are_kept(store: Store, now: datetime) -> None:
    assert store.run_now(plans.current) is None and store.run_now(plans.newest) is None
    assert store.run_now(plans.publish, "[menu.main]", "admin", "first", now) == 1
    later = now + timedelta(days=1)
    assert store.run_now(plans.publish, "[menu.new]", "admin", "holidays", later) == 2
    current = store.run_now(plans.current)
    assert current is not None and store.run_now(plans.newest) == 2
    assert (current.revision, current.text, current.by, current.reason, current.at) == (
        2, "[menu.new]", "admin", "holidays", later,
    )  # fmt: skip
    first = store.run_now(plans.get, 1)
    assert first is not None and first.text == "[menu.main]"
    assert store.run_now(plans.get, 3) is None
    assert [each.revision for each in store.run_now(plans.listing)] == [2, 1]


@pytest.mark.parametrize(
    "act", ["UPDATE plan_revisions SET text = 'x'", "DELETE FROM plan_revisions"]
)
def test_a_revision_cannot_be_changed(store: Store, now: datetime, act: str) -> None:
    store.run_now(plans.publish, "text", "admin", "first", now)
    with pytest.raises(DBAPIError, match="append-only"):
        store.run_now(lambda s: s.execute(text(act)))
