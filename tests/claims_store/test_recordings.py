"""Recordings: the row before the file, the seal after it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claims_store import calls, outbox, recordings
from claims_store.recordings import Recording
from claims_store.store import Store
from tests.claims_store.examples import CALL, open_call

pytestmark = pytest.mark.store


def test_a_segment_is_in_the_books_once_and_ends(store: Store, now: datetime) -> None:
    open_call(store, now)
    first = store.run_now(recordings.begin, CALL, 0, "customer", "0.wav", now)
    assert store.run_now(recordings.begin, CALL, 0, "customer", "0.wav", now) == first
    later = now + timedelta(seconds=30)
    store.run_now(recordings.begin, CALL, 1, "agent", "1-a.wav", later, "agent1")
    store.run_now(recordings.begin, CALL, 1, "agent", "1-b.wav", later, "agent2")
    store.run_now(recordings.end, CALL, later, 0)
    line, one, two = store.run_now(recordings.segments, CALL)
    assert (line.side, line.file, line.began, line.ended) == ("customer", "0.wav", now, later)
    assert (one.agent, two.agent, one.ended) == ("agent1", "agent2", None)
    end = later + timedelta(seconds=60)
    store.run_now(recordings.end, CALL, end)
    assert [each.ended for each in store.run_now(recordings.segments, CALL)] == [later, end, end]


def test_what_is_not_sealed_is_found_after_a_crash(store: Store, now: datetime) -> None:
    for call_id in ("n1-1.1", "n1-2.1", "n1-3.1"):
        open_call(store, now, call_id)
    for call_id in ("n1-1.1", "n1-3.1"):
        store.run_now(recordings.begin, call_id, 0, "customer", "0.wav", now)
        store.run_now(calls.close, call_id, now, "done")
    assert store.run_now(recordings.unsealed, "n1") == ["n1-1.1", "n1-3.1"]
    assert store.run_now(recordings.unsealed, "n2") == []
    sealed = Recording("n1-1.1", "a.cl", 2, 3, 24.5, "ab" * 32, False, now)
    store.run_now(recordings.sealed, sealed)
    assert store.run_now(recordings.unsealed, "n1") == ["n1-3.1"]
    assert store.run_now(recordings.of_call, "n1-1.1") == sealed
    assert store.run_now(recordings.of_call, "n1-3.1") is None


def test_sealing_makes_the_transcription_due_once(store: Store, now: datetime) -> None:
    open_call(store, now)
    for _ in range(2):
        store.run_now(recordings.sealed, Recording(CALL, "a.cl", 2, 2, 9.0, "ab", False, now))
    due = [row for row in store.run_now(outbox.due, now) if row.kind == "transcribe"]
    assert [(row.key, row.payload) for row in due] == [(f"transcribe:{CALL}", {"call_id": CALL})]


def test_a_recording_without_audio_is_not_transcribed(store: Store, now: datetime) -> None:
    open_call(store, now)
    store.run_now(recordings.sealed, Recording(CALL, None, 0, 1, 0.0, None, True, now))
    assert store.run_now(outbox.due, now) == []
