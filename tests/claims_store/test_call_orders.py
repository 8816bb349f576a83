"""Orders to call somebody: once per key, tried by the rules, told when they are over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from claims_store import call_attempts, call_orders, connections, outbox, outgoing, preferences
from claims_store import calls as ledger
from claims_store.call_attempts import Rule
from claims_store.call_orders import CallOrder
from claims_store.store import Store
from routing.outgoing import Chosen, Declined, Used
from tests.claims_store.examples import CALLER

pytestmark = pytest.mark.store

KEY = "notice:1"


def trunk(number: str, used: Mapping[str, Used]) -> Chosen | Declined:
    return Chosen("north", 120)


def forbidden(number: str, used: Mapping[str, Used]) -> Chosen | Declined:
    return Declined((("north", "not_allowed"),))


def full(number: str, used: Mapping[str, Used]) -> Chosen | Declined:
    return Declined((("north", "busy"),))


@pytest.fixture
def at_ten(now: datetime) -> datetime:
    """10:00 on a Tuesday in Shanghai."""
    return now.replace(hour=2, minute=0, second=0)


def ordered(store: Store, at: datetime, **more: object) -> CallOrder:
    given = {"about": "", "language": "en"} | more
    assert store.run_now(call_orders.order, KEY, "voice_notice", CALLER, at, **given)
    return state(store)


def state(store: Store) -> CallOrder:
    found = store.run_now(call_orders.get, KEY)
    assert found is not None
    return found


def begin(store: Store, at: datetime, rule: object = trunk) -> str:
    (call,) = store.run_now(call_attempts.due, at)
    store.run_now(call_attempts.begin, call.key, Rule("n1", rule, at, at - timedelta(hours=10)))
    return call.key


def told(store: Store, at: datetime) -> list[dict[str, object]]:
    return [row.payload for row in store.run_now(outbox.due, at, kind=call_orders.OVER)]


def test_given_an_order_when_it_is_due_then_one_call_is_asked_for(
    store: Store, at_ten: datetime
) -> None:
    order = ordered(store, at_ten, values={"urgent": True})
    assert (order.state, order.to, order.values) == ("due", CALLER, {"urgent": True})
    assert not store.run_now(call_orders.order, KEY, "voice_notice", CALLER, at_ten)
    attempt = begin(store, at_ten)
    assert store.run_now(call_attempts.due, at_ten) == []
    found = store.run_now(call_orders.of_attempt, attempt)
    assert found is not None and (found.key, found.state) == (KEY, "dialling")


def test_given_a_night_when_ordered_then_the_call_waits_for_the_morning(
    store: Store, at_ten: datetime
) -> None:
    night = at_ten + timedelta(hours=12)
    assert ordered(store, night).next_at == at_ten + timedelta(hours=23)
    assert store.run_now(call_attempts.due, night) == []


def test_given_an_app_that_was_away_when_the_hour_has_passed_then_the_next_is_waited_for(
    store: Store, at_ten: datetime
) -> None:
    ordered(store, at_ten)
    assert store.run_now(call_attempts.due, at_ten + timedelta(hours=2, minutes=30)) == []
    assert state(store).next_at == at_ten + timedelta(hours=4)


def test_given_what_was_said_when_he_hangs_up_then_that_counts(
    store: Store, at_ten: datetime
) -> None:
    ordered(store, at_ten)
    attempt = begin(store, at_ten)
    store.run_now(call_attempts.answered, attempt, at_ten)
    assert state(store).state == "talking"
    store.run_now(call_attempts.say, attempt, "", {"speed": 4})
    store.run_now(call_attempts.say, attempt, "heard", {"staff": 5})
    assert store.run_now(call_attempts.end, attempt, at_ten, "answered")
    assert not store.run_now(call_attempts.end, attempt, at_ten, "lost"), "the first end counts"
    order = state(store)
    assert (order.state, order.outcome, order.tries) == ("over", "heard", 1)
    assert order.answers == {"speed": 4, "staff": 5}
    (row,) = told(store, at_ten)
    assert (row["key"], row["outcome"], row["answers"]) == (KEY, "heard", {"speed": 4, "staff": 5})


@pytest.mark.parametrize(
    ("outcome", "tries"), [("busy", 0), ("no_answer", 1), ("refused", 1), ("answered", 1),
                           ("failed", 0), ("lost", 0)]
)  # fmt: skip
def test_given_a_try_in_vain_then_the_order_is_due_again(
    store: Store, at_ten: datetime, outcome: str, tries: int
) -> None:
    ordered(store, at_ten)
    attempt = begin(store, at_ten)
    store.run_now(call_attempts.end, attempt, at_ten, outcome)
    order = state(store)
    assert (order.state, order.tries) == ("due", tries)
    assert order.next_at is not None and order.next_at > at_ten
    assert told(store, at_ten) == []
    assert begin(store, order.next_at) != attempt


def test_given_no_trunk_then_it_waits_or_is_over(store: Store, at_ten: datetime) -> None:
    ordered(store, at_ten)
    begin(store, at_ten, full)
    assert state(store).next_at == at_ten + timedelta(seconds=20)
    begin(store, at_ten + timedelta(seconds=20), forbidden)
    assert (state(store).state, state(store).outcome) == ("over", "not_allowed")


def test_given_a_refusal_then_it_is_kept_and_he_is_not_called_again(
    store: Store, at_ten: datetime
) -> None:
    ordered(store, at_ten)
    attempt = begin(store, at_ten)
    store.run_now(call_attempts.answered, attempt, at_ten)
    store.run_now(call_attempts.say, attempt, "refused", {})
    store.run_now(call_attempts.end, attempt, at_ten, "answered")
    assert state(store).outcome == "refused"
    assert "calls" in store.run_now(preferences.of, CALLER).off
    store.run_now(call_orders.order, "other", "voice_notice", CALLER, at_ten)
    other = store.run_now(call_orders.get, "other")
    assert other is not None and (other.state, other.outcome) == ("over", "declined")


def test_given_an_order_when_cancelled_then_nobody_is_called(
    store: Store, at_ten: datetime
) -> None:
    ordered(store, at_ten)
    assert store.run_now(call_orders.cancel, KEY, at_ten)
    assert not store.run_now(call_orders.cancel, KEY, at_ten)
    assert store.run_now(call_attempts.due, at_ten) == []
    (row,) = told(store, at_ten)
    assert row["outcome"] == "cancelled"


def test_given_a_running_call_when_cancelled_then_it_is_the_last(
    store: Store, at_ten: datetime
) -> None:
    ordered(store, at_ten)
    attempt = begin(store, at_ten)
    assert not store.run_now(call_orders.cancel, KEY, at_ten)
    store.run_now(call_attempts.end, attempt, at_ten, "busy")
    assert state(store).state == "over"


def test_given_two_people_when_they_talked_then_it_is_a_call_like_any_other(
    store: Store, at_ten: datetime
) -> None:
    connect = call_orders.connect
    assert store.run_now(connect, "c1", "201", CALLER, at_ten, about="", by="agent1")
    assert not store.run_now(connect, "c1", "201", CALLER, at_ten, about="", by="agent1")
    attempt = begin(store, at_ten)
    assert attempt.startswith(call_orders.CONNECTS)
    call_id = f"out-{attempt}"
    order = store.run_now(connections.begin, attempt, call_id, "n1", "4008001234", at_ten)
    assert order is not None and (order.first, order.record) == ("201", True)
    later = at_ten + timedelta(seconds=9)
    store.run_now(call_attempts.answered, attempt, later)
    for _ in range(2):  # an app that begins hears of it again
        store.run_now(connections.connected, call_id, "n1-1.2", "given", later)
    end = later + timedelta(seconds=30)
    store.run_now(connections.over, call_id, end, "answered")
    store.run_now(call_attempts.end, attempt, end, "answered")
    shown = store.run_now(ledger.show, call_id)
    assert (shown["direction"], shown["caller"], shown["consent"]) == ("out", CALLER, "given")
    assert shown["talk_s"] == 30 and shown["recording"]["legs"] == 2
    assert [e["event"] for e in shown["events"]] == ["ordered", "consent", "answered"]
    found = store.run_now(call_orders.get, "c1")
    assert found is not None and (found.outcome, found.call_id) == ("answered", call_id)
    assert [row.kind for row in store.run_now(outbox.due, end)].count("seal") == 1


def test_given_a_busy_customer_when_connected_then_the_agent_is_not_rung_again(
    store: Store, at_ten: datetime
) -> None:
    store.run_now(call_orders.connect, "c1", "201", CALLER, at_ten, about="", by="agent1")
    attempt = begin(store, at_ten)
    store.run_now(call_attempts.end, attempt, at_ten, "busy")
    found = store.run_now(call_orders.get, "c1")
    assert found is not None and (found.state, found.outcome) == ("over", "busy")
    assert store.run_now(outgoing.due) == []
