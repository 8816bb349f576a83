"""Transcripts: in the order of time, whole words with them, sealed."""

from __future__ import annotations

from datetime import datetime

import pytest

from claims_store import transcripts
from claims_store.rules.findings import Spoken, Word
from claims_store.store import Store
from claims_store.transcripts import Heard
from tests.claims_store.examples import CALL, open_call

pytestmark = pytest.mark.store


def test_a_transcript_comes_back_in_the_order_of_time(store: Store, now: datetime) -> None:
    open_call(store, now)
    word = Word("世纪", 3.1, 3.4, 0.8)
    said = Heard("customer", 3.0, 4.0, "世纪大道", (word,), 0.9)
    asked = Heard("agent", 1.0, 2.0, "在哪里")
    store.run_now(transcripts.put, CALL, [said, asked])
    assert store.run_now(transcripts.of_call, CALL) == [asked, said]
    assert said.spoken() == Spoken("customer", 3.0, 4.0, "世纪大道", (word,))


def test_a_second_transcription_takes_the_place_of_the_first(store: Store, now: datetime) -> None:
    open_call(store, now)
    store.run_now(transcripts.put, CALL, [Heard("customer", 1.0, 2.0, text) for text in "abc"])
    store.run_now(transcripts.put, CALL, [Heard("customer", 1.0, 2.0, "d")])
    assert [heard.text for heard in store.run_now(transcripts.of_call, CALL)] == ["d"]
    store.run_now(transcripts.put, CALL, [])
    assert store.run_now(transcripts.of_call, CALL) == []
