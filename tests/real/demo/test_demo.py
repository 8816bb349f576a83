"""`claimline demo --once --json FILE`: the whole product in one call, with real speech-to-text."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

import pytest

from ari_app.demo import story
from tests.real.playing import Played

pytestmark = pytest.mark.real

SHAPE = {
    "call_id", "sip_call_id", "report_number", "claim_number", "caller", "dialled", "language",
    "consent", "direction", "started", "ended", "queue", "rule", "agent", "waited_s", "talk_s",
    "events", "report", "missing", "recording", "transcript", "findings",
}  # fmt: skip


@pytest.mark.asyncio(loop_scope="session")
async def test_given_the_demo_when_it_is_played_once_then_the_claim_is_checked(
    played: asyncio.Task[Played],
) -> None:
    demo = await played
    assert demo.code == 0, demo.told[-3000:]
    assert demo.said == ""
    call = json.loads(demo.file)
    assert set(call) == SHAPE
    assert call["report_number"].replace("BA-", "CL-") == call["claim_number"]
    assert (call["consent"], call["language"]) == ("given", "en")
    for name in ("started", "ended"):
        assert datetime.fromisoformat(call[name]).utcoffset() is not None
    assert set(call["rule"]) == {"name", "reason"}
    assert all({"at", "event"} <= set(event) for event in call["events"])
    recording = call["recording"]
    assert set(recording) == {"tracks", "legs", "seconds", "sha256", "sealed", "partial"}
    assert (recording["tracks"], recording["sealed"], recording["partial"]) == (2, True, False)
    assert len(recording["sha256"]) == 64
    assert {each["track"] for each in call["transcript"]} == {"customer", "agent"}
    _findings_are_right({each["field"]: each for each in call["findings"]})


def _findings_are_right(found: dict[str, dict[str, object]]) -> None:
    """What the story types wrong, and what it never asks, is found; nothing else is doubted."""
    for finding in found.values():
        assert set(finding) == {"field", "typed", "heard", "state", "at_s"}
    for typed in story.load("en").typed:
        assert found[typed.field]["state"] == typed.expected, found[typed.field]
    states = {finding["state"] for finding in found.values()}
    assert {"confirmed", "heard_otherwise", "not_asked"} <= states
