"""The measured accuracy on invented calls does not fall behind what the docs say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.conversations import START, ZONE
from benchmarks.findings import measure, table
from claims_store.rules.completeness import Context
from claims_store.rules.fields import FIELDS
from claims_store.rules.findings import Spoken, Word, compare

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("language", ["zh", "en"])
def test_right_values_are_hardly_ever_doubted_and_wrong_ones_hardly_ever_confirmed(
    language: str,
) -> None:
    tally = measure(language, calls=80, seed=7)
    assert tally.false_alarms <= 0.02
    assert tally.share("wrong", "confirmed") <= 0.01
    assert tally.share("right", "confirmed") >= 0.9
    assert tally.share("wrong", "heard_otherwise") + tally.share("wrong", "check") >= 0.9
    assert tally.precision("heard_otherwise", "wrong") >= 0.95
    assert "| any_injury |" in table({language: tally})


@settings(max_examples=60)
@given(
    st.lists(
        st.builds(
            Spoken,
            st.sampled_from(["customer", "agent", "?"]),
            st.floats(0, 500),
            st.floats(0, 500),
            st.text(max_size=40),
            st.lists(st.builds(Word, st.text(max_size=5), st.floats(0, 9), st.floats(0, 9))).map(
                tuple
            ),
        ),
        max_size=8,
    ),
    st.sampled_from(sorted(FIELDS)),
    st.sampled_from(["zh", "en"]),
    st.sampled_from(
        [
            "x",
            "yes",
            "2026-11-24",
            "9999",
            "沪A12345",
            "\0",
            "2026-11-24T08:00+08:00",
            "+8613800138000",
            "310000",
        ]
    ),
)
def test_no_recording_makes_the_check_raise(
    segments: list[Spoken], line: str, language: str, value: str
) -> None:
    values = {row.name: value for row in FIELDS[line]}
    found = compare(line, values, segments, set(), Context(START, ZONE, None, language))
    assert [each.field for each in found] == [row.name for row in FIELDS[line]]
