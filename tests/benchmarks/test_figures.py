"""What is made of measured numbers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.load.figures import interleaved, paired, percentile, slope, spread
from benchmarks.load.media import FRAME, loud, mu_law, tone
from benchmarks.load.sip import offer, parse, proof, response
from benchmarks.speech.words import errors, words

pytestmark = pytest.mark.unit

INVITE = (
    b"INVITE sip:201@127.0.0.1:5070 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1\r\n"
    b"From: <sip:+8613900000007@127.0.0.1>;tag=a1\r\nTo: <sip:201@127.0.0.1>\r\n"
    b"Call-ID: x1\r\nCSeq: 8 INVITE\r\nContact: <sip:asterisk@127.0.0.1:5060>\r\n\r\n"
)


def test_a_spread_is_median_and_both_ends() -> None:
    found = spread([3.0, 1.0, 2.0])
    assert (found.median, found.least, found.most, found.rounds) == (2, 1, 3, 3)
    with pytest.raises(ValueError, match="no rounds"):
        spread([])


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(
    values: list[float], share: float
) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6


def test_the_percentile_of_nothing_is_no_number() -> None:
    assert math.isnan(percentile([], 0.5))


def test_rounds_are_compared_pair_by_pair() -> None:
    assert paired([2.0, 30.0, 4.0], [1.0, 10.0, 4.0]).median == 2.0


def test_a_slope_is_growth_by_x() -> None:
    assert slope([(0, 1), (10, 21), (20, 41)]) == pytest.approx(2)
    assert slope([(0, 5)]) == 0


def test_kinds_take_turns_and_change_their_order() -> None:
    assert interleaved(["a", "b"], 3) == [
        (1, "a"), (1, "b"), (2, "b"), (2, "a"), (3, "a"), (3, "b"),
    ]  # fmt: skip


def test_a_tone_is_loud_and_silence_is_not() -> None:
    assert len(tone(400)) == FRAME
    assert loud(tone(400)) and not loud(bytes([mu_law(0)]) * FRAME)


def test_an_answer_copies_what_it_must_and_adds_our_tag() -> None:
    asked = parse(INVITE)
    assert (asked.user, asked.number, asked.uri("Contact")) == (
        "+8613900000007", 8, "sip:asterisk@127.0.0.1:5060",
    )  # fmt: skip
    answer = parse(response(asked, "200 OK", tag="p1", contact="sip:x@h", body=offer("h", 4000)))
    assert (answer.status, answer.method, answer.vias) == (200, "INVITE", asked.vias)
    assert answer.tag("To") == "p1" and answer.headers["From"] == asked.headers["From"]
    assert answer.media == ("h", 4000)


def test_a_challenge_is_answered_by_digest() -> None:
    challenge = parse(
        b'SIP/2.0 401 Unauthorized\r\nCSeq: 1 INVITE\r\nWWW-Authenticate: Digest realm="r", '
        b'nonce="n", opaque="o", algorithm=MD5, qop="auth"\r\n\r\n'
    )
    found = proof(challenge, "INVITE", "sip:1@h", "u", "p")
    assert 'response="37c3cbd27d94f548d82cefbe103398cc"' in found
    assert 'realm="r"' in found and 'uri="sip:1@h"' in found


def test_words_are_counted_without_marks_and_digits_as_spoken() -> None:
    assert words("You've 12 new messages.") == ["youve", "one", "two", "new", "messages"]


@pytest.mark.parametrize(
    ("heard", "wrong"),
    [("a b c", 0), ("a c", 1), ("a x c", 1), ("a b b c", 1), ("", 3), ("x y z q", 4)],
)
def test_wrong_words_are_the_fewest_changes(heard: str, wrong: int) -> None:
    assert errors("a b c".split(), heard.split()) == wrong
