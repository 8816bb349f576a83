"""A thousand callers who press anything at any time: nobody meets a dead end."""

from __future__ import annotations

import asyncio
import random
from itertools import groupby

import pytest

from tests.fakes.line import FakeLine, FakePhone
from tests.scenes.conftest import Acts, Scene

# Of what it runs nothing is new to the others' coverage, which costs it as much time again.
pytestmark = [pytest.mark.scene, pytest.mark.no_cover]

SEQUENCES = 1000
BLOCK = 250
KEYS = "0123456789*#"
STATUSES = ("ANSWER", "NOANSWER", "BUSY", "CHANUNAVAIL")


def anything(dice: random.Random) -> Acts:
    """Presses some keys, or none, at each prompt; sometimes hangs up."""

    async def react(line: FakeLine, prompts: tuple[str, ...]) -> None:
        for _ in range(dice.choice((0, 0, 1, 1, 1, 2, 4, 8))):
            await asyncio.sleep(dice.uniform(0.05, 3))
            line.press(dice.choice(KEYS))
        if dice.random() < 0.004:
            line.vanish()

    return react


@pytest.mark.parametrize("first", range(0, SEQUENCES, BLOCK))
def test_given_random_keys_when_a_thousand_call_then_nobody_is_stuck(
    scene: Scene, first: int
) -> None:
    for number in range(first, first + BLOCK):
        dice = random.Random(number)
        scene.ready = dice.choice(((), ("agent1",), ("agent1", "agent2", "agent5")))
        line = FakeLine(
            reacts=anything(dice),
            caller=dice.choice(("", "+8613800138000", scene.policies[0].phone)),
            phones={
                f"20{n}": FakePhone(dice.choice(STATUSES), later="ANSWER") for n in range(1, 9)
            },
        )
        outcome = scene.play(line)
        assert outcome in ("served", "talked", "hung_up"), f"seed {number}: {outcome}"
        rows = max(len(list(same)) for _, same in groupby(line.heard))
        assert rows <= 3, f"seed {number}: a prompt {rows} times in a row: {line.heard}"
