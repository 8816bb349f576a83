"""ARI's JSON becomes typed events, and no shape is a surprise."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.pbx import events
from ari_app.pbx.decoding import Connected, Disconnected, Unknown, decode, event, subjects
from tests.fakes.ari_server import WHEN, FakeChannel

pytestmark = pytest.mark.unit

CHANNEL = FakeChannel("n1-1.0", "+8613800138000").json()
BASE = {"application": "claimline", "timestamp": WHEN, "asterisk_id": "02"}


def made(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": kind, **BASE, **fields}


def test_an_event_has_its_types() -> None:
    start = event(made("StasisStart", args=["in", "5550100"], channel=CHANNEL))
    assert isinstance(start, events.StasisStart)
    assert start.args == ("in", "5550100")
    assert start.channel.caller.number == "+8613800138000"
    assert start.replace_channel is None
    assert start.timestamp.tzinfo is not None


def test_caller_is_a_string_in_one_event_and_a_channel_in_another() -> None:
    offer = event(made("CallBroadcast", channel=CHANNEL, caller="+86138", called="5550100"))
    assert isinstance(offer, events.CallBroadcast) and offer.caller == "+86138"
    dial = event(made("Dial", caller=CHANNEL, peer={**CHANNEL, "id": "n1-2.0"}, dialstatus=""))
    assert isinstance(dial, events.Dial)
    assert subjects(dial) == {"n1-1.0", "n1-2.0"}


@pytest.mark.parametrize(
    "raw",
    [
        made("SomethingNew", channel=CHANNEL),
        made("StasisStart", channel=CHANNEL),
        made("StasisStart", args="in", channel=CHANNEL),
        made("StasisStart", args=[], channel="n1-1.0"),
        made("StasisStart", args=[1], channel=CHANNEL),
        made("ChannelDestroyed", cause="16", cause_txt="", channel=CHANNEL),
        {**made("StasisEnd", channel=CHANNEL), "timestamp": "yesterday"},
        {**made("StasisEnd", channel=CHANNEL), "timestamp": 5},
    ],
)
def test_a_shape_nobody_expects_is_an_unknown_event(raw: dict[str, Any]) -> None:
    news = event(raw)
    assert isinstance(news, Unknown)
    assert news.type == raw["type"]


def test_an_unknown_event_still_says_whom_it_is_about() -> None:
    assert subjects(Unknown("New", made("New", channel=CHANNEL, size=3))) == {"n1-1.0"}


def test_playbacks_and_recordings_are_about_their_target() -> None:
    playback = {"id": "p", "media_uri": "sound:x", "target_uri": "bridge:b1", "state": "done"}
    assert subjects(event(made("PlaybackFinished", playback=playback))) == {"b1"}
    recording = {"name": "r", "format": "wav", "target_uri": "channel:n1-1.0", "state": "done"}
    assert subjects(event(made("RecordingFinished", recording=recording))) == {"n1-1.0"}


def test_pseudo_events_are_about_nobody() -> None:
    assert subjects(Connected()) == subjects(Disconnected("x")) == set()


def test_a_value_that_does_not_fit_is_told() -> None:
    with pytest.raises(ValueError, match="Channel expected"):
        decode(events.Channel, [])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["args", "channel", "peer", "playback", "recording", "timestamp", "cause", "bridge"]


@given(
    st.sampled_from(["StasisStart", "Dial", "PlaybackFinished", "ChannelDestroyed", "Odd"]),
    st.dictionaries(st.sampled_from(FIELDS), JSON),
)
def test_no_json_makes_an_exception(kind: str, fields: dict[str, Any]) -> None:
    subjects(event({"type": kind, **BASE, **fields}))
