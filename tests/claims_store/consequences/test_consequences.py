from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import calls, findings, outbox, recordings, reports, transcripts
from claims_store.calls import CallOpened
from claims_store.consequences import HANDLERS, seal, settling, transcribe
from claims_store.consequences.effects import Effect, Message, Seal, Transcribe
from claims_store.outbox import Consequence
from claims_store.recordings import Recording
from claims_store.rules.findings import Word
from claims_store.store import Store
from claims_store.transcripts import Heard

pytestmark = pytest.mark.store

CALL = "n1-1764145200.3"


@pytest.fixture
def call(store: Store, now: datetime) -> str:
    opened = CallOpened(CALL, "n1", "sip", "+8613800138000", "5550100", now, None)
    store.run_now(calls.open_call, opened)
    return CALL


def put(store: Store, kind: str, payload: dict[str, object], now: datetime) -> Consequence:
    store.run_now(outbox.put, kind, f"{kind}:x", payload, now)
    (row,) = store.run_now(outbox.due, now, kind=kind)
    return row


def effects(store: Store, row: Consequence, now: datetime) -> list[Effect] | None:
    return store.run_now(settling.effects, row.id, row.due_at, now)


def test_a_message_is_an_effect_unless_its_person_was_erased(store: Store, now: datetime) -> None:
    payload = {"to": "+8613800138000", "text": "report_draft", "language": "zh"}
    row = put(store, "message", payload, now)
    assert effects(store, row, now) == [
        Message("message:x", "+8613800138000", "report_draft", {}, "zh")
    ]
    assert (
        HANDLERS["message"](None, Consequence(1, "message", "k", {}, now, 0, None, False), now)
        == []
    )  # type: ignore[arg-type]


def test_sealing_and_transcribing_name_the_call(store: Store, call: str, now: datetime) -> None:
    assert effects(store, put(store, "seal", {"call_id": call}, now), now) == [Seal(call)]
    row = put(store, "transcribe", {"call_id": call}, now)
    assert effects(store, row, now) == [Transcribe(call, "zh")]
    store.run_now(calls.change, call, language="en")
    assert effects(store, row, now) == [Transcribe(call, "en")]


def test_a_call_that_is_not_there_has_no_effects(store: Store, now: datetime) -> None:
    for kind in ("transcribe", "check_report"):
        assert effects(store, put(store, kind, {"call_id": "none"}, now), now) == []
    assert effects(store, put(store, "seal", {"about": "nobody"}, now), now) == []


def test_the_check_stores_findings_and_leaves_the_report_as_it_is(
    store: Store, call: str, now: datetime
) -> None:
    number = store.run_now(reports.start, call, "+8613800138000", "zh", now)
    for field, value in (("line", "motor"), ("any_injury", "no")):
        store.run_now(
            reports.answer, number, field, value, by="a1", source="agent", at=now, call_id=call
        )
    before = store.run_now(reports.versions, number)
    heard = [Heard("customer", 1.0, 2.0, "没有人受伤", (Word("没有", 1.0, 1.2, 0.9),), 0.9)]
    store.run_now(transcribe.written_down, call, heard, now)
    store.run_now(transcribe.written_down, call, heard, now)
    (row,) = store.run_now(outbox.due, now, kind="check_report")
    for _ in range(2):
        assert effects(store, row, now) == []
    found = store.run_now(findings.of_report, number)
    assert [(f.field, f.state) for f in found if f.field == "any_injury"] == [
        ("any_injury", "not_asked")
    ]
    assert store.run_now(reports.versions, number) == before
    assert store.run_now(transcripts.of_call, call) == heard


def test_what_is_typed_after_the_call_is_checked_once_there_is_a_transcript(
    store: Store, call: str, now: datetime
) -> None:
    number = store.run_now(reports.start, call, "+8613800138000", "zh", now)
    store.run_now(calls.close, call, now, "served")
    typed = {"by": "a1", "source": "agent", "at": now, "call_id": call}
    store.run_now(reports.answer, number, "line", "motor", **typed)
    store.run_now(reports.answer, number, "any_injury", "no", **typed)
    rows = store.run_now(outbox.due, now, kind="check_report")
    assert len(rows) == 2
    assert effects(store, rows[1], now) == []
    assert store.run_now(findings.of_report, number) == []
    store.run_now(transcribe.written_down, call, [Heard("customer", 1, 2, "你好")], now)
    effects(store, rows[1], now)
    found = {finding.field: finding.state for finding in store.run_now(findings.of_report, number)}
    assert found["any_injury"] == "not_asked"


def test_what_the_caller_keyed_himself_needs_no_witness(
    store: Store, call: str, now: datetime
) -> None:
    number = store.run_now(reports.start, call, "+8613800138000", "zh", now)
    for field, value in (("line", "motor"), ("any_injury", "no")):
        store.run_now(
            reports.answer, number, field, value, by="line", source="line", at=now, call_id=call
        )
    row = put(store, "check_report", {"call_id": call}, now)
    effects(store, row, now)
    assert store.run_now(findings.of_report, number) == []


def test_another_transcript_is_checked_again(store: Store, call: str, now: datetime) -> None:
    for text in ("一", "二"):
        store.run_now(transcribe.written_down, call, [Heard("customer", 1, 2, text)], now)
    assert len(store.run_now(outbox.due, now, kind="check_report")) == 2


def test_given_failures_when_tried_then_pauses_grow_and_the_third_sets_aside(
    store: Store, now: datetime
) -> None:
    row = put(store, "seal", {"call_id": "x"}, now)
    due = row.due_at
    for pause in (5, 30):
        store.run_now(settling.failed, row.id, due, "OSError", now)
        store.run_now(settling.failed, row.id, due, "OSError", now)  # the same try, told again
        after = store.run_now(outbox.get, row.id)
        assert after is not None and after.due_at == now + timedelta(seconds=pause)
        due = after.due_at
    store.run_now(settling.failed, row.id, due, "OSError", now)
    assert [row.id for row in store.run_now(outbox.aside)] == [row.id]
    assert store.run_now(settling.effects, row.id, due, now) is None
    assert store.run_now(settling.effects, 999, due, now) is None


def test_mending_puts_down_what_is_missing_and_names_what_is_nobodys(
    store: Store, call: str, now: datetime
) -> None:
    store.run_now(recordings.begin, call, 0, "customer", "a.wav", now)
    found = store.run_now(seal.mend, "n1", [call, "other"], (), now)
    assert found == seal.Mended([], [], ["other"], [])
    assert store.run_now(outbox.due, now) == [], "the call has not ended"
    store.run_now(calls.close, call, now, "served")
    (due,) = store.run_now(outbox.due, now)
    assert due.key == f"seal:{call}"
    again = store.run_now(seal.mend, "n1", [call], (), now)
    assert again == seal.Mended([], [], [], []), "it is due anyway"
    store.run_now(outbox.done, due.id, now)
    assert store.run_now(seal.mend, "n1", [call], (), now).left == [call]
    keys = [row.key for row in store.run_now(outbox.due, now)]
    assert keys == [f"seal:{call}:left:{now:%Y%m%d%H%M%S}"]


def test_a_sealed_file_that_is_gone_is_told_once(store: Store, call: str, now: datetime) -> None:
    store.run_now(recordings.sealed, Recording(call, "x.sealed", 1, 0, 9.0, "ab" * 32, False, now))
    assert store.run_now(seal.mend, "n1", [], {"x.sealed"}, now).lost == []
    assert store.run_now(seal.mend, "n1", [], (), now).lost == [call]
    assert store.run_now(seal.mend, "n1", [], (), now).lost == []
    assert [each.event for each in store.run_now(calls.events, call)] == ["recording_missing"]


def test_recorders_of_a_call_and_a_recording_that_grew(
    store: Store, call: str, now: datetime
) -> None:
    assert store.run_now(seal.recorders, call) == seal.Expected([], 0.0, 0.0, cut=False)
    store.run_now(calls.change, call, talk_s=7.5)
    assert store.run_now(seal.recorders, call).talk_s == 7.5
    grown = Recording(call, "x.sealed", 1, 0, 9.0, "ab" * 32, False, now)
    store.run_now(seal.extended, grown)
    assert store.run_now(recordings.of_call, call) == grown
    assert len(store.run_now(outbox.due, now, kind="transcribe")) == 2
