"""Text messages that people send: each taken once, answered to whom it belongs, or left to a
person; nothing that is written in them changes anything else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import incoming, moves, preferences, reports, tasks
from claims_store.incoming import Incoming
from claims_store.outbox import Consequence
from claims_store.rules.contacting import NOTICES
from claims_store.store import Session, Store
from tests.claims_store.examples import CALLER, HANDLER, insured, motor_answers
from tests.claims_store.working import messages

pytestmark = pytest.mark.store

STRANGER = "+8613900002207"


@pytest.fixture
def number(store: Store, now: datetime) -> str:
    """A claim of CALLER's."""

    def begin(s: Session) -> str:
        insured(s, now)
        report = reports.start(s, None, CALLER, "zh", now)
        reports.answer(s, report, "line", "motor", by="line", source="line", at=now)
        for name, value in motor_answers(now).items():
            reports.answer(s, report, name, value, by="line", source="line", at=now)
        found = reports.state(s, report).claim_number
        assert found
        return found

    return store.run_now(begin)


def come(
    store: Store,
    now: datetime,
    text: str,
    sender: str = CALLER,
    id: str = "1",
    channel: str = "sms",
) -> bool:
    return store.run_now(incoming.receive, Incoming(channel, sender, text, now, id), now)


def answers(store: Store, now: datetime) -> list[Consequence]:
    return [row for row in messages(store, now) if row.key.startswith("message:incoming:")]


def test_number_and_four_digits_tell_all(store: Store, now: datetime, number: str) -> None:
    store.run_now(moves.move, number, "claim_filed", HANDLER, now)
    papers = ["doc_identity", "doc_invoice"]
    store.run_now(moves.move, number, "documents_requested", HANDLER, now, missing=papers)
    assert come(store, now, f"{number} {CALLER[-4:]}", sender=STRANGER)
    [answer] = answers(store, now)
    assert answer.payload["to"] == STRANGER
    assert answer.payload["text"] == "claim_told"
    told = answer.payload["values"]["told"]
    assert "等您的资料（2 项）" in told and "身份证正反面" in told and "发票" in told
    assert answer.payload["values"]["link"].startswith("/c/")


def test_the_same_message_again_is_answered_once(store: Store, now: datetime, number: str) -> None:
    assert come(store, now, f"{number} {CALLER[-4:]}")
    assert not come(store, now, f"{number} {CALLER[-4:]}")
    assert come(store, now, f"{number} {CALLER[-4:]}", id="2")
    assert len(answers(store, now)) == 2


def test_from_his_own_phone_the_number_alone_tells_the_stage(
    store: Store, now: datetime, number: str
) -> None:
    come(store, now, number)
    [answer] = answers(store, now)
    assert answer.payload["text"] == "claim_stage"
    assert answer.payload["values"] == {"number": number, "told": "已受理"}


@pytest.mark.parametrize("text", ["{number}", "{number} 0000", "CL-200101-9999 8001"])
def test_a_stranger_hears_the_same_whether_there_is_such_a_claim(
    store: Store, now: datetime, number: str, text: str
) -> None:
    come(store, now, text.format(number=number), sender=STRANGER)
    [answer] = answers(store, now)
    assert (answer.payload["text"], answer.payload["values"]) == ("claim_not_matched", {})


def test_ten_wrong_guesses_a_day_then_nothing_is_told(
    store: Store, now: datetime, number: str
) -> None:
    for guess in range(10):
        come(store, now, f"{number} {guess:04d}", sender=f"+86139000022{guess:02d}", id=str(guess))
    come(store, now, f"{number} {CALLER[-4:]}", sender=STRANGER, id="right")
    told = [row.payload["text"] for row in answers(store, now)]
    assert told == ["claim_not_matched"] * 10 + ["claim_limit"]
    tomorrow = now + timedelta(hours=25)
    come(store, tomorrow, f"{number} {CALLER[-4:]}", sender=STRANGER, id="later")
    assert answers(store, tomorrow)[-1].payload["text"] == "claim_told"


def test_two_machines_that_write_to_each_other_stop(store: Store, now: datetime) -> None:
    for place in range(30):
        come(store, now, "CL-200101-9999 1234", sender=STRANGER, id=str(place))
    assert len(answers(store, now)) <= incoming.A_DAY
    kept = store.run_now(incoming.listing)
    assert len(kept) == 30 and sum(taken == "too_many" for _, taken in kept) == 20


def test_stop_and_start(store: Store, now: datetime, number: str) -> None:
    come(store, now, "退订", id="1")
    assert store.run_now(preferences.of, CALLER).off == set(NOTICES)
    come(store, now, "START", id="2")
    assert store.run_now(preferences.of, CALLER).off == frozenset()
    assert [row.payload["text"] for row in answers(store, now)] == ["notices_stop", "notices_start"]


HOSTILE = (
    "'; DROP TABLE claims; --",
    "Subject: x\r\nBcc: all@example.com\r\n\r\nhi",
    "\x00\x1b[31m\u202e" + "A" * 10_240,
    "مرحبا ١٢٣٤",
    "<script>alert(1)</script>{{7*7}}${jndi:ldap://x}",
    "{link}{told}{number}",
    "\ud800\udfff",
    "🏠" * 500,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_hostile_is_left_to_a_person(
    store: Store, now: datetime, number: str, text: str
) -> None:
    assert come(store, now, text)
    assert answers(store, now) == []
    found = [
        each for each in store.run_now(tasks.listing, about=number) if each.kind == incoming.TASK
    ]
    assert len(found) == 1
    [(kept, taken)] = store.run_now(incoming.listing)
    assert taken == "" and kept.text.isprintable() and len(kept.text) <= 1000
    come(store, now, text + "!", id="2")
    again = [
        each for each in store.run_now(tasks.listing, about=number) if each.kind == incoming.TASK
    ]
    assert again == found


@pytest.mark.parametrize("sender", ["BANK", "12345", "", "\r\nEvil", "+86" + "1" * 60])
def test_whoever_is_no_number_is_never_answered(
    store: Store, now: datetime, number: str, sender: str
) -> None:
    assert come(store, now, f"{number} {CALLER[-4:]}", sender=sender)
    assert answers(store, now) == []


def test_strange_ids_are_kept_apart(store: Store, now: datetime) -> None:
    assert come(store, now, "hello", sender=STRANGER, id="x' OR 1=1\n" * 100)
    assert not come(store, now, "hello", sender=STRANGER, id="x' OR 1=1\n" * 100)
    assert come(store, now, "hello", sender=STRANGER, id="x' OR 1=1\n" * 99)


def test_a_long_text_is_joined_from_its_parts_in_any_order(store: Store, now: datetime) -> None:
    said = "到哪了" * 60
    octets = said.encode("utf-16-be")
    parts = [octets[:133], octets[133:266], octets[266:]]
    for place in (2, 3):
        given = ("sms", CALLER, 7, 3, place, parts[place - 1], now)
        assert store.run_now(incoming.join, *given) is None
    assert store.run_now(incoming.join, "sms", CALLER, 7, 3, 2, parts[1], now) is None
    whole = store.run_now(incoming.join, "sms", CALLER, 7, 3, 1, parts[0], now)
    assert whole is not None and whole.decode("utf-16-be") == said


def test_a_channel_without_ids_repeats_within_minutes(store: Store, now: datetime) -> None:
    id_ = store.run_now(incoming.named, "sms", "abc", now)
    come(store, now, "hello", id=id_)
    soon = now + timedelta(minutes=2)
    assert store.run_now(incoming.named, "sms", "abc", soon) == id_
    later = now + timedelta(minutes=6)
    assert store.run_now(incoming.named, "sms", "abc", later) != id_
