"""A claim's life told once, everything real: calls, messages, mails, pages; hours by a clock."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from ari_app.settings import load
from tests.real.storied import PHONE, Storied, Telling

pytestmark = pytest.mark.real

IN_ORDER = (
    ("customer", "dials"),
    ("house", "is open"),
    ("handler", "files the claim"),
    ("surveyor 1", "gets by sms"),
    ("surveyor 1", "his telephone rings, and nobody answers"),
    ("customer", "writes to the line"),
    ("customer", "gets by sms: Claims line: claim"),
    ("customer", "opens his page"),
    ("surveyor 2", "gets by sms"),
    ("surveyor 2", 'answers the message with "1"'),
    ("house", "has the survey"),
    ("surveyor 2", "speaks with the customer"),
    ("surveyor 2", "is on the way"),
    ("customer", "hears stage, next step and until when"),
    ("surveyor 2", "has arrived"),
    ("surveyor 2", "is done: 2450.00"),
    ("customer", "the damage is assessed"),
    ("handler", "promised in a call"),
    ("house", "about to break"),
    ("handler", "speaks with the customer"),
    ("handler", "has kept the promise"),
    ("customer", "opens his page"),
)


@pytest.mark.asyncio(loop_scope="session")
async def test_the_story_begins_with_far_ends_for_calls_and_messages(storied: Telling) -> None:
    file = storied.state / "settings.toml"
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(file.exists):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    settings = load(storied.state)
    assert [each.kind for each in settings.channels] == ["smpp", "smtp"]
    assert settings.trunks[0].out is not None and settings.public_url


@pytest.mark.asyncio(loop_scope="session")
async def test_a_claim_from_its_report_to_the_assessed_damage(told: Storied) -> None:
    story = told
    lines = iter(story.timeline)
    for who, what in IN_ORDER:
        assert any(line["who"] == who and what in line["what"] for line in lines), (who, what)
    at = [datetime.fromisoformat(line["at"]) for line in story.timeline]
    assert (at[0].weekday(), at[0].hour, at[0].minute) == (0, 8, 40)
    assert at == sorted(at) and at[-1] - at[0] > timedelta(hours=1)
    print(f"{story.seconds:.0f} s")
    assert any(line["what"].startswith("gets by mail") for line in story.timeline)
    first, last = story.pages[0], story.pages[-1]
    assert "A surveyor looks at the damage" in first[0] and "Send us the papers" in last[0]
    assert {wide for _, wide in story.pages} == {PHONE["width"]}
