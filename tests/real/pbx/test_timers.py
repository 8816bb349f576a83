"""AMI is away: the timer is armed over HTTP, and what plays or is recorded hardly notices."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from ari_app import tasks
from ari_app.outside.world import OutsideWorld
from ari_app.pbx import events, sounds, verbs
from ari_app.pbx.ami import Ami
from ari_app.pbx.ari_line import AriLine
from ari_app.pbx.line import RecordedBy, SaidBy
from tests.fakes.ari_contract import expect
from tests.real.bare import Bare
from tests.real.listening import longest_gap, read, tone_seconds, write_tone
from tests.real.pbx.line_in_hand import InHand, in_hand

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="session")]

SHORT = 3
"""Seconds on the timer: less than what a prompt or a recording is broken off for."""
PAUSE = 0.5
TONE = 440.0


async def keeps_arming(line: AriLine, times: int, every: float) -> None:
    for _ in range(times):
        await asyncio.sleep(every)
        await line.arm_by_http(SHORT)


def alone(bare: Bare, world: OutsideWorld) -> AbstractAsyncContextManager[InHand]:
    """A caller in the hands of an app whose AMI is away."""
    return in_hand(bare, world, Ami(bare.login))


async def test_a_long_prompt_is_heard_whole_with_short_pauses(
    bare: Bare, bare_world: OutsideWorld
) -> None:
    tone = await asyncio.to_thread(write_tone, bare.spool / "recording" / "tone.wav", TONE, 6)
    async with alone(bare, bare_world) as caller:
        saying = tasks.start(caller.line.replay(tone.stem, barge_in=False), name="prompt")
        await keeps_arming(caller.line, 2, 2.2)
        async with asyncio.timeout(6):
            assert await saying is SaidBy.WHOLE
        await caller.line.arm_by_http(30)
        heard = read(caller.customer.heard())
    assert longest_gap(heard, TONE) <= PAUSE
    assert 6 <= tone_seconds(heard, TONE) + 0.1 <= 6.3 + 2 * (sounds.BACK + 0.1)


async def test_a_spoken_answer_is_one_file_with_hardly_a_gap(
    bare: Bare, bare_world: OutsideWorld, tmp_path: Path
) -> None:
    clip = await asyncio.to_thread(write_tone, tmp_path / "answer.wav", TONE, 6)
    async with alone(bare, bare_world) as caller:
        recording = tasks.start(
            caller.line.record("answer", max_seconds=30, max_silence=2), name="recording"
        )
        speaking = tasks.start(caller.customer.speak(clip), name="speaking")
        await keeps_arming(caller.line, 2, 2.0)
        await speaking
        await caller.customer.press("#")
        async with asyncio.timeout(6):
            kept = await recording
        await caller.line.arm_by_http(30)
    assert kept.ended_by is RecordedBy.KEY
    sound = read(bare.spool / "recording" / f"{kept.name}.wav")
    assert tone_seconds(sound, TONE) >= 6 - 2 * PAUSE
    assert longest_gap(sound, TONE) <= PAUSE
    assert kept.seconds == pytest.approx(len(sound) / 8000, abs=1.5)


async def test_a_second_answer_takes_the_place_of_the_first(
    bare: Bare, bare_world: OutsideWorld
) -> None:
    """A story that was too short is told again, under the same name."""
    async with alone(bare, bare_world) as caller:
        for _ in range(2):
            async with asyncio.timeout(5):
                kept = await caller.line.record("again", max_seconds=2, max_silence=1)
            assert kept.ended_by is not RecordedBy.FAILED


async def test_a_quiet_line_is_armed_at_once_and_left_alone_otherwise(
    bare: Bare, bare_world: OutsideWorld
) -> None:
    async with alone(bare, bare_world) as caller:
        await caller.line.arm_by_http(1)
        news = bare.client.inbox(caller.line.call_id)
        with news:
            await expect(news, events.StasisEnd, 3)
        there = await bare.client.do(verbs.channel(caller.line.call_id))
        assert there and there.dialplan.context == "wait"
