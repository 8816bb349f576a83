"""The ledger of calls."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from claims_store import calls, findings, outbox, recordings, reports, transcripts
from claims_store.errors import NotFound
from claims_store.recordings import Recording
from claims_store.rules.findings import Finding
from claims_store.store import Session, Store
from claims_store.transcripts import Heard
from tests.claims_store.examples import CALL, CALLER, insured, motor_answers, open_call

pytestmark = pytest.mark.store


def test_a_call_is_in_the_ledger_once(store: Store, now: datetime) -> None:
    open_call(store, now)
    open_call(store, now + timedelta(minutes=1))
    (call,) = store.run_now(calls.listing)
    assert (call.call_id, call.caller, call.started) == (CALL, CALLER, now)
    assert (call.stage, call.consent, call.verified) == ("ringing", "not_asked", False)
    assert store.run_now(calls.get, CALL) == call
    assert store.run_now(calls.get, "none") is None


@pytest.mark.parametrize("said", ["13800138001", "+86 138 0013 8001", "008613800138001"])
def test_a_caller_is_known_again_however_his_number_was_sent(
    store: Store, now: datetime, said: str
) -> None:
    open_call(store, now, caller=said)
    found = store.run_now(calls.of_caller, "138 0013 8001", now)
    assert [call.caller for call in found] == [CALLER]


def test_a_withheld_number_is_a_call_like_any_other(store: Store, now: datetime) -> None:
    open_call(store, now, caller="")
    call = store.run_now(calls.get, CALL)
    assert call is not None and call.caller == ""
    assert store.run_now(calls.show, CALL)["caller"] == ""


def test_events_are_numbered_and_keep_their_data(store: Store, now: datetime) -> None:
    open_call(store, now)
    assert store.run_now(calls.note, CALL, now, "greeted") == 1
    due = now + timedelta(hours=1)
    assert store.run_now(calls.note, CALL, now, "promised", due=due, name="袁伟", tries=2) == 2
    first, second = store.run_now(calls.events, CALL)
    assert (first.event, first.data) == ("greeted", {})
    assert second.data == {"due": due.isoformat(), "name": "袁伟", "tries": 2}
    with pytest.raises(NotFound):
        store.run_now(calls.note, "none", now, "greeted")
    with pytest.raises(TypeError):
        store.run_now(calls.note, CALL, now, "greeted", what=object())


def test_the_journal_cannot_be_rewritten(store: Store, now: datetime) -> None:
    open_call(store, now)
    store.run_now(calls.note, CALL, now, "greeted")
    with pytest.raises(DBAPIError, match="append-only"):
        store.run_now(lambda s: s.execute(text("UPDATE call_events SET event = 'x'")))


def test_only_what_a_call_may_change_is_changed(store: Store, now: datetime) -> None:
    open_call(store, now)
    store.run_now(calls.change, CALL, stage="waiting", queue="motor", waiting_since=now, waited_s=3)
    call = store.run_now(calls.get, CALL)
    assert call is not None
    assert (call.stage, call.queue, call.waiting_since, call.waited_s) == (
        "waiting",
        "motor",
        now,
        3,
    )
    with pytest.raises(TypeError, match="call_id"):
        store.run_now(calls.change, CALL, call_id="other")
    with pytest.raises(NotFound):
        store.run_now(calls.change, "none", stage="waiting")


def test_the_first_end_of_a_call_counts(store: Store, now: datetime) -> None:
    open_call(store, now)
    assert store.run_now(calls.close, CALL, now + timedelta(minutes=2), "caller_left")
    assert not store.run_now(calls.close, CALL, now + timedelta(minutes=3), "lost")
    call = store.run_now(calls.get, CALL)
    assert call is not None
    assert (call.ended, call.outcome, call.stage) == (
        now + timedelta(minutes=2), "caller_left", "ended",
    )  # fmt: skip
    with pytest.raises(NotFound):
        store.run_now(calls.close, "none", now, "lost")


def test_a_recorded_call_is_put_down_for_sealing_when_it_ends(store: Store, now: datetime) -> None:
    open_call(store, now, "n1-1.1")
    open_call(store, now, "n1-1.2")
    store.run_now(recordings.begin, "n1-1.2", 0, "customer", "a.wav", now)
    for call_id in ("n1-1.1", "n1-1.2"):
        store.run_now(calls.close, call_id, now, "done")
    (row,) = store.run_now(outbox.due, now)
    assert (row.kind, row.key, row.payload) == ("seal", "seal:n1-1.2", {"call_id": "n1-1.2"})


def test_lists_are_newest_first_and_can_be_cut(store: Store, now: datetime) -> None:
    for minute in range(4):
        open_call(store, now + timedelta(minutes=minute), f"n1-{minute}.1")
    store.run_now(calls.change, "n1-2.1", agent="agent1")
    store.run_now(calls.close, "n1-3.1", now, "done")
    ids = [call.call_id for call in store.run_now(calls.listing)]
    assert ids == ["n1-3.1", "n1-2.1", "n1-1.1", "n1-0.1"]
    assert [call.call_id for call in store.run_now(calls.listing, 2, 1)] == ids[1:3]
    assert [call.call_id for call in store.run_now(calls.listing, agent="agent1")] == ["n1-2.1"]
    assert [call.call_id for call in store.run_now(calls.unfinished, "n1")] == ids[:0:-1]
    assert store.run_now(calls.unfinished, "n2") == []


def test_a_fresh_call_is_shown_in_the_whole_shape(store: Store, now: datetime) -> None:
    open_call(store, now)
    assert store.run_now(calls.show, CALL) == {
        "call_id": CALL,
        "sip_call_id": f"{CALL}@sip",
        "report_number": None,
        "claim_number": None,
        "caller": CALLER,
        "dialled": "5550100",
        "direction": "in",
        "language": None,
        "consent": "not_asked",
        "started": "2026-11-24T08:33:05.000+08:00",
        "ended": None,
        "queue": None,
        "rule": None,
        "agent": None,
        "waited_s": None,
        "talk_s": None,
        "events": [],
        "report": {},
        "missing": [],
        "recording": {
            "tracks": 0,
            "legs": 0,
            "seconds": 0.0,
            "sha256": None,
            "sealed": False,
            "partial": False,
        },
        "transcript": [],
        "findings": [],
    }
    with pytest.raises(NotFound):
        store.run_now(calls.show, "none")


def whole_call(s: Session, now: datetime) -> str:
    insured(s, now)
    number = reports.start(s, CALL, CALLER, "zh", now)
    for field, value in motor_answers(now).items():
        reports.answer(s, number, field, value, by="line", source="line", at=now, call_id=CALL)
    reports.answer(s, number, "other_plate", "", by="line", source="line", at=now)
    calls.note(s, CALL, now, "menu_chosen", choice="report")
    calls.change(s, CALL, rule_name="motor-zh", rule_reason="speaks Chinese", agent="agent1")
    recordings.begin(s, CALL, 0, "customer", "0.wav", now)
    recordings.sealed(s, Recording(CALL, "a.cl", 2, 3, 24.5, "ab" * 32, True, now))
    transcripts.put(s, CALL, [Heard("customer", 1.0, 2.0, "世纪大道")])
    findings.put(s, number, CALL, [Finding("plate", "沪A1", "沪A2", "heard_otherwise", 1.5)])
    return number


def test_a_whole_call_is_shown_with_everything_it_led_to(store: Store, now: datetime) -> None:
    open_call(store, now)
    number = store.run_now(whole_call, now)
    shown = store.run_now(calls.show, CALL)
    assert shown["report_number"] == number
    assert shown["claim_number"] == number.replace("BA", "CL")
    assert shown["report"]["loss_place"] == "世纪大道"
    assert "other_plate" not in shown["report"]
    assert shown["rule"] == {"name": "motor-zh", "reason": "speaks Chinese"}
    assert shown["events"] == [
        {"at": "2026-11-24T08:33:05.000+08:00", "event": "menu_chosen", "choice": "report"}
    ]
    assert shown["recording"] == {
        "tracks": 2,
        "legs": 3,
        "seconds": 24.5,
        "sha256": "ab" * 32,
        "sealed": True,
        "partial": True,
    }
    assert shown["transcript"] == [
        {"track": "customer", "start": 1.0, "end": 2.0, "text": "世纪大道"}
    ]
    assert shown["findings"] == [
        {
            "field": "plate",
            "typed": "沪A1",
            "heard": "沪A2",
            "state": "heard_otherwise",
            "at_s": 1.5,
        }
    ]
    assert [call.call_id for call in store.run_now(calls.of_report, number)] == [CALL]


def test_an_erased_call_has_no_number_and_no_words_left(store: Store, now: datetime) -> None:
    open_call(store, now)
    store.run_now(calls.note, CALL, now, "said", text="秘密")
    store.run_now(transcripts.put, CALL, [Heard("customer", 1.0, 2.0, "秘密")])
    store.vault.erase(f"call:{CALL}")
    shown = store.run_now(calls.show, CALL)
    assert shown["caller"] == ""
    assert shown["events"] == [{"at": "2026-11-24T08:33:05.000+08:00", "event": "said"}]
    assert shown["transcript"][0]["text"] == ""
