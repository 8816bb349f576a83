"""The states of messages, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import backlog, outbox, preferences, receipts
from claims_store.messages import Asked, Desk, Doubtful, Send, Settled
from claims_store.rules.contacting import Later, Occasion, Rules, Wants, Way, reference
from claims_store.store import Store
from claims_store.tables import MessageRow, ReceiptRow

pytestmark = pytest.mark.store

TO = "+8613800138000"
DESK = Desk(Rules(), (Way("sms"), Way("mail", "mail")))
ASKED = Asked("m", TO, "report_draft", "zh", Occasion("report", True), "BA-1")


def row(store: Store, key: str = "m") -> MessageRow:
    return store.run_now(lambda s: s.get_one(MessageRow, key))


def accepted(store: Store, message_id: str, now: datetime, *, last: bool = True) -> object:
    return store.run_now(DESK.accepted, ASKED, message_id, last, None, now)


def test_each_step_is_written_down_before_the_world_is_touched(store: Store, now: datetime) -> None:
    assert store.run_now(DESK.take, ASKED, now) == Send("sms", TO, "zh", 0)
    assert (row(store).state, row(store).tried) == ("sending", now)
    assert accepted(store, "1", now, last=False) == Send("sms", TO, "zh", 1)
    assert accepted(store, "2", now) == Settled("sent", "")
    assert store.run_now(DESK.take, ASKED, now) == Settled("sent", "")
    assert store.run_now(DESK.told, "sms", "1", "delivered", "", now)
    assert row(store).state == "sent"
    assert store.run_now(DESK.told, "sms", "2", "delivered", "", now)
    assert row(store).state == "delivered"
    assert store.run_now(DESK.told, "sms", "2", "failed", "late", now)
    assert row(store).state == "delivered"
    assert not store.run_now(DESK.told, "sms", "3", "delivered", "", now)
    assert not store.run_now(DESK.told, "sms", "", "delivered", "", now)


def test_whoever_goes_on_after_a_crash_is_told_of_the_doubt(store: Store, now: datetime) -> None:
    store.run_now(DESK.take, ASKED, now)
    later = now + timedelta(seconds=5)
    doubt = store.run_now(DESK.take, ASKED, later)
    assert doubt == Doubtful(Send("sms", TO, "zh", 0), later, None)
    ours = reference("m", 0)
    store.run_now(receipts.keep, "sms", "77", "+100", ours, "delivered", "", later)
    assert store.run_now(DESK.take, ASKED, later) == Doubtful(Send("sms", TO, "zh", 0), later, "77")
    assert accepted(store, "77", later) == Settled("delivered", "")
    assert store.run_now(lambda s: s.query(ReceiptRow).count()) == 0


def test_a_receipt_without_our_reference_clears_only_what_is_alone(
    store: Store, now: datetime
) -> None:
    other = Asked("n", TO, "report_draft", "zh", Occasion("report", True))
    store.run_now(DESK.take, ASKED, now)
    store.run_now(DESK.take, other, now)
    store.run_now(receipts.keep, "sms", "77", TO, None, "delivered", "", now)
    step = store.run_now(DESK.take, ASKED, now)
    assert isinstance(step, Doubtful) and step.known is None
    store.run_now(DESK.accepted, other, "78", True, None, now)
    step = store.run_now(DESK.take, ASKED, now)
    assert isinstance(step, Doubtful) and step.known == "77"


def test_receipts_for_nobody_are_dropped_after_days(store: Store, now: datetime) -> None:
    for days in (0, 1, 5):
        at = now + timedelta(days=days)
        store.run_now(receipts.keep, "sms", f"{days}", TO, None, "failed", "EXPIRED", at)
    assert store.run_now(lambda s: [r.message_id for r in s.query(ReceiptRow)]) == ["5"]


def test_an_early_receipt_of_failure_takes_the_next_way(store: Store, now: datetime) -> None:
    store.run_now(preferences.put, TO, Wants(mail="li@example.com"), now)
    given = {"to": TO, "text": "report_draft", "values": {}, "language": "zh", "report": "BA-1"}
    store.run_now(outbox.put, "message", "m", given, now)
    store.run_now(DESK.take, ASKED, now)
    store.run_now(receipts.keep, "sms", "1", TO, None, "failed", "UNDELIV", now)
    assert accepted(store, "1", now) == Settled("due", "UNDELIV")
    again = store.run_now(backlog.by_key, "m>sms")
    assert again is not None and again.payload == given | {"key": "m"}
    assert store.run_now(DESK.take, ASKED, now) == Send("mail", "li@example.com", "zh", 0)
    assert store.run_now(DESK.refused, ASKED, "SMTP 550", now) == Settled("failed", "SMTP 550")


def test_what_waits_is_counted_and_shown(store: Store, now: datetime) -> None:
    for key, kind, at in (("m", "message", now), ("n", "message", now + timedelta(hours=1)),
                          ("x", "seal", now)):  # fmt: skip
        store.run_now(outbox.put, kind, key, {}, at)
    store.run_now(DESK.take, ASKED, now)
    store.run_now(DESK.unsent, ASKED, "away", now)
    found = store.run_now(backlog.counted, now)
    assert (found["message"].open, found["message"].late, found["seal"].late) == (2, 1, 1)
    assert found["message"].oldest == now
    shown = store.run_now(backlog.listing, limit=2)
    assert [(each.key, each.channel, each.why) for each in shown] == [
        ("m", "sms", "away"),
        ("x", "", ""),
    ]
    store.run_now(outbox.set_aside, shown[1].id, "broken")
    assert store.run_now(backlog.counted, now)["seal"].set_aside == 1
    assert [each.key for each in store.run_now(backlog.listing, aside=True)] == ["x"]
    assert store.run_now(backlog.retry, shown[1].id, now, "test")
    assert not store.run_now(backlog.retry, 999, now, "test")


def test_a_person_whose_channel_is_gone_is_reached_by_the_next(store: Store, now: datetime) -> None:
    store.run_now(DESK.take, ASKED, now)
    step = store.run_now(DESK.unsent, ASKED, "away", now)
    assert step == Later(now + timedelta(seconds=5), "away")
    other = Desk(Rules(), (Way("gate"),))
    assert store.run_now(other.take, ASKED, now) == Send("gate", TO, "zh", 0)


def test_preferences_are_sealed_and_found_by_any_writing_of_the_number(
    store: Store, now: datetime
) -> None:
    wants = Wants(("mail",), "en", frozenset({"progress"}), "li@example.com")
    store.run_now(preferences.put, "138 0013 8000", wants, now)
    assert store.run_now(preferences.of, TO) == wants
    assert store.run_now(preferences.of, "+8613800138001") == Wants()
