"""Events for programs of others: in one order, to those who want them, one claim's in turn."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from claims_store import backlog, moves, outbox, tokens, webhooks
from claims_store.consequences import HANDLERS
from claims_store.consequences.effects import Push
from claims_store.store import Session, Store
from tests.claims_store.examples import HANDLER, LINE, insured

pytestmark = pytest.mark.store

NUMBER = "CL-261124-0042"
OTHER = "CL-261124-0043"


@pytest.fixture
def number(store: Store, now: datetime) -> str:
    def begin(s: Session) -> None:
        policy = insured(s, now)
        for each in (NUMBER, OTHER):
            moves.open_claim(s, each, "motor", now, LINE, customer_id="C10001", policy_id=policy.id)

    store.run_now(webhooks.add, "all", "https://a.example/x", (), now)
    store.run_now(webhooks.add, "paid", "https://b.example/x", ("claim_paid",), now)
    store.run_now(begin)
    return NUMBER


def due(store: Store, now: datetime) -> list[int]:
    rows = store.run_now(outbox.due, now, 99, kind="webhook")
    return [row.payload["delivery"] for row in rows]


def test_events_come_in_order_and_without_work_of_the_house(
    store: Store, now: datetime, number: str
) -> None:
    store.run_now(moves.move, number, "claim_filed", HANDLER, now)
    store.run_now(moves.move, number, "flag_set", HANDLER, now, flag="fraud_referral", reason="x")
    found = store.run_now(webhooks.events, 0, 99)
    assert [(each.claim, each.event) for each in found] == [
        (NUMBER, "claim_reported"), (OTHER, "claim_reported"), (NUMBER, "claim_filed"),
    ]  # fmt: skip
    assert [each.id for each in found] == sorted({each.id for each in found})
    assert store.run_now(webhooks.events, found[1].id, 99) == found[2:]
    assert store.run_now(webhooks.events, 0, 99, OTHER) == found[1:2]


def test_one_claim_waits_for_its_earlier_event_others_do_not(
    store: Store, now: datetime, number: str
) -> None:
    store.run_now(moves.move, number, "claim_filed", HANDLER, now)
    first, other, second = due(store, now)
    ready = store.run_now(webhooks.take, first, now)
    assert isinstance(ready, webhooks.Ready) and ready.url == "https://a.example/x"
    told = json.loads(ready.body)
    assert (told["claim"], told["event"], told["id"]) == (NUMBER, "claim_reported", f"{NUMBER}:1")
    assert isinstance(store.run_now(webhooks.take, second, now), timedelta)
    assert isinstance(store.run_now(webhooks.take, other, now), webhooks.Ready)
    store.run_now(webhooks.sent, first, now)
    assert isinstance(store.run_now(webhooks.take, second, now), webhooks.Ready)
    assert store.run_now(webhooks.take, first, now) is None


def test_what_is_not_taken_is_tried_for_a_day_with_growing_pauses(
    store: Store, now: datetime, number: str
) -> None:
    first, at, pauses = due(store, now)[0], now, []
    while (pause := store.run_now(webhooks.unsent, first, "HTTP 500", at)) is not None:
        pauses.append(pause)
        at += pause
    assert pauses[:3] == [timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=80)]
    assert pauses == sorted(pauses) and len(pauses) < 60 and at - now > webhooks.GIVE_UP
    [delivery] = [d for d in store.run_now(webhooks.deliveries, "all") if d.id == first]
    assert (delivery.state, delivery.why) == ("failed", "HTTP 500")
    # By hand it is tried again, and what came later does not wait for it meanwhile.
    assert isinstance(store.run_now(webhooks.take, first, at), webhooks.Ready)
    [hook, _] = store.run_now(webhooks.listing)
    assert hook.states == {"due": 2}


def test_an_ended_webhook_is_told_nothing_more(store: Store, now: datetime, number: str) -> None:
    assert store.run_now(webhooks.end, "all", now)
    assert not store.run_now(webhooks.end, "all", now)
    assert store.run_now(webhooks.take, due(store, now)[0], now) is None
    store.run_now(moves.move, number, "claim_filed", HANDLER, now)
    assert len(due(store, now)) == 2


def test_its_row_asks_for_a_push(store: Store, now: datetime, number: str) -> None:
    row = store.run_now(outbox.due, now, 99, kind="webhook")[0]
    assert store.run_now(HANDLERS["webhook"], row, now) == [Push(row.payload["delivery"])]
    assert "webhook" in store.run_now(backlog.counted, now)


def test_a_token_is_known_until_it_is_ended_and_is_nowhere_in_the_database(
    store: Store, now: datetime
) -> None:
    token = store.run_now(tokens.add, "shop", ("read",), now)
    assert token is not None and token.startswith(tokens.PREFIX)
    assert store.run_now(tokens.add, "shop", ("read",), now) is None
    found = store.run_now(tokens.known, token, now)
    assert found is not None and found.scopes == ("read",)
    assert store.run_now(tokens.known, token[:-1] + "x", now) is None
    assert store.run_now(tokens.end, "shop", now) and not store.run_now(tokens.end, "shop", now)
    assert store.run_now(tokens.known, token, now) is None
    [row] = store.run_now(tokens.listing)
    assert token not in repr(row)


def test_a_request_is_remembered_for_a_week(store: Store, now: datetime) -> None:
    store.run_now(tokens.add, "shop", ("write",), now)
    store.run_now(tokens.note_asked, "shop", "k1", "d", "BA-1", now)
    assert store.run_now(tokens.asked_before, "shop", "k1") == ("d", "BA-1")
    later = now + timedelta(days=8)
    store.run_now(tokens.note_asked, "shop", "k2", "d", "BA-2", later)
    assert store.run_now(tokens.asked_before, "shop", "k1") is None
