"""`claimline backlog`."""

from __future__ import annotations

import pytest

from claims_store import backlog, outbox
from claims_store.messages import Asked, Desk
from claims_store.rules.contacting import Occasion, Rules, Way
from claims_store.store import Session, Store
from tests.ari_app.commands.conftest import Claimline
from tests.virtual_time import BEGINNING

pytestmark = pytest.mark.unit

TO = "+8613800138000"


@pytest.fixture
def id(store: Store) -> str:
    """Something that was set aside."""

    def stuck(s: Session) -> int:
        outbox.put(s, "transcribe", "transcribe:stuck", {}, BEGINNING)
        found = outbox.due(s, BEGINNING, 999, kind="transcribe")
        row = next(each for each in found if each.key == "transcribe:stuck")
        outbox.set_aside(s, row.id, "no model")
        return row.id

    return str(store.run_now(stuck))


def test_what_was_set_aside_is_listed_tried_again_and_dropped(
    claimline: Claimline, store: Store, id: str
) -> None:
    assert claimline("backlog", "kinds", "--json").json["transcribe"]["set_aside"] == 1
    assert "set_aside" in claimline("backlog", "kinds").out
    (row,) = claimline("backlog", "list", "--aside", "--json").json
    assert (str(row["id"]), row["error"]) == (id, "no model")
    assert "no model" in claimline("backlog", "list", "--kind", "transcribe").out
    assert claimline("backlog", "retry", id, "--by", "super").code == 0
    again = claimline("backlog", "retry", id)
    assert again.code == 1 and "was not set aside" in again.err
    found = store.run_now(outbox.get, int(id))
    assert found is not None and found.error == "once more, by super"
    store.run_now(outbox.set_aside, int(id), "still no model")
    assert claimline("backlog", "drop", id).code == 2
    assert claimline("backlog", "drop", id, "--reason", "nobody needs it").code == 0
    assert claimline("backlog", "list", "--aside", "--json").json == []
    assert claimline("backlog", "drop", id, "--reason", "x").code == 1


def test_a_message_that_arrived_nowhere_is_told_and_sent_once_more(
    claimline: Claimline, store: Store
) -> None:
    for row in store.run_now(outbox.due, BEGINNING.replace(year=2100), 10_000):
        store.run_now(outbox.done, row.id, BEGINNING)
    store.run_now(outbox.put, "message", "m", {"to": TO}, BEGINNING)
    desk = Desk(Rules(), (Way("sms"),))
    asked = Asked("m", TO, "report_draft", "zh", Occasion("report", True))
    store.run_now(desk.take, asked, BEGINNING)
    store.run_now(desk.refused, asked, "ESME_RINVDSTADR", BEGINNING)
    row = store.run_now(backlog.by_key, "m")
    assert row is not None
    store.run_now(outbox.set_aside, row.id, "ESME_RINVDSTADR")
    (told,) = claimline("backlog", "list", "--aside", "--json").json
    assert (told["state"], told["channel"], told["why"]) == ("failed", "sms", "ESME_RINVDSTADR")
    assert TO not in claimline("backlog", "list").out
    assert claimline("backlog", "retry", str(told["id"])).code == 0
    assert claimline("backlog", "list", "--aside", "--json").json == []
    assert claimline("backlog", "list", "--json").json[0]["state"] == "due"
