"""The app's care for itself: what it says each second, and a clock that was set."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from ari_app import tasks
from ari_app.alarms import Alarms
from ari_app.boot import wait_until
from ari_app.care import Care
from ari_app.clock import SteadyClock
from ari_app.healing import Heal
from ari_app.settings import Settings
from tests.ari_app.test_clock import Hands

pytestmark = pytest.mark.unit


async def test_it_says_how_it_is(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path)
    care = Care(settings, SteadyClock(tmp_path), Alarms(), lambda: True)
    care.healed(Heal("waiting_without_call", "n1-1.1"))
    caring = tasks.start(care.run(), name="care")
    file = settings.health / "app.json"
    await wait_until(file.exists, 5, "the file")
    caring.cancel()
    await asyncio.wait({caring})
    said = json.loads(file.read_text("utf-8"))
    assert said["pid"] == os.getpid() and said["alarms"] == []
    assert said["healed"]["newest"][0]["fault"] == "waiting_without_call"
    assert set(said["loop"]) >= {"p50_ms", "p99_ms", "longest_ms", "worst", "over"}
    assert settings.incoming_recordings.is_dir(), "the folder for recorders is made"


@pytest.mark.parametrize("step", [3600.0, -3600.0])
def test_a_clock_that_was_set_is_followed_when_nobody_is_on_the_line(
    tmp_path: Path, step: float
) -> None:
    hands, quiet = Hands(), False
    clock = SteadyClock(tmp_path, hands.machine)
    care = Care(Settings(state=tmp_path), clock, Alarms(), lambda: quiet)
    care.look_at_clock()
    assert care.alarms.all() == ()
    hands.wall += step
    care.look_at_clock()
    (alarm,) = care.alarms.all()
    assert (alarm.code, alarm.values) == ("clock_stepped", {"seconds": round(step)})
    assert clock.stepped == step, "not while somebody waits"
    quiet = True
    care.look_at_clock()
    assert care.alarms.all() == () and clock.stepped == 0
